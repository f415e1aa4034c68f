/** A query string as a request: each name once, numbers and truth values where the route says so. Bad ones stay text, for the decoder to refuse. */
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { QueryField } from './routes.ts'

const NUMBER = /^-?\d{1,20}(?:\.\d{1,6})?$/

export function readQuery(query: URLSearchParams, fields: Readonly<Record<string, QueryField>>): Result<Record<string, unknown>> {
  const found = new Map<string, unknown>()
  for (const [name, text] of query) {
    if (found.has(name)) return fail({ code: 'invalid', field: name.slice(0, 64), message: `The query names ${name.slice(0, 64)} twice; send it once.` })
    found.set(name, valueOf(text, Object.hasOwn(fields, name) ? fields[name] : undefined))
  }
  for (const [name, { fallback }] of Object.entries(fields)) if (!found.has(name) && fallback !== undefined) found.set(name, fallback)
  return ok(Object.fromEntries(found))
}

function valueOf(text: string, field: QueryField | undefined): unknown {
  if (field?.type === 'number' && NUMBER.test(text)) return Number(text)
  if (field?.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

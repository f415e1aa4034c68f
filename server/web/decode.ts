/** From bytes somebody sent to a checked request: own keys only, null prototypes, bounded depth and size, strict schema, a sentence per failure. */
import type * as z from 'zod/mini'
import { fail, ok, type Result } from '#lib/protocol/result.ts'

/** Deeper or larger than any request of ours. */
const DEPTH_MAX = 8
const NODES_MAX = 2_000
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

export type Schema<T> = z.ZodMiniType<T>

/** The request, or `invalid` naming the first field at fault. */
export function decode<T>(schema: Schema<T>, raw: unknown): Result<T> {
  const copied = plain(raw)
  if (!copied.ok) return copied
  const parsed = schema.safeParse(copied.value)
  if (parsed.success) return ok(parsed.data)
  const issue = parsed.error.issues[0]
  return fail({ code: 'invalid', ...sentence(issue) })
}

/** Copy of JSON data without prototypes, accessors or inherited keys. Refuses what could be mistaken for them. */
export function plain(raw: unknown): Result<unknown> {
  let nodes = 0
  let bad: string | null = null
  const copy = (value: unknown, depth: number): unknown => {
    nodes += 1
    if (nodes > NODES_MAX || depth > DEPTH_MAX) bad ??= 'The request is nested too deeply or has too many fields.'
    if (bad !== null || typeof value === 'function') return undefined
    if (Array.isArray(value)) return value.slice(0, NODES_MAX + 1).map((item) => copy(item, depth + 1))
    if (typeof value !== 'object' || value === null) return value
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      bad ??= 'Binary data is not expected here.'
      return undefined
    }
    const out: Record<string, unknown> = Object.create(null) as Record<string, unknown>
    for (const key of Object.keys(value)) {
      if (FORBIDDEN.has(key)) bad ??= `The field ${key} is not allowed.`
      if (bad !== null) return undefined
      out[key] = copy((value as Record<string, unknown>)[key], depth + 1)
    }
    return out
  }
  const value = copy(raw, 0)
  return bad === null ? ok(value) : fail({ code: 'invalid', message: bad })
}

type Issue = z.core.$ZodIssue

function sentence(issue: Issue | undefined): { message: string; field?: string } {
  if (issue === undefined) return { message: 'The request is not valid.' }
  const inner = issue.code === 'invalid_union' ? issue.errors[0]?.[0] : undefined
  if (inner !== undefined && issue.code === 'invalid_union') return sentence({ ...inner, path: [...issue.path, ...inner.path] })
  const field = issue.path.map(String).join('.')
  const what = field === '' ? 'The request' : `The field ${field}`
  if (issue.code === 'unrecognized_keys') {
    const name = [field, issue.keys[0]?.slice(0, 64)].filter(Boolean).join('.')
    return { message: `There is no field ${name}; remove it.`, field: name }
  }
  const message = `${what} ${trouble(issue)}.`
  return field === '' ? { message } : { message, field }
}

function trouble(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type': return `must be ${article(issue.expected)}`
    case 'too_small': return issue.origin === 'string' || issue.origin === 'array' ? ownWords(issue) ?? `is too short: at least ${issue.minimum}` : `must be ${issue.minimum} or more`
    case 'too_big': return issue.origin === 'string' || issue.origin === 'array' ? ownWords(issue) ?? `is too long: ${issue.maximum} at most` : `must be ${issue.maximum} or less`
    case 'invalid_value': return `must be one of ${issue.values.map(String).join(', ')}`
    case 'invalid_format': return ownWords(issue) ?? 'does not have the expected form'
    default: return 'is not valid'
  }
}

/** The decoder's own words for the rule, where it has any (names, passwords). */
function ownWords(issue: Issue): string | undefined {
  return issue.message !== '' && !issue.message.startsWith('Invalid') ? `must be: ${issue.message}` : undefined
}

function article(expected: string): string {
  return expected === 'int' ? 'a whole number' : /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`
}

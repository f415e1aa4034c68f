/** The aliases of an answer, followed from the name that was asked for. */
import type { DnsReply } from '#lib/tools/dns/reply.ts'

export interface Chain {
  /** From the asked name on, as far as the records lead. */
  names: readonly string[]
  /** The name at which it comes back to one it has been at; null: it does not. */
  loopsAt: string | null
}

const key = (name: string): string => name.toLowerCase().replace(/\.$/, '')

export function chainOf(name: string, { answers }: Pick<DnsReply, 'answers'>): Chain {
  const to = new Map(answers.filter((record) => record.type === 'CNAME').map((record) => [key(record.name), record.value]))
  const names = [name]
  const seen = new Set([key(name)])
  for (let next = to.get(key(name)); next !== undefined; next = to.get(key(next))) {
    names.push(next)
    if (seen.has(key(next))) return { names, loopsAt: next }
    seen.add(key(next))
  }
  return { names, loopsAt: null }
}

/** The name that an alias leads to in the end; null where the name is none. */
export function aliasEnd(name: string, reply: Pick<DnsReply, 'answers'>): string | null {
  const { names } = chainOf(name, reply)
  return names.length > 1 ? (names.at(-1) ?? null) : null
}

/** One question to one name server: A and AAAA of a name, each on a c-ares channel of its own, so that a dead server delays nobody else. */
import { Resolver } from 'node:dns/promises'
import type { Family } from '#lib/protocol/target.ts'

/** What one server said about one family of one name. `silent`: no answer in time. */
export type Answer =
  | { kind: 'addresses'; addresses: string[] }
  | { kind: 'no-name' } // NXDOMAIN
  | { kind: 'no-data' } // the name exists, without such an address
  | { kind: 'failed'; code: 'SERVFAIL' | 'REFUSED' | 'TIMEOUT' | 'UNREACHABLE' | 'BADREPLY'; words: string }

export interface Question { name: string; family: Family; server: string; timeoutMs: number }

const CODES: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['ENOTFOUND', { kind: 'no-name' }],
  ['ENODATA', { kind: 'no-data' }],
  ['ESERVFAIL', { kind: 'failed', code: 'SERVFAIL', words: 'answered SERVFAIL: it could not finish the look-up' }],
  ['EREFUSED', { kind: 'failed', code: 'REFUSED', words: 'answered REFUSED: it does not serve this vantage' }],
  ['ETIMEOUT', { kind: 'failed', code: 'TIMEOUT', words: 'did not answer' }],
  ['ECANCELLED', { kind: 'failed', code: 'TIMEOUT', words: 'did not answer' }],
  ['ECONNREFUSED', { kind: 'failed', code: 'UNREACHABLE', words: 'could not be reached: nothing listens there' }],
])

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown')

/** Asks once (UDP, TCP if the answer is cut), repeats the question halfway, and is over after `timeoutMs` whatever happens. Never throws. */
export async function ask({ name, family, server, timeoutMs }: Question): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  try {
    const resolver = new Resolver({ timeout: Math.max(50, Math.floor(timeoutMs / 2)), tries: 2, maxTimeout: timeoutMs })
    resolver.setServers([server])
    timer = setTimeout(() => resolver.cancel(), timeoutMs)
    const addresses = family === 4 ? await resolver.resolve4(name) : await resolver.resolve6(name)
    return addresses.length === 0 ? { kind: 'no-data' } : { kind: 'addresses', addresses }
  } catch (error) {
    const code = codeOf(error)
    return CODES.get(code) ?? { kind: 'failed', code: 'BADREPLY', words: `sent something that is no answer (${code})` }
  } finally {
    clearTimeout(timer)
  }
}

/** One question to one name server: A and AAAA of a name, each on a c-ares channel of its own, so that a dead server delays nobody else. */
import { Resolver } from 'node:dns/promises'
import type { Family } from '#lib/protocol/target.ts'

/** What one server said about one family of one name. `silent`: no answer in time. */
export type Answer =
  | { kind: 'addresses'; addresses: string[] }
  | { kind: 'no-name' } // NXDOMAIN
  | { kind: 'no-data' } // the name exists, without such an address
  | { kind: 'failed'; code: 'SERVFAIL' | 'REFUSED' | 'TIMEOUT' | 'UNREACHABLE' | 'BADREPLY'; words: string }

type NoAnswer = Exclude<Answer, { kind: 'addresses' }>
/** Below this there is no time left to ask anybody. */
const LEAST_MS = 20

export interface Question { name: string; family: Family; server: string; timeoutMs: number }

const CODES: ReadonlyMap<string, NoAnswer> = new Map<string, NoAnswer>([
  ['ENOTFOUND', { kind: 'no-name' }],
  ['ENODATA', { kind: 'no-data' }],
  ['ESERVFAIL', { kind: 'failed', code: 'SERVFAIL', words: 'answered SERVFAIL: it could not finish the look-up' }],
  ['EREFUSED', { kind: 'failed', code: 'REFUSED', words: 'answered REFUSED: it does not serve this vantage' }],
  ['ETIMEOUT', { kind: 'failed', code: 'TIMEOUT', words: 'did not answer' }],
  ['ECANCELLED', { kind: 'failed', code: 'TIMEOUT', words: 'did not answer' }],
  ['ECONNREFUSED', { kind: 'failed', code: 'UNREACHABLE', words: 'could not be reached: nothing listens there' }],
])

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown')

/** What one server said to one question. */
export type Reply<T> = { kind: 'answer'; value: T } | Exclude<Answer, { kind: 'addresses' }>

/** Asks once (UDP, TCP if the answer is cut), repeats the question halfway, and is over after `timeoutMs` whatever happens. Never throws. */
export async function askServer<T>({ server, timeoutMs }: { server: string; timeoutMs: number }, question: (resolver: Resolver) => Promise<T>): Promise<Reply<T>> {
  let timer: NodeJS.Timeout | undefined
  try {
    const resolver = new Resolver({ timeout: Math.max(50, Math.floor(timeoutMs / 2)), tries: 2, maxTimeout: timeoutMs })
    resolver.setServers([server])
    timer = setTimeout(() => resolver.cancel(), timeoutMs)
    return { kind: 'answer', value: await question(resolver) }
  } catch (error) {
    const code = codeOf(error)
    return CODES.get(code) ?? { kind: 'failed', code: 'BADREPLY', words: `sent something that is no answer (${code})` }
  } finally {
    clearTimeout(timer)
  }
}

/** The addresses of one family of a name, as one server gives them. Ends as `askServer` does. */
export async function ask({ name, family, server, timeoutMs }: Question): Promise<Answer> {
  const reply = await askServer({ server, timeoutMs }, (resolver) => (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name)))
  if (reply.kind !== 'answer') return reply
  return reply.value.length === 0 ? { kind: 'no-data' } : { kind: 'addresses', addresses: reply.value }
}

/** One question at each server in turn until one can say yes or no; time is shared out over those that are left. Null: none could. */
export async function askInTurn<T>(servers: readonly string[], timeoutMs: number, question: (resolver: Resolver) => Promise<T>): Promise<Exclude<Reply<T>, { kind: 'failed' }> | null> {
  const deadline = performance.now() + timeoutMs
  for (const [index, server] of servers.entries()) {
    const ms = Math.floor((deadline - performance.now()) / (servers.length - index))
    if (ms < LEAST_MS) return null
    const reply = await askServer({ server, timeoutMs: ms }, question)
    if (reply.kind !== 'failed') return reply
  }
  return null
}

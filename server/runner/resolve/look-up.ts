/** Looks one name up in DNS: search list, servers in order, both families at once, one deadline over all. */
import type { Family } from '#lib/protocol/target.ts'
import { ask, type Answer } from './query.ts'

export interface Found {
  kind: 'found'
  name: string
  server: string
  addresses: string[]
  unanswered: { family: Family; why: string }[]
}
/** `no-name`, `no-data`: a server said so. `failed`: none could say. `trail`: one sentence for each server asked. */
export interface NotFound { kind: 'no-name' | 'no-data' | 'failed'; server: string; trail: string[] }

export interface LookUp { names: readonly string[]; servers: readonly string[]; deadline: number; now: () => number }

/** An answer in hand waits this long for the other family, no longer: a broken AAAA must not cost three seconds. */
const GRACE_MS = 1000
/** Below this there is no time left to ask anybody. */
const LEAST_MS = 20

type Pair = Record<Family, Answer>

/** Both families at once. Once one has addresses the other has `GRACE_MS` left. */
async function askBoth(name: string, server: string, timeoutMs: number): Promise<Pair> {
  const pending = { 4: ask({ name, family: 4, server, timeoutMs }), 6: ask({ name, family: 6, server, timeoutMs }) }
  const first = await Promise.race([pending[4].then((answer) => [4, answer] as const), pending[6].then((answer) => [6, answer] as const)])
  const [family, answer] = first
  const other: Family = family === 4 ? 6 : 4
  const late = answer.kind === 'addresses' ? await within(pending[other], Math.min(GRACE_MS, timeoutMs)) : await pending[other]
  return family === 4 ? { 4: answer, 6: late } : { 4: late, 6: answer }
}

async function within(answer: Promise<Answer>, ms: number): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const timer = setTimeout(() => resolve({ kind: 'failed', code: 'TIMEOUT', words: 'did not answer' }), ms)
  try {
    return await Promise.race([answer, promise])
  } finally {
    clearTimeout(timer)
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

function summarise(pair: Pair, question: { name: string; server: string; ms: number }): Found | NotFound {
  const { name, server, ms } = question
  const addresses: string[] = []
  const unanswered: Found['unanswered'] = []
  for (const family of [4, 6] as const) {
    const answer = pair[family]
    if (answer.kind === 'addresses') addresses.push(...answer.addresses)
    if (answer.kind === 'failed') unanswered.push({ family, why: `${server} ${answer.words} when asked for IPv${family} addresses${answer.code === 'TIMEOUT' ? ` within ${seconds(ms)}` : ''}.` })
  }
  if (addresses.length > 0) return { kind: 'found', name, server, addresses, unanswered }
  const [failure] = unanswered
  if (failure) return { kind: 'failed', server, trail: [failure.why] }
  const absent = pair[4].kind === 'no-name' || pair[6].kind === 'no-name'
  return absent
    ? { kind: 'no-name', server, trail: [`${server} answered NXDOMAIN: ${name} does not exist.`] }
    : { kind: 'no-data', server, trail: [`${server} knows ${name}, but it has neither an IPv4 nor an IPv6 address.`] }
}

/** One name at each server in turn, until one of them can say yes or no. Time is shared out over the servers that are left. */
async function askServers(name: string, { servers, deadline, now }: LookUp): Promise<Found | NotFound> {
  const trail: string[] = []
  for (const [index, server] of servers.entries()) {
    const ms = Math.floor((deadline - now()) / (servers.length - index))
    if (ms < LEAST_MS) break
    const result = summarise(await askBoth(name, server, ms), { name, server, ms })
    if (result.kind !== 'failed') return result
    trail.push(...result.trail)
  }
  return { kind: 'failed', server: servers[0] ?? 'none', trail: trail.length > 0 ? trail : ['There was no time left to ask a server.'] }
}

/** Each name in turn, the first with addresses counts. A name that exists without addresses outweighs one that does not exist; a failure ends the search, as nothing after it can be trusted. */
export async function lookUp(request: LookUp): Promise<Found | NotFound> {
  let outcome: NotFound | null = null
  for (const name of request.names) {
    const result = await askServers(name, request)
    if (result.kind === 'found') return result
    if (result.kind === 'failed') return outcome ? { ...result, trail: [...outcome.trail, ...result.trail] } : result
    outcome = outcome === null
      ? result
      : { kind: outcome.kind === 'no-data' || result.kind === 'no-data' ? 'no-data' : 'no-name', server: result.server, trail: [...outcome.trail, ...result.trail] }
  }
  return outcome ?? { kind: 'failed', server: 'none', trail: ['No name was left to ask for.'] }
}

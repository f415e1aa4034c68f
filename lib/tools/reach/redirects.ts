/** Redirects of one look at a port: where each leads, whether it may be followed, and the requests that follow. Nothing is sent before policy has judged it. */
import type { Observed } from '#lib/protocol/events.ts'
import type { Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { ParserContext, Step } from '../tool.ts'
import type { ReachOptions } from './options.ts'
import type { HttpRecord } from './records.ts'
import { checkArgs, probeStep } from './steps.ts'
import { resolveLocation, urlText, type HttpUrl } from './url.ts'

/** One request that follows: of which addresses' chains, and what is known of it before it is sent. */
export interface Follow { step: Step; hop: number; url: HttpUrl; addresses: readonly string[]; dnsMs: number | null; begins(address: string): string[] }

interface Pending { begins: readonly string[]; base: HttpUrl; location: string; hop: number; line: number }
interface Candidate { begins: string[]; url: HttpUrl; hop: number; line: number; reason: string | null }
type Redirect = Extract<Observed, { kind: 'reach.redirect' }>

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const URL_SHOWN_MAX = 2000

export class Redirects {
  readonly #context: ParserContext<ReachOptions>
  #pending: Pending[] = []
  #candidates: Candidate[] = []
  /** By the address that a chain began at: what was asked in it. */
  #asked = new Map<string, Set<string>>()

  constructor(context: ParserContext<ReachOptions>) {
    this.#context = context
  }

  /** A new look begins. */
  reset(): void {
    this.#pending = []
    this.#candidates = []
    this.#asked.clear()
  }

  /** An answer to the request for `url`, made for the chains of `begins`. */
  saw({ status, location, hop }: Pick<HttpRecord, 'status' | 'location' | 'hop'>, { begins, url, line }: { begins: readonly string[]; url: HttpUrl; line: number }): void {
    for (const address of begins) this.#asked.set(address, (this.#asked.get(address) ?? new Set()).add(urlText(url)))
    if (status !== null && REDIRECTS.has(status) && location !== null) this.#pending.push({ begins, base: url, location, hop: hop + 1, line })
  }

  /** What is told at once, and the hosts that must be pinned before `follow`. `done`: nothing is to be followed. */
  decide(nowMs: number): { events: Observed[]; hosts: string[]; done: boolean } {
    const events: Observed[] = []
    const candidates = new Map<string, Candidate>()
    for (const pending of this.#pending) {
      const candidate = this.#judge(pending)
      if ('verdict' in candidate) {
        events.push({ ...candidate, atMs: nowMs })
        continue
      }
      const key = urlText(candidate.url)
      const known = candidates.get(key)
      if (known) known.begins.push(...candidate.begins)
      else candidates.set(key, candidate)
    }
    this.#pending = []
    this.#candidates = [...candidates.values()]
    const hosts = new Set(this.#candidates.map(({ url }) => url.host).filter((host) => !this.#isOwn(host)))
    return { events, hosts: [...hosts], done: this.#candidates.length === 0 }
  }

  /** The requests that may be sent, and what became of every redirect. */
  follow(answers: ReadonlyMap<string, Result<PinnedTarget>>, nowMs: number): { events: Observed[]; follows: Follow[] } {
    const events: Observed[] = []
    const follows: Follow[] = []
    for (const candidate of this.#candidates) {
      const { url, begins, hop } = candidate
      if (this.#isOwn(url.host)) {
        for (const address of begins) events.push({ ...this.#told(candidate, { verdict: 'followed', address, reason: candidate.reason, begins: [address] }), atMs: nowMs })
        follows.push(this.#request(candidate, { addresses: begins, dnsMs: null, begins: (address) => [address] }))
        continue
      }
      const answer = answers.get(url.host)
      const pinned = answer?.ok === true && answer.value.address !== '' ? answer.value : null
      events.push({ ...this.#told(candidate, pinned ? { verdict: 'followed', address: pinned.address, reason: candidate.reason } : { address: null, ...refusal(answer) }), atMs: nowMs })
      if (pinned) follows.push(this.#request({ url, hop }, { addresses: [pinned.address], dnsMs: pinned.resolveMs ?? null, begins: () => [...begins] }))
    }
    this.#candidates = []
    return { events, follows }
  }

  #judge(pending: Pending): Candidate | Redirect {
    const { begins, base, location, hop, line } = pending
    const { redirects } = this.#context.options
    const of = { begins: [...begins], hop, line }
    const led = resolveLocation(base, location)
    const url = led.kind === 'url' ? urlText(led.url) : location.slice(0, URL_SHOWN_MAX)
    const not = (verdict: Redirect['verdict'], reason: string): Redirect => this.#told({ ...of, url }, { verdict, address: null, reason })
    if (led.kind !== 'url') return not(led.kind, led.reason)
    if (begins.every((address) => this.#asked.get(address)?.has(url) === true)) return not('too-many', 'It leads back to what was asked before: a loop.')
    if (hop > redirects) return not('too-many', redirects === 0 ? 'No redirects are followed in this run.' : `${redirects} ${redirects === 1 ? 'redirect was' : 'redirects were'} followed before it.`)
    return { ...of, url: led.url, reason: base.scheme === 'https' && led.url.scheme === 'http' ? 'It leads from HTTPS to HTTP: what follows is not encrypted.' : null }
  }

  #told(of: { hop: number; line: number; begins: readonly string[]; url: HttpUrl | string }, how: Pick<Redirect, 'verdict' | 'address' | 'reason'> & { begins?: string[] }): Redirect & { atMs: number } {
    const { runId } = this.#context
    const { hop, line, url } = of
    return { kind: 'reach.redirect', runId, line, hop, url: typeof url === 'string' ? url : urlText(url), begins: [...of.begins], ...how, atMs: 0 }
  }

  #request({ url, hop }: Pick<Candidate, 'url' | 'hop'>, more: Pick<Follow, 'addresses' | 'dnsMs' | 'begins'>): Follow {
    const { scheme, host, port, path } = url
    const args = checkArgs(this.#context.options, { port, addresses: more.addresses, depth: scheme, name: host, path, hop, first: 1 })
    return { step: probeStep(args, more.addresses), hop, url, ...more }
  }

  /** The target's own host: its addresses were judged, and each chain stays at the address it began at. */
  #isOwn(host: string): boolean {
    const own = this.#context.target.host
    return host === own || `${host}.` === own
  }
}

function refusal(answer: Result<PinnedTarget> | undefined): Pick<Redirect, 'verdict' | 'reason'> {
  if (answer === undefined) return { verdict: 'unresolved', reason: 'Nobody looked it up.' }
  if (answer.ok) return { verdict: 'unresolved', reason: answer.value.unresolved ?? 'The name has no address here.' }
  const { code, message } = answer.error
  return { verdict: code === 'target-refused' ? 'refused' : code === 'target-invalid' ? 'invalid' : 'unresolved', reason: message }
}

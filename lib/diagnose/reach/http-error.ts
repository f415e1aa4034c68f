/** R-HTTP-ERROR: the server answers over HTTP that it cannot, or does not answer HTTP at all. */
import { copyCommand } from '../next.ts'
import { NOTHING, type ReachFacts, type ReachRule } from '../rule.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import { shown, shownTo, some } from '../dns/words.ts'
import { base, hostAt } from './shared.ts'

type Http = ReachAddress['http'][number]

/** Where the requests that began at each address ended. */
export const endsOf = ({ reach }: ReachFacts): readonly { one: ReachAddress; end: Http }[] => reach.addresses.flatMap((one) => { const end = one.http.at(-1); return end && (one.last === null || one.last.state === 'open') ? [{ one, end }] : [] })

export const httpError: ReachRule = (facts) => {
  const bad = endsOf(facts).filter(({ end }) => (end.status === null ? end.problem !== null : end.status >= 400))
  const worst = bad.find(({ end }) => end.status === null || end.status >= 500) ?? bad[0]
  if (!worst) return NOTHING
  const { one, end } = worst
  const same = bad.filter((other) => other.end.status === end.status)
  const { status } = end
  return [{
    rule: 'R-HTTP-ERROR', severity: status === null || status >= 500 ? 'warn' : 'info', confidence: 'high', ...base(facts, NaN),
    title: status === null ? `${hostAt(facts, one.address)} accepts the connection and does not answer HTTP.` : `${hostAt(facts, one.address)} answers with HTTP ${status}${status >= 500 ? ': the fault is the server’s' : ''}.`,
    meaning: status === null ? 'Network and port are fine; the program behind the port hangs, or speaks something else.' : status >= 500 ? 'Network, port and certificate are fine: the program, or what it depends on, fails.' : MEANINGS[status] ?? 'The server works and turns this request away. The request was GET without cookies or credentials.',
    evidence: [
      { label: 'Answer', value: status === null ? 'none' : `HTTP ${status}`, ...(end.hop > 0 ? { detail: `after ${end.hop} ${end.hop === 1 ? 'redirect' : 'redirects'}` } : {}) }, { label: 'Request', value: `GET ${shownTo(end.url, 120)}` },
      ...(end.problem === null ? [] : [{ label: 'Problem', value: shownTo(end.problem, 120) }]), ...(end.server === null ? [] : [{ label: 'Server', value: shown(end.server) }]),
      { label: 'At', value: some(same.map((other) => other.one.address), 3) },
    ],
    otherwise: status === null ? ['The port expects TLS.', 'The first byte takes longer than the wait that was set.'] : status === 502 || status === 503 || status === 504 ? ['A proxy answers, and the server behind it is down or slow.'] : status >= 500 ? ['Only this page fails.'] : ['Only the front page is like that.'],
    next: copyCommand(status !== null && status >= 500 ? 'Look at the log of the server, and of what stands behind it.' : 'Repeat it with the request that matters.', 'Copy curl', `curl -sv -o /dev/null --connect-to ::${one.address.includes(':') ? `[${one.address}]` : one.address}: ${scheme(end.url)}://${facts.run.target.host.includes(':') ? `[${facts.run.target.host}]` : facts.run.target.host}:${one.port}/`),
  }]
}

const scheme = (url: string): string => (url.startsWith('http://') ? 'http' : 'https')

const MEANINGS: Readonly<Record<number, string>> = {
  401: 'The server works and wants credentials.', 403: 'The server works and does not let this request in.', 404: 'The server works and has no such page.', 421: 'The server works and is not the one for this name.', 429: 'The server works and limits how often it is asked.',
}

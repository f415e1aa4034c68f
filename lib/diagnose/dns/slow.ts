/** D-SLOW: a server takes long to answer. Answers from its cache tell of the way to it, first ones of what it has to ask itself. */
import { formatMs } from '#lib/format/number.ts'
import { quantileSorted } from '#lib/stats/quantile.ts'
import type { DnsServerView } from '#lib/tools/dns/view.ts'
import type { Finding } from '../finding.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { plural } from '../shared.ts'
import { cellsOf, serversOf } from './cells.ts'
import { askedName, base, copyNext, digCommand, serverName, serverNames } from './words.ts'

const RULE = 'D-SLOW'
/** 95th percentile of question times. [own] */
const INFO_MS = 100
const WARN_MS = 1000
/** An open finding clears below this share of its threshold. */
const CLEAR = 0.8
/** Fewer repeated answers say nothing of a 95th percentile; then only a very slow first one counts. */
const REPEATED_MIN = 3

interface Slow { server: DnsServerView; p95Ms: number; n: number; repeated: boolean; sinceMs: number; severity: Finding['severity'] }

export const slow: DnsRule = (facts) => {
  const cells = cellsOf(facts.dns)
  const open = facts.holds(RULE, base(facts, 0).subject)
  const found = serversOf(cells.filter(({ said, brokenAaaa }) => (said === 'data' || said === 'nodata' || said === 'nxdomain') && !brokenAaaa)).flatMap((server) => slowOf(server, open ? CLEAR : 1))
  return found.length === 0 ? NOTHING : [finding(facts, found)]
}

/** A server that is far away, and that no program of this host asks, is a warning only where it is slow beyond doubt. */
function slowOf(server: DnsServerView, ease: number): Slow[] {
  const near = server.role === 'own' || server.role === 'upstream' || server.role === 'chosen'
  const again = server.times.filter(({ first }) => !first)
  const repeated = again.length >= REPEATED_MIN
  const judged = repeated ? again : server.times
  const p95Ms = quantileSorted(judged.map(({ ms }) => ms).toSorted((a, b) => a - b), 0.95)
  const threshold = repeated && near ? INFO_MS : WARN_MS
  if (!(p95Ms >= threshold * ease)) return []
  return [{ server, p95Ms, n: judged.length, repeated, sinceMs: judged[0]?.atMs ?? NaN, severity: p95Ms >= WARN_MS && server.role !== 'public' ? 'warn' : 'info' }]
}

function finding(facts: DnsFacts, found: readonly Slow[]): Finding {
  const worst = found.reduce((a, b) => (b.p95Ms > a.p95Ms ? b : a))
  const servers = found.map(({ server }) => server)
  return {
    rule: RULE, severity: found.some(({ severity }) => severity === 'warn') ? 'warn' : 'info', confidence: found.every(({ repeated }) => repeated) ? 'high' : 'low', ...base(facts, Math.min(...found.map(({ sinceMs }) => sinceMs))),
    title: servers.length === 1 ? `${serverName(worst.server)} takes ${formatMs(worst.p95Ms, 0)} to answer.` : `${serverNames(servers)} are slow to answer, up to ${formatMs(worst.p95Ms, 0)}.`,
    meaning: worst.repeated ? 'It is slow even for what it has answered before: the way to it is long or lossy, or it is overloaded or does not cache.' : 'Asked for the first time, it has to ask others. If the next answer is fast, they are what is slow.',
    evidence: found.slice(0, 4).map(({ server, p95Ms, n, repeated }) => ({
      label: server.server, value: formatMs(p95Ms, 0), detail: `${plural(n, 'answer')}${repeated ? '' : ', first ones'}`, definition: '95th percentile of the time from question to answer; questions without a reply are not in it.',
    })),
    otherwise: ['The time to live is so short that nothing is cached.', 'A question is lost now and then and asked again.'],
    next: copyNext('Ask twice and compare: a fast second answer means that the zone’s servers are slow, a slow one that this server or the way to it is.', 'Copy dig', digCommand({ server: worst.server, name: askedName(facts), type: facts.dns.types[0] ?? 'A' })),
  }
}

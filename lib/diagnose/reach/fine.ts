/** What a reach run checked and found fine. */
import { formatCount, formatMs } from '#lib/format/number.ts'
import type { Finding, FineCheck } from '../finding.ts'
import type { ReachFacts } from '../rule.ts'
import { endsOf } from './http-error.ts'
import { base, isOpen, tried } from './shared.ts'
import { DAY_MS, looksOf } from './tls.ts'

/** Fewer connections say nothing of how dependable they are. */
const CONNECTIONS_MIN = 10

export function reachFine(facts: ReachFacts, findings: readonly Finding[]): FineCheck[] {
  const found = new Set(findings.map(({ rule }) => rule))
  const { subject } = base(facts, NaN)
  const make = (rule: string, title: string, value: string): FineCheck => ({ rule, subject, title, value })
  const all = tried(facts)
  const open = all.filter(isOpen)
  if (all.length === 0 || open.length === 0) return []
  return [
    ...(open.length === all.length ? [make('R-REFUSED', 'Port open', `${facts.reach.port}${all.length > 1 ? `, ${open.length} of ${all.length} addresses` : open[0]?.last.ms === null || !open[0] ? '' : `, ${formatMs(open[0].last.ms)}`}`)] : []),
    ...(new Set(open.map(({ family }) => family)).size === 2 && open.length === all.length ? [make('R-PARTIAL', 'IPv4 and IPv6 work', `${open.length} of ${all.length}`)] : []),
    ...steady(facts, found).map((value) => make('R-FLAKY', 'Every connection opens', value)),
    ...certificate(facts, found).map((value) => make('R-TLS-EXPIRED', 'Certificate valid', value)),
    ...http(facts, found).map((value) => make('R-HTTP-ERROR', 'HTTP answers', value)),
  ]
}

function steady(facts: ReachFacts, found: ReadonlySet<string>): string[] {
  const all = tried(facts)
  const sent = all.reduce((sum, { counts }) => sum + counts.sent, 0)
  return !found.has('R-FLAKY') && sent >= CONNECTIONS_MIN && all.every(({ counts }) => counts.open === counts.sent) ? [`${formatCount(sent)} of ${formatCount(sent)}`] : []
}

/** `for 61 days`: of the certificate that ends first, over all addresses. */
function certificate(facts: ReachFacts, found: ReadonlySet<string>): string[] {
  const looks = looksOf(facts)
  if (looks.length === 0 || looks.some(({ shaken, reason, chain }) => !shaken || reason !== null || chain.length === 0) || found.has('R-TLS-EXPIRES')) return []
  const left = Math.min(...looks.flatMap(({ chain }) => chain.map(({ notAfterMs }) => notAfterMs - facts.nowMs)))
  return [`for ${formatCount(Math.floor(left / DAY_MS))} days`]
}

function http(facts: ReachFacts, found: ReadonlySet<string>): string[] {
  const ends = endsOf(facts)
  if (ends.length === 0 || found.has('R-HTTP-ERROR') || found.has('R-REDIRECT')) return []
  return [[...new Set(ends.flatMap(({ end }) => (end.status === null ? [] : [String(end.status)])))].join(', ')]
}

/** P-LAT-LOCAL: a hop answers later than hops behind it: its control plane is slow, not its forwarding. */
import { formatMs } from '#lib/format/number.ts'
import { runNext, tcpPath, UDP_TRACE } from '../next.ts'
import { NOTHING, type JudgedHop, type PathRule } from '../rule.ts'
import { capital, epochStartMs, hopLabel, hopSpan } from './shared.ts'

const FLOOR_MS = 5
const SHARE = 0.2
const REPLIES_MIN = 10
const SHOWN = 3

export const latLocal: PathRule = (facts) => {
  const slow = facts.hops.map((hop, i) => ({ hop, later: quickest(facts.hops.slice(i + 1)) }))
    .filter(({ hop, later }) => hop.hop.rtt.n >= REPLIES_MIN && hop.hop.rtt.meanMs - later > Math.max(FLOOR_MS, SHARE * later))
    .toSorted((a, b) => (b.hop.hop.rtt.meanMs - b.later) - (a.hop.hop.rtt.meanMs - a.later))
  const worst = slow[0]
  if (!worst) return NOTHING
  const sinceMs = epochStartMs(facts)
  return [{
    rule: 'P-LAT-LOCAL', subject: facts.run.runId, severity: 'ok', confidence: 'high',
    title: `${capital(hopLabel(facts.path, worst.hop.hop))}, answers slowly and forwards fast.`,
    meaning: 'Hops behind it answer sooner, so packets do not wait there: the router gives little time to replies about itself.',
    evidence: slow.slice(0, SHOWN).map(({ hop, later }) => ({
      label: `Hop ${hop.ttl}`, detail: `${formatMs(later)} later on`, value: formatMs(hop.hop.rtt.meanMs), definition: 'Mean round trip, and the least mean of a later hop.',
    })),
    otherwise: ['The way back from this hop is a longer one.'],
    next: runNext(facts, 'Nothing has to be mended. Judge the path by its last hop.', [tcpPath(facts), UDP_TRACE]),
    sinceMs, span: hopSpan(facts, sinceMs, slow.map(({ hop }) => hop.ttl)),
  }]
}

/** Least mean of hops with enough replies; Infinity of none. */
const quickest = (hops: readonly JudgedHop[]): number => Math.min(...hops.filter(({ hop }) => hop.rtt.n >= REPLIES_MIN).map(({ hop }) => hop.rtt.meanMs))

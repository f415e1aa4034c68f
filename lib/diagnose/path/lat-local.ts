/** P-LAT-LOCAL: a hop answers later than hops behind it: its control plane is slow, not its forwarding. */
import { formatMs } from '#lib/format/number.ts'
import { median } from '#lib/stats/quantile.ts'
import { runNext, tcpPath, UDP_TRACE } from '../next.ts'
import { NOTHING, type JudgedHop, type PathFacts, type PathRule } from '../rule.ts'
import { recentSamples } from './samples.ts'
import { capital, epochStartMs, hopLabel, hopSpan } from './shared.ts'

const FLOOR_MS = 5
const SHARE = 0.2
const REPLIES_MIN = 20
const PROBES_SEEN = 120
const SHOWN = 3

interface Slow { at: JudgedHop; hereMs: number; laterMs: number }

export const latLocal: PathRule = (facts) => {
  const slow = facts.hops.flatMap((hop, i) => slowness(facts, hop, facts.hops.slice(i + 1)) ?? [])
    .toSorted((a, b) => (b.hereMs - b.laterMs) - (a.hereMs - a.laterMs))
  const [worst] = slow
  if (!worst) return NOTHING
  const sinceMs = epochStartMs(facts)
  return [{
    rule: 'P-LAT-LOCAL', subject: facts.run.runId, severity: 'ok', confidence: 'high',
    title: `${capital(hopLabel(facts.path, worst.at.hop))}, answers slowly and forwards fast.`,
    meaning: 'Hops behind it answer sooner, so packets do not wait there: the router gives little time to replies about itself.',
    evidence: slow.slice(0, SHOWN).map(({ at, hereMs, laterMs }) => ({
      label: `Hop ${at.ttl}`, detail: `${formatMs(laterMs)} later on`, value: formatMs(hereMs), definition: 'Median round trip of the last 120 probes, and that of the quickest later hop.',
    })),
    otherwise: ['The way back from this hop is a longer one.'],
    next: runNext(facts, 'Nothing has to be mended. Judge the path by its last hop.', [tcpPath(facts), UDP_TRACE]),
    sinceMs, span: hopSpan(facts, sinceMs, slow.map(({ at }) => at.ttl)),
  }]
}

const isMore = (hereMs: number, laterMs: number): boolean => hereMs - laterMs > Math.max(FLOOR_MS, SHARE * laterMs)

/** The means are at hand and settle most hops; one slow answer moves them, so what they find is asked of the medians. */
function slowness(facts: PathFacts, hop: JudgedHop, later: readonly JudgedHop[]): Slow | null {
  const enough = later.filter((other) => other.hop.rtt.n >= REPLIES_MIN)
  const [first, ...rest] = enough
  if (!first || hop.hop.rtt.n < REPLIES_MIN) return null
  const quickest = rest.reduce((a, b) => (b.hop.rtt.meanMs < a.hop.rtt.meanMs ? b : a), first)
  if (!isMore(hop.hop.rtt.meanMs, quickest.hop.rtt.meanMs)) return null
  const [hereMs, laterMs] = [medianOf(facts, hop), medianOf(facts, quickest)]
  return isMore(hereMs, laterMs) ? { at: hop, hereMs, laterMs } : null
}

const medianOf = ({ path }: PathFacts, { hop }: JudgedHop): number =>
  median(recentSamples(hop, { probes: PROBES_SEEN, from: null, sinceMs: path.epochs.at(-1)?.sinceMs ?? -Infinity }).map((sample) => sample.rttMs))

/** P-BLOAT: round trips swell and shrink from a hop on: signs of a queue that fills. A grade needs a load test, so none is given. */
import { formatMs } from '#lib/format/number.ts'
import { quantileSorted } from '#lib/stats/quantile.ts'
import type { HopView } from '#lib/tools/path/view.ts'
import { ACCOUNTS } from '../causes.ts'
import type { Finding } from '../finding.ts'
import { PATHPING_RUN, runNext, tcpPath } from '../next.ts'
import { NOTHING, type PathFacts, type PathRule } from '../rule.ts'
import { capital, confidenceBy, hopLabel, hopSpan, responding } from './shared.ts'
import { recentSamples, type Sample } from './samples.ts'

const RULE = 'P-BLOAT'
const PROBES_SEEN = 120
const REPLIES_MIN = 20
const SWELL_MS = 60
const CLEAR_MS = 40
/** Cuts looked at: the 95th percentile bears a probe or two on the wrong side. */
const STRIDE = 2

interface Swell { hop: HopView; samples: readonly Sample[]; minMs: number; p95Ms: number }

export const bloat: PathRule = (facts) => {
  const { target } = facts
  const limit = facts.holds(RULE, facts.run.runId) ? CLEAR_MS : SWELL_MS
  if (!target) return NOTHING
  const atTarget = swellOf(facts, target.hop)
  // The first look is at the target alone: most paths are done with it.
  if (!atTarget || !isSwollen(atTarget, limit) || isOneStep(atTarget.samples, limit)) return NOTHING
  let first = atTarget
  let before: Swell | null = null
  for (const { hop } of responding(facts).toReversed()) {
    const swell = hop.ttl < target.ttl ? swellOf(facts, hop) : null
    if (!swell) continue
    if (!isSwollen(swell, limit)) { before = swell; break }
    first = swell
  }
  return [findingOf(facts, { first, before, target: atTarget })]
}

/** Spread of the newest round trips of the current epoch. Null: too few, or answered by several. */
function swellOf(facts: PathFacts, hop: HopView): Swell | null {
  const samples = recentSamples(hop, { probes: PROBES_SEEN, from: null, sinceMs: facts.path.epochs.at(-1)?.sinceMs ?? -Infinity })
  if (samples.length < REPLIES_MIN) return null
  const sorted = Float64Array.from(samples, (sample) => sample.rttMs).sort()
  return { hop, samples, minMs: sorted[0] ?? NaN, p95Ms: quantileSorted(sorted, 0.95) }
}

const isSwollen = ({ p95Ms, minMs }: Swell, limit: number): boolean => p95Ms - minMs >= limit

/** One clean step between two steady levels is a shift of latency (P-LAT-SHIFT), not a queue: some cut leaves both sides with less than half the swell. */
function isOneStep(samples: readonly Sample[], limit: number): boolean {
  const rtts = samples.map((sample) => sample.rttMs)
  return rtts.some((_, cut) => cut > 0 && cut % STRIDE === 0 && spread(rtts.slice(0, cut)) < limit / 2 && spread(rtts.slice(cut)) < limit / 2)
}

function spread(rtts: readonly number[]): number {
  const sorted = Float64Array.from(rtts).sort()
  return quantileSorted(sorted, 0.95) - (sorted[0] ?? NaN)
}

function findingOf(facts: PathFacts, { first, before, target }: { first: Swell; before: Swell | null; target: Swell }): Finding {
  const sinceMs = target.samples.find((sample) => sample.rttMs - target.minMs >= CLEAR_MS)?.atMs ?? facts.refMs
  return {
    rule: RULE, subject: facts.run.runId, severity: 'warn', confidence: confidenceBy(target.samples.length), ...ACCOUNTS[RULE],
    title: first === target ? 'Signs of queueing at the target or on its link: round trips swell and shrink.' : `Signs of queueing from ${hopLabel(facts.path, first.hop)}, on: round trips swell and shrink.`,
    meaning: 'From there on every hop that answers shows it, on an unchanged path: a link runs full and its buffer is large. A load test would tell how bad it is.',
    evidence: [
      ...(before ? [row(`Hop ${before.hop.ttl}`, before)] : []),
      ...(first === target ? [] : [row(`Hop ${first.hop.ttl}`, first)]),
      { ...row('Target', target), definition: '95th percentile minus minimum of the last 120 probes; 60 ms and more at a hop and at every later one.' },
      { label: 'Minimum, 95th percentile', value: `${formatMs(target.minMs)}, ${formatMs(target.p95Ms)}` },
    ],
    otherwise: ['A wireless or satellite link with varying delay.', 'The queue is on the way back.'],
    next: runNext(facts, 'Look at the load of the link before that hop, and watch whether the swelling ends with it.', [PATHPING_RUN, tcpPath(facts)]),
    sinceMs, span: hopSpan(facts, sinceMs, [first.hop.ttl]),
  }
}

const row = (label: string, { p95Ms, minMs }: Swell): Finding['evidence'][number] => ({ label: capital(label), value: `${formatMs(p95Ms - minMs)} of swell` })

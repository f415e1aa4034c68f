/** P-LAT-STEP: the least round trip rises at a hop and stays up: a long link, a tunnel, a detour. */
import { formatCount, formatMs } from '#lib/format/number.ts'
import { runNext, tcpPath, UDP_TRACE } from '../next.ts'
import { NOTHING, type JudgedHop, type PathFacts, type PathRule } from '../rule.ts'
import { epochStartMs, hopLabel, hopSpan } from './shared.ts'

const FLOOR_MS = 5
const SHARE = 0.2
const REPLIES_MIN = 3
/** Light in fibre: 1 ms of round trip a 100 km. */
const KM_PER_MS = 100

interface Step { before: JudgedHop; at: JudgedHop; fromMs: number; toMs: number }

export const latStep: PathRule = (facts) => {
  const step = largestStep(facts)
  if (!step) return NOTHING
  const rise = step.toMs - step.fromMs
  const sinceMs = epochStartMs(facts)
  return [{
    rule: 'P-LAT-STEP', subject: facts.run.runId, severity: 'info', confidence: step.at.hop.rtt.n < 30 ? 'medium' : 'high',
    title: `The round trip grows by ${formatMs(rise)} at ${hopLabel(facts.path, step.at.hop)}.`,
    meaning: `Every later hop is at least as far. A link of ${formatCount(Math.round(rise * KM_PER_MS))} km would do it, or a tunnel, a detour or a slow access line. It is not a fault by itself.`,
    evidence: [
      { label: `Up to hop ${step.before.ttl}`, value: formatMs(step.fromMs), definition: 'Least round trip of this hop and of every later one.' },
      { label: `From hop ${step.at.ttl} on`, value: formatMs(step.toMs), definition: 'The step must exceed the larger of 5 ms and 20 %. The least round trip leaves queues and slow replies out.' },
    ],
    otherwise: ['The way back of the later hops is another one.'],
    next: runNext(facts, 'Compare with where the two hops stand. Another protocol may take another way.', [tcpPath(facts), UDP_TRACE]),
    sinceMs, span: hopSpan(facts, sinceMs, [step.before.ttl, step.at.ttl]),
  }]
}

function largestStep({ hops }: PathFacts): Step | null {
  const timed = timedHops(hops)
  let best: Step | null = null
  timed.forEach((at, i) => {
    const before = timed[i - 1]
    if (!before) return
    const [fromMs, toMs] = [before.hop.rtt.minMs, at.hop.rtt.minMs]
    const rise = toMs - fromMs
    // Across silent hops nobody knows where it rises: each of them may have its share.
    if (rise > Math.max(FLOOR_MS * (at.ttl - before.ttl), SHARE * fromMs) && rise > (best ? best.toMs - best.fromMs : 0)) best = { before, at, fromMs, toMs }
  })
  return best
}

/** Hops whose least round trip says how far they are: one that a later hop undercuts is only slow to answer. Their least round trips never fall. */
function timedHops(hops: readonly JudgedHop[]): JudgedHop[] {
  const timed: JudgedHop[] = []
  let leastMs = Infinity
  for (const hop of hops.toReversed()) {
    if (hop.hop.rtt.n < REPLIES_MIN || hop.hop.rtt.minMs > leastMs) continue
    leastMs = hop.hop.rtt.minMs
    timed.unshift(hop)
  }
  return timed
}

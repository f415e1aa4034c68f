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
  const timed = hops.filter((hop) => hop.hop.rtt.n >= REPLIES_MIN)
  let best: Step | null = null
  // Backwards: what a hop is worth is the least of it and all later ones, for a router may be slow to answer and quick to forward.
  let toMs = Infinity
  for (let i = timed.length - 1; i > 0; i--) {
    const at = timed[i]
    const before = timed[i - 1]
    if (!at || !before) continue
    toMs = Math.min(toMs, at.hop.rtt.minMs)
    const fromMs = Math.min(toMs, before.hop.rtt.minMs)
    if (toMs - fromMs > Math.max(FLOOR_MS, SHARE * fromMs) && toMs - fromMs > (best ? best.toMs - best.fromMs : 0)) best = { before, at, fromMs, toMs }
  }
  return best
}

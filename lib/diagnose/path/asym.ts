/** P-ASYM: as many routers out as back? Out by the trace, back by the TTL of ping's replies. */
import { latestPing } from '#lib/session/runs.ts'
import { routersOut } from '#lib/tools/path/routers.ts'
import { routersBack } from '#lib/tools/ping/hops.ts'
import { runNext, tcpPath, UDP_TRACE } from '../next.ts'
import { NOTHING, type PathFacts, type PathRule } from '../rule.ts'
import { plural } from '../shared.ts'
import { epochStartMs, hopSpan } from './shared.ts'

const TELLING = 2
const ANSWERS_MIN = 3
/** After a change, the other tool may not have seen it yet. */
const SETTLED_MS = 10_000

export interface Lengths { out: number; targetTtl: number; back: number; ttl: number; initial: number; unsure: boolean; sinceMs: number }

/** Null: not known, or not for long enough. */
export function lengthsOf(facts: PathFacts): Lengths | null {
  const { path, run, session, target, nowMs } = facts
  const out = routersOut(path)
  const span = latestPing(session, run.target.address)?.view.ttls.findLast((one) => one.from === run.target.address)
  if (!out || !target || target.answered < ANSWERS_MIN || !span || span.replies < ANSWERS_MIN) return null
  const sinceMs = Math.max(epochStartMs(facts), span.sinceMs)
  const isChanged = path.epochs.length > 1 || span.sinceMs > epochStartMs(facts)
  if (isChanged && nowMs - sinceMs < SETTLED_MS) return null
  const { initial, routers, note } = routersBack(span.ttl)
  if (note === 'unlikely') return null
  // Where the start may have been 32 as well, the one that fits better is believed.
  const unsure = note === '64 or 32, unsure'
  const isSmall = unsure && Math.abs(32 - span.ttl - nearest(path.targetTtls, out.targetTtl, 32 - span.ttl)) < Math.abs(routers - out.routers)
  const back = isSmall ? 32 - span.ttl : routers
  const targetTtl = nearest(path.targetTtls, out.targetTtl, back) + 1
  return { out: targetTtl - 1, targetTtl, back, ttl: span.ttl, initial: isSmall ? 32 : initial, unsure, sinceMs }
}

/** Routers on the way out; of several ways, those of the one whose length is nearest to the way back. */
function nearest(ttls: readonly { ttl: number }[], targetTtl: number, back: number): number {
  const lengths = [targetTtl, ...ttls.map(({ ttl }) => ttl)].map((ttl) => ttl - 1)
  return lengths.reduce((a, b) => (Math.abs(b - back) < Math.abs(a - back) ? b : a))
}

export const asymmetry: PathRule = (facts) => {
  const lengths = lengthsOf(facts)
  if (!lengths || lengths.out === lengths.back) return NOTHING
  const { out, targetTtl, back, ttl, initial, unsure, sinceMs } = lengths
  const by = Math.abs(out - back)
  return [{
    rule: 'P-ASYM', subject: facts.run.runId, severity: by >= TELLING ? 'info' : 'ok', confidence: unsure || by < TELLING ? 'low' : 'medium',
    title: `The way back is ${plural(by, 'router')} ${back > out ? 'longer' : 'shorter'} than the way out.`,
    meaning: by >= TELLING ? 'Out and back are different paths. Loss or delay that a hop shows may be on the way back, where no trace from here sees it.'
      : 'A difference of one is often just how a router or the target counts.',
    evidence: [
      { label: `Out: target at hop ${targetTtl}`, value: `${targetTtl} \u2212 1 = ${plural(out, 'router')}` },
      { label: `Back: reply TTL ${ttl}`, value: `${initial} \u2212 ${ttl} = ${plural(back, 'router')}`, definition: `The target’s replies are assumed to have started at ${initial}, the usual value next above. Every router on the way back takes one.` },
    ],
    otherwise: [`The target does not start its replies at ${initial}.`, 'A tunnel hides routers in one direction.'],
    next: runNext(facts, 'Trace from the far side before blaming a hop. Another protocol may take another way out.', [tcpPath(facts), UDP_TRACE]),
    sinceMs, span: hopSpan(facts, sinceMs, [targetTtl]),
  }]
}

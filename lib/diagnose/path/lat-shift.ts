/** P-LAT-SHIFT of a path: the target's median round trip moved and stayed moved. With a path change: a re-route, and which hop it was. */
import { formatMs } from '#lib/format/number.ts'
import { ShiftDetector, type Shift } from '#lib/stats/shift.ts'
import { ACCOUNTS } from '../causes.ts'
import type { Finding, FindingRecord } from '../finding.ts'
import { PATHPING_RUN, runNext, tcpPath } from '../next.ts'
import { routeChangeNear } from '../route-change.ts'
import type { PathFacts, PathRule } from '../rule.ts'
import { capital } from './shared.ts'
import { targetSamples } from './samples.ts'

const RULE = 'P-LAT-SHIFT'
/** Enough for both sides of a shift, and for the longest time between two looks. */
const PROBES_SEEN = 96
const SHIFTS_SHOWN = 5
/** The same shift, found again from a window that has moved on. */
const SAME_MS = 15_000

/**
 * A shift that happened is a fact of the run: once found it is told as long as the run is, though the probes that showed it leave the
 * window. What was found is in the session's findings; so nothing is looked for twice and no state is kept here.
 */
export const pathLatencyShift: PathRule = (facts) => {
  const known = facts.session.findings.filter((record) => record.rule === RULE && record.untilMs === null && record.span.runId === facts.run.runId)
  const slack = Math.max(SAME_MS, 10 * (facts.path.intervalMs ?? 0))
  const queueing = facts.holds('P-BLOAT', facts.run.runId)
  const found = shiftsOf(facts).filter((shift) => known.every((record) => shift.atMs > record.sinceMs + slack)
    // A queue that swells and shrinks is one finding, not one for each turn.
    && (!queueing || routeChangeNear(facts.session, facts.run.target.address, shift.atMs) !== null))
  return [...known.map(again), ...found.map((shift) => findingOf(facts, shift))].slice(-SHIFTS_SHOWN)
}

function shiftsOf(facts: PathFacts): Shift[] {
  if (facts.path.targetTtl === null) return []
  const detector = new ShiftDetector()
  return targetSamples(facts.path, PROBES_SEEN).flatMap(({ rttMs, atMs }) => detector.push(rttMs, atMs) ?? [])
}

const ROSE = 'rose'
const subjectOf = (facts: PathFacts, shift: Shift, rose: boolean): string => `${facts.run.runId}/${Math.round(shift.atMs)}/${rose ? ROSE : 'fell'}`

/** As it was first told, before other findings made it more or less. */
function again({ id: _id, noticedMs: _noticed, untilMs: _until, explainedBy: _by, ...finding }: FindingRecord): Finding {
  return { ...finding, severity: finding.subject.endsWith(ROSE) ? 'warn' : 'info' }
}

function findingOf(facts: PathFacts, shift: Shift): Finding {
  const rose = shift.after > shift.before
  const change = routeChangeNear(facts.session, facts.run.target.address, shift.atMs)
  const { explains, settles } = ACCOUNTS[RULE]
  return {
    rule: RULE, subject: subjectOf(facts, shift, rose), severity: rose ? 'warn' : 'info', confidence: 'high', settles, ...(change ? { explains } : {}),
    title: `Latency ${rose ? 'rose' : 'fell'} ${formatMs(Math.abs(shift.after - shift.before))}${change ? ` when ${change.words}` : ''}.`,
    meaning: change ? 'The path changed at the same time, so packets take another way from then on.'
      : 'The routers stayed the same, so the way is the same: congestion, load, or a change below the routers (a tunnel or an optical path) is the likely cause.',
    evidence: [
      { label: 'Median', value: `${formatMs(shift.before)} to ${formatMs(shift.after)}`, definition: `Medians of the ${shift.samples} round trips of the target before and after.` },
      { label: 'Usual spread', value: formatMs(shift.mad, 2), definition: 'The larger of the median absolute deviation and half the interquartile range, before or after; a shift must exceed the larger of 5 ms and 4 times this.' },
      { label: 'Path', value: change ? capital(change.words) : 'unchanged' },
    ],
    otherwise: change ? ['The change of the path and of the latency have one cause further away.'] : ['Only the way back changed.', 'The target itself became slow to answer.'],
    next: runNext(facts, change ? 'Ask the operator of that hop about a routing change at that moment.' : 'Compare with another protocol, and look at the load of links and of the target at that moment.', [tcpPath(facts), PATHPING_RUN]),
    sinceMs: shift.atMs, span: { runId: facts.run.runId, fromMs: shift.atMs - 60_000, toMs: shift.atMs + 60_000, hops: change ? change.ttls : facts.path.targetTtl === null ? [] : [facts.path.targetTtl] },
  }
}

/** P-LOSS-SELF: our own runs share the budget of the routers between, so each looks worse than the path is. */
import { formatCount } from '#lib/format/number.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import { isPath } from '#lib/session/runs.ts'
import { DOUBT } from '#lib/tools/path/verdicts.ts'
import { PATHPING_RUN, runNext, tcpPath } from '../next.ts'
import { NOTHING, type PathFacts, type PathRule } from '../rule.ts'
import { hopSpan, lossRow, protocolName } from './shared.ts'

const PATH_TOOLS = new Set(['mtr', 'traceroute', 'pathping'])
const LOST_MIN = 3

interface Other { label: string; sinceMs: number }

export const lossSelf: PathRule = (facts) => {
  const hit = facts.hops.filter((hop) => hop.kind !== 'silent' && hop.lost >= LOST_MIN && hop.low > DOUBT)
  const [worst] = hit.toSorted((a, b) => b.share - a.share)
  if (!worst) return NOTHING
  const others = othersOf(facts)
  const first = others[0]
  if (!first) return NOTHING
  return [{
    rule: 'P-LOSS-SELF', subject: facts.run.runId, severity: 'info', confidence: 'medium',
    title: `${others.length === 1 ? 'Another run probes' : `${formatCount(others.length)} other runs probe`} this path at the same time, and they share what routers answer.`,
    meaning: 'A router that limits its replies gives each run only a part of them. Unanswered probes at a hop may be our own doing.',
    evidence: [...others.slice(0, 3).map(({ label }) => ({ label: 'At the same time', value: label })), lossRow(`Most unanswered, hop ${worst.ttl}`, worst)],
    otherwise: ['The loss is real: then the target loses too.'],
    next: runNext(facts, 'Stop one of them and look again, or probe more slowly.', [PATHPING_RUN, tcpPath(facts)]),
    sinceMs: first.sinceMs, span: hopSpan(facts, first.sinceMs, hit.map((hop) => hop.ttl)),
  }]
}

/** Path runs to the same address that go on now: those that the log tells of, and those of this session. Ping uses nobody's budget. */
function othersOf(facts: PathFacts): Other[] {
  const { run, session } = facts
  if (run.endedAtMs !== null) return []
  const others = new Map<RunId, Other>()
  for (const { with: other, sinceMs, untilMs } of run.overlaps) {
    if (untilMs === null && PATH_TOOLS.has(other.tool)) others.set(other.runId, { label: `${other.tool} ${other.protocol}${other.sameSession ? '' : ', another session'}`, sinceMs })
  }
  for (const other of session.runs) {
    if (!isPath(other) || other.runId === run.runId || others.has(other.runId) || other.state !== 'running' || other.target.address !== run.target.address) continue
    others.set(other.runId, { label: `${other.tool} ${protocolName(other.view)}`, sinceMs: Math.max(other.startedAtMs ?? 0, run.startedAtMs ?? 0) })
  }
  return [...others.values()].toSorted((a, b) => a.sinceMs - b.sinceMs)
}

/**
 * Runs that probe one address at the same time (P-LOSS-SELF). An overlap lasts from the later `run.started` to the earlier `run.ended` and
 * is written into both sessions, each about the other run: once when it begins, once when it ends. Names and reach runs share no router's budget.
 */
import type { EventBody, Observed } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { LiveRun, RunRegistry } from './registry.ts'
import { probesRouters, protocolOf } from './same-run.ts'

/** What a change of one run adds to the logs: its own session's next to the event that caused it, and those of the other sessions. */
export interface OverlapChange {
  own: Observed[]
  others: { sessionId: SessionId; event: Observed }[]
}

export interface Overlaps {
  /** The run's process exists now. */
  started(run: LiveRun, atMs: number): OverlapChange
  /** The run is over, however; for one that never started nothing changes. */
  ended(run: LiveRun, atMs: number): OverlapChange
}

type Other = Extract<EventBody, { kind: 'run.overlap' }>['with']

export function createOverlaps(registry: Pick<RunRegistry, 'all'>): Overlaps {
  /** For each run, those that it overlaps with now. Symmetric: both ends are in it, or neither. */
  const open = new Map<RunId, Map<RunId, LiveRun>>()
  const partners = (runId: RunId): Map<RunId, LiveRun> => {
    const known = open.get(runId) ?? new Map<RunId, LiveRun>()
    open.set(runId, known)
    return known
  }
  const about = (run: LiveRun, others: readonly LiveRun[], as: { state: 'began' | 'ended'; atMs: number }): OverlapChange => ({
    own: others.map((other) => overlap(run, other, as)),
    others: others.map((other) => ({ sessionId: other.sessionId, event: overlap(other, run, as) })),
  })
  return {
    started(run, atMs) {
      const shares = (other: LiveRun): boolean => other.runId !== run.runId && other.state === 'running' && probesRouters(other.tool) && other.target.address === run.target.address
      const others = probesRouters(run.tool) ? registry.all().filter((other) => shares(other) && !partners(run.runId).has(other.runId)) : []
      for (const other of others) {
        partners(run.runId).set(other.runId, other)
        partners(other.runId).set(run.runId, run)
      }
      return about(run, others, { state: 'began', atMs })
    },
    ended(run, atMs) {
      const others = [...(open.get(run.runId)?.values() ?? [])]
      open.delete(run.runId)
      for (const other of others) open.get(other.runId)?.delete(run.runId)
      return about(run, others, { state: 'ended', atMs })
    },
  }
}

function overlap(run: LiveRun, other: LiveRun, { state, atMs }: { state: 'began' | 'ended'; atMs: number }): Observed {
  const about: Other = { runId: other.runId, tool: other.tool, protocol: protocolOf(other), sameSession: other.sessionId === run.sessionId }
  return { kind: 'run.overlap', runId: run.runId, state, with: about, atMs }
}

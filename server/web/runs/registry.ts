/** The runs that are alive now. */
import type { ToolId } from '#lib/protocol/events.ts'
import type { RunId, SessionId, UserId } from '#lib/protocol/ids.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'

export interface LiveRun {
  runId: RunId
  sessionId: SessionId
  tool: ToolId
  target: PinnedTarget
  /** As the tool's own decoder returned them. */
  options: Record<string, unknown>
  userId: UserId
  /** Name of the person, as shown. */
  by: string
  queuedAtMs: number
  /** `queued` until the vantage says that the process exists. */
  state: 'queued' | 'running'
  /** Gives its place in the limits back; called once, when it ends. */
  release(): void
}

export interface RunRegistry {
  add(run: LiveRun): void
  get(runId: RunId): LiveRun | null
  running(runId: RunId): void
  /** Null when it was not alive: already ended, or never ours. */
  remove(runId: RunId): LiveRun | null
  all(): LiveRun[]
  ofSession(sessionId: SessionId): LiveRun[]
  size(): number
  /** Resolves once none of these runs is alive. */
  ended(runIds: readonly RunId[]): Promise<void>
}

export function createRunRegistry(): RunRegistry {
  const live = new Map<RunId, LiveRun>()
  const waiting = new Set<() => void>()
  return {
    add: (run) => void live.set(run.runId, run),
    get: (runId) => live.get(runId) ?? null,
    running(runId) {
      const run = live.get(runId)
      if (run) run.state = 'running'
    },
    remove(runId) {
      const run = live.get(runId)
      if (live.delete(runId)) run?.release()
      for (const check of [...waiting]) check()
      return run ?? null
    },
    all: () => [...live.values()],
    ofSession: (sessionId) => [...live.values()].filter((run) => run.sessionId === sessionId),
    size: () => live.size,
    ended: (runIds) => new Promise((resolve) => {
      const check = (): void => {
        if (runIds.some((runId) => live.has(runId))) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    }),
  }
}

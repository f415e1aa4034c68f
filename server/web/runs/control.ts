/** Run control: starts runs on the vantage, writes what they report to the log, and sees to it that every run ends in an outcome. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId, SessionId, UserId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { RunOutput, RunRequest, Vantage } from '../../link/vantage.ts'
import type { Clock } from '../access/types.ts'
import type { Log } from '../log.ts'
import type { SessionStore } from '../sessions/types.ts'
import { FOUND_UNFINISHED, LINK_LOST, refusedBy, SERVER_STOPPED } from './outcomes.ts'
import { createRunRegistry, type RunRegistry } from './registry.ts'
import { createRunWriter, type RunWriter, type WriterFigures } from './writer.ts'

/** Given to the vantage as who stopped a run when it was the server itself. */
const SHUTDOWN_BY = 'Hopscope (server stopping)'

export interface RunOrder {
  request: RunRequest
  by: string
  userId: UserId
  policyId: string
  /** Gives its place in the limits back. */
  release(): void
}

export interface RunControl {
  live: Pick<RunRegistry, 'get' | 'all' | 'ofSession' | 'size'>
  /** Resolves once `run.queued` is committed, then asks the vantage. Its refusal becomes the run's outcome, so this never fails. */
  start(order: RunOrder): Promise<void>
  /** False when the run is not alive. Its `run.ended` comes from the vantage. */
  stop(runId: RunId, by: string): boolean
  /** Stops a session's runs and waits for their end, `withinMs` at most; what is left is written off as interrupted. */
  endSession(sessionId: SessionId, by: string, withinMs: number): Promise<void>
  /** At start-up: writes the missing end of every run that died with the process before this one. */
  recover(): Promise<number>
  /** False once `shutdown` was called: nothing more is started. */
  accepting(): boolean
  figures(): WriterFigures
  /** Ends every run, `withinMs` at most, and waits until the log has it all. */
  shutdown(withinMs: number): Promise<void>
}

export interface RunControlParts { store: SessionStore; vantage: Vantage; clock: Clock; log: Log }

export function createRunControl(parts: RunControlParts): RunControl {
  const { store, vantage, clock } = parts
  const registry = createRunRegistry()
  const writer = createRunWriter(parts)
  let stopping = false

  const ended = (runId: RunId, outcome: Outcome): Observed => ({ kind: 'run.ended', runId, outcome, atMs: clock.nowMs() })
  const writeOff = (runId: RunId, outcome: Outcome): Promise<void> => {
    const run = registry.remove(runId)
    return run === null ? Promise.resolve() : writer.events(run.sessionId, [ended(runId, outcome)])
  }

  listenToVantage(parts, { registry, writer, writeOff, stopping: () => stopping })
  const ask = async (request: RunRequest): Promise<void> => {
    const answer = await vantage.start(request)
    if (!answer.ok) await writeOff(request.runId, refusedBy(answer.error))
  }
  const endAll = async (runIds: readonly RunId[], by: string, withinMs: number): Promise<void> => {
    for (const runId of runIds) vantage.stop(runId, by)
    await Promise.race([registry.ended(runIds), delay(withinMs)])
  }

  return {
    live: registry,
    async start(order) {
      const { request, userId, release } = order
      const { runId, sessionId, tool } = request
      registry.add({ runId, sessionId, tool, userId, queuedAtMs: clock.nowMs(), state: 'queued', release })
      await writer.events(sessionId, [queued(order, clock.nowMs())])
      if (registry.get(runId) !== null) void ask(request)
    },
    stop(runId, by) {
      if (registry.get(runId) === null) return false
      vantage.stop(runId, by)
      return true
    },
    async endSession(sessionId, by, withinMs) {
      const runIds = registry.ofSession(sessionId).map((run) => run.runId)
      await endAll(runIds, by, withinMs)
      await Promise.all(runIds.map((runId) => writeOff(runId, SERVER_STOPPED)))
      await writer.settled()
    },
    async recover() {
      const unfinished = await store.unfinished()
      for (const { sessionId, runIds } of unfinished) await writer.events(sessionId, runIds.map((runId) => ended(runId, FOUND_UNFINISHED)))
      return unfinished.length
    },
    accepting: () => !stopping,
    figures: () => writer.figures(),
    async shutdown(withinMs) {
      stopping = true
      await endAll(registry.all().map((run) => run.runId), SHUTDOWN_BY, withinMs)
      await Promise.all(registry.all().map((run) => writeOff(run.runId, SERVER_STOPPED)))
      await writer.settled()
    },
  }
}

function queued({ request, by, policyId }: RunOrder, atMs: number): Observed {
  const { runId, tool, target, options } = request
  return { kind: 'run.queued', runId, tool, target, options, by, policyId, atMs }
}

interface Listening {
  registry: RunRegistry
  writer: RunWriter
  writeOff(runId: RunId, outcome: Outcome): Promise<void>
  stopping(): boolean
}

/** What the vantage tells unasked: output of runs, that it went away, that its clock stepped. */
function listenToVantage({ vantage, clock }: RunControlParts, { registry, writer, writeOff, stopping }: Listening): void {
  vantage.on('output', (output) => takeOutput({ registry, writer, stopping: stopping(), nowMs: clock.nowMs() }, output))
  vantage.on('state', () => {
    if (!vantage.online()) for (const run of registry.all()) void writeOff(run.runId, stopping() ? SERVER_STOPPED : LINK_LOST)
  })
  vantage.on('clock', (step) => {
    for (const sessionId of new Set(registry.all().map((run) => run.sessionId))) void writer.events(sessionId, [{ kind: 'clock.step', ...step }])
  })
}

interface OutputParts { registry: RunRegistry; writer: RunWriter; stopping: boolean; nowMs: number }

/** Output of a run that has ended (or was never ours) is dropped: `run.ended` is the last event of a run. */
function takeOutput({ registry, writer, stopping, nowMs }: OutputParts, output: RunOutput): void {
  if (registry.get(output.runId)?.sessionId !== output.sessionId) return
  const last = output.events.findIndex((event) => event.kind === 'run.ended')
  const events = (last < 0 ? output.events : output.events.slice(0, last + 1)).map((event) => (stopping ? markStopped(event) : event))
  const atMs = events.at(-1)?.atMs ?? nowMs
  void writer.transcript({ sessionId: output.sessionId, runId: output.runId, bytes: output.transcript, atMs })
  void writer.events(output.sessionId, events)
  if (events.some((event) => event.kind === 'run.started')) registry.running(output.runId)
  if (last >= 0) registry.remove(output.runId)
}

/** A run that we stopped because the server stops was interrupted, whatever the tool says of the signal it got. */
function markStopped(event: Observed): Observed {
  return event.kind === 'run.ended' && event.outcome.by === SHUTDOWN_BY ? { ...event, outcome: SERVER_STOPPED } : event
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}

/** Run control: starts runs on the vantage, writes what they report to the log, and sees to it that every run ends in an outcome. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId, SessionId, UserId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { RunOutput, RunRequest, Vantage } from '../../link/vantage.ts'
import type { Clock } from '../access/types.ts'
import type { Log } from '../log.ts'
import type { SessionStore } from '../sessions/types.ts'
import { createClaims, type Claims } from './claims.ts'
import { LINK_LOST, refusedBy, SERVER_STOPPED } from './outcomes.ts'
import { recoverRuns } from './recover.ts'
import { createOverlaps, type OverlapChange, type Overlaps } from './overlaps.ts'
import { createRunRegistry, type LiveRun, type RunRegistry } from './registry.ts'
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
  /** The right to start runs in a session without sending the same probes twice; taken before `start`, given back after it. */
  claims: Claims
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
  const overlaps = createOverlaps(registry)
  let stopping = false

  const ended = (runId: RunId, outcome: Outcome): Observed => ({ kind: 'run.ended', runId, outcome, atMs: clock.nowMs() })
  const writeOff = (runId: RunId, outcome: Outcome): Promise<void> => {
    const run = registry.remove(runId)
    if (run === null) return Promise.resolve()
    const end = ended(runId, outcome)
    const change = overlaps.ended(run, end.atMs)
    const written = writer.events(run.sessionId, [...change.own, end])
    tellOthers(writer, change)
    return written
  }

  listenToVantage(parts, { registry, overlaps, writer, writeOff, stopping: () => stopping })
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
    claims: createClaims(registry),
    async start(order) {
      const { request, userId, by, release } = order
      const { runId, sessionId, tool, target, options } = request
      registry.add({ runId, sessionId, tool, target, options, userId, by, queuedAtMs: clock.nowMs(), state: 'queued', release })
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
    recover: () => recoverRuns({ store, writer, clock }),
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
  overlaps: Overlaps
  writer: RunWriter
  writeOff(runId: RunId, outcome: Outcome): Promise<void>
  stopping(): boolean
}

/** What the vantage tells unasked: output of runs, that it went away, that its clock stepped. */
function listenToVantage({ vantage, clock }: RunControlParts, { registry, overlaps, writer, writeOff, stopping }: Listening): void {
  vantage.on('output', (output) => takeOutput({ registry, overlaps, writer, stopping: stopping(), nowMs: clock.nowMs() }, output))
  vantage.on('state', () => {
    if (!vantage.online()) for (const run of registry.all()) void writeOff(run.runId, stopping() ? SERVER_STOPPED : LINK_LOST)
  })
  vantage.on('clock', (step) => {
    for (const sessionId of new Set(registry.all().map((run) => run.sessionId))) void writer.events(sessionId, [{ kind: 'clock.step', ...step }])
  })
}

interface OutputParts { registry: RunRegistry; overlaps: Overlaps; writer: RunWriter; stopping: boolean; nowMs: number }

/** Output of a run that has ended (or was never ours) is dropped: `run.ended` is the last event of a run. */
function takeOutput(parts: OutputParts, output: RunOutput): void {
  const { registry, writer, stopping, nowMs } = parts
  const { runId, sessionId, transcript } = output
  const run = registry.get(runId)
  if (run === null || run.sessionId !== sessionId) return
  const last = output.events.findIndex((event) => event.kind === 'run.ended')
  const told = (last < 0 ? output.events : output.events.slice(0, last + 1)).map((event) => (stopping ? markStopped(event) : event))
  const others: OverlapChange['others'] = []
  const events = told.flatMap((event) => withOverlaps(parts, { run, event, others }))
  void writer.transcript({ sessionId, runId, bytes: transcript, atMs: events.at(-1)?.atMs ?? nowMs })
  void writer.events(sessionId, events)
  tellOthers(writer, { others })
  if (last >= 0) registry.remove(runId)
}

/** The event with what it means for runs towards the same address: behind a start, before an end. `others` grows by what other sessions are told. */
function withOverlaps({ registry, overlaps }: OutputParts, { run, event, others }: { run: LiveRun; event: Observed; others: OverlapChange['others'] }): Observed[] {
  if (event.kind !== 'run.started' && event.kind !== 'run.ended') return [event]
  if (event.kind === 'run.started') registry.running(run.runId)
  const change = event.kind === 'run.started' ? overlaps.started(run, event.atMs) : overlaps.ended(run, event.atMs)
  others.push(...change.others)
  return event.kind === 'run.started' ? [event, ...change.own] : [...change.own, event]
}

/** Their runs are live, so nothing of theirs has ended yet: calls to the writer keep their order. */
function tellOthers(writer: RunWriter, { others }: Pick<OverlapChange, 'others'>): void {
  for (const { sessionId, event } of others) void writer.events(sessionId, [event])
}

/** A run that we stopped because the server stops was interrupted, whatever the tool says of the signal it got. */
function markStopped(event: Observed): Observed {
  return event.kind === 'run.ended' && event.outcome.by === SHUTDOWN_BY ? { ...event, outcome: SERVER_STOPPED } : event
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}

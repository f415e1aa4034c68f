/** The fold: `(view, event) -> view` that turns a session's log into what is shown. Deterministic: no clock, no randomness, no I/O. */
import { diagnose, patienceS } from '#lib/diagnose/diagnose.ts'
import type { EventOf, SessionEvent } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import { revisionOf } from './revision.ts'
import { applyToTool, beginRun } from './tool-fold.ts'
import type { RunView, SessionView } from './view.ts'

const CLOCK_STEPS_KEPT = 256
const GAPS_KEPT = 256
const STEPS_KEPT = 64
const OVERLAPS_KEPT = 64

/** The view before any event. */
export function emptySession(): SessionView {
  return {
    seq: 0, atMs: 0, sessionId: null, title: '', target: '', by: '', vantage: '', createdAtMs: 0,
    runs: [], findings: [], fine: [], clockSteps: [], gaps: [], diagnosedAtS: 0, diagnosedRevision: -1,
  }
}

/**
 * Applies one event in place. Events must come in seq order; one that was already applied is ignored, so a caller may replay
 * an overlap. Bounded memory: every list below has a cap, every tool's fold has its own.
 */
export function applyEvent(view: SessionView, event: SessionEvent): void {
  if (event.seq <= view.seq) return
  view.seq = event.seq
  view.atMs = event.atMs
  applyCore(view, event)
  if ('runId' in event) applyToRun(view, event)
  if (event.kind === 'clock.step') for (const run of view.runs) if (run.state === 'running') applyToTool(run, event)
  if (isDiagnosisDue(view, event)) diagnose(view)
}

function applyCore(view: SessionView, event: SessionEvent): void {
  switch (event.kind) {
    case 'session.created':
      view.sessionId = event.sessionId
      view.title = event.title
      view.target = event.target
      view.by = event.by
      view.vantage = event.vantage
      view.createdAtMs = event.atMs
      break
    case 'clock.step':
      pushCapped(view.clockSteps, { atMs: event.atMs, deltaMs: event.deltaMs }, CLOCK_STEPS_KEPT)
      break
    case 'log.gap':
      pushCapped(view.gaps, { fromMs: event.fromMs, toMs: event.toMs, events: event.events }, GAPS_KEPT)
      break
    case 'run.queued':
      view.runs.push(newRun(event))
      break
    default:
  }
}

function newRun(event: EventOf<'run.queued'>): RunView {
  const { runId, tool, target, options, by, policyId } = event
  return beginRun({
    runId, tool, target, options, by, policyId,
    state: 'queued', queuedAtMs: event.atMs, startedAtMs: null, endedAtMs: null,
    argv: [], pid: null, user: null, deadlineMs: null, sources: [], outcome: null, unrecognised: 0, truncatedBytes: 0, steps: [], overlaps: [],
  })
}

function applyToRun(view: SessionView, event: SessionEvent & { runId: RunId }): void {
  const run = view.runs.findLast((candidate) => candidate.runId === event.runId)
  if (!run) return
  switch (event.kind) {
    case 'run.started':
      run.state = 'running'
      run.startedAtMs = event.atMs
      run.argv = event.argv
      run.pid = event.pid
      run.user = event.user
      run.deadlineMs = event.deadlineMs
      run.sources = event.sources ?? []
      break
    case 'run.ended':
      run.state = event.outcome.kind
      run.outcome = event.outcome
      run.endedAtMs = event.atMs
      break
    case 'run.truncated':
      run.truncatedBytes += event.bytes
      break
    case 'unrecognised':
      run.unrecognised += 1
      break
    case 'run.step':
      run.steps = [...run.steps, { argv: event.argv, atMs: event.atMs, line: event.line }].slice(-STEPS_KEPT)
      break
    case 'run.overlap':
      run.overlaps = withOverlap(run.overlaps, event)
      break
    default:
  }
  applyToTool(run, event)
}

/** An overlap that ends closes the one that began with the same run. */
function withOverlap(overlaps: RunView['overlaps'], event: EventOf<'run.overlap'>): RunView['overlaps'] {
  if (event.state === 'began') return [...overlaps, { with: event.with, sinceMs: event.atMs, untilMs: null }].slice(-OVERLAPS_KEPT)
  return overlaps.map((one) => (one.with.runId === event.with.runId && one.untilMs === null ? { ...one, untilMs: event.atMs } : one))
}

/**
 * The rules run at most once per second of event time, when a fact changed or their patience is over, and at every end of a run.
 * Both marks are part of the view, so live, replay and snapshot + tail evaluate at the same events.
 */
function isDiagnosisDue(view: SessionView, event: SessionEvent): boolean {
  if (event.kind === 'run.ended') return true
  const second = Math.floor(event.atMs / 1000)
  if (second === view.diagnosedAtS) return false
  return revisionOf(view) !== view.diagnosedRevision || Math.abs(second - view.diagnosedAtS) >= patienceS(view)
}

function pushCapped<T>(list: T[], item: T, cap: number): void {
  list.push(item)
  if (list.length > cap) list.shift()
}

/** The fold of every path tool: events of one run into the view. Deterministic, bounded; time comes from the events alone. */
import type { EventOf, SessionEvent } from '#lib/protocol/events.ts'
import { PROBE } from '../ping/view.ts'
import type { ParserContext, ToolFold } from '../tool.ts'
import { applyReply } from './fold/answers.ts'
import { expire, knowProbe, loseAwaited, moveAwaited, setFate, setSentAt } from './fold/probes.ts'
import { responderOf } from './fold/responders.ts'
import { decodePath, encodePath } from './fold/snapshot.ts'
import { PathState } from './fold/state.ts'
import { addLabels, addName, addNotice, addOrigin, beginStage } from './fold/tallies.ts'
import type { PathSettings } from './settings.ts'
import type { PathView } from './view.ts'

/** A fold for one tool; `settings` reads what the fold needs from that tool's options. */
export function pathFold<Options>(settings: (context: ParserContext<Options>) => PathSettings): ToolFold<Options, PathView> {
  const empty = (context: ParserContext<Options>): PathState => new PathState(context.target.address, settings(context))
  return {
    empty,
    apply: (view, event) => applyPath(stateOf(view), event),
    encode: (view) => encodePath(stateOf(view)),
    decode: (snapshot, context) => decodePath(snapshot, empty(context)),
    copy: (view) => stateOf(view).copy(),
  }
}

/** Views are only made by `empty` and `decode`; anything else is a bug of the caller. */
function stateOf(view: PathView): PathState {
  if (!(view instanceof PathState)) throw new Error('a path view that this fold did not make')
  return view
}

function applyPath(view: PathState, event: SessionEvent): void {
  if (isTimeOfRun(event)) expire(view, event.atMs)
  switch (event.kind) {
    // The rules look at what ordinary answers add up to every few seconds anyway: these raise the revision themselves where one is not ordinary.
    case 'path.reply':
      return applyReply(view, event)
    case 'path.awaited':
      return applyAwaited(view, event)
    case 'path.unanswered':
      return applyUnanswered(view, event)
    default:
      if (applyOther(view, event)) view.revision++
  }
}

/**
 * A step is told in a clock that the probes are not told in yet. An interruption is told when somebody came back, maybe a day
 * later: nobody listened until then, so what was under way is not lost but unknown.
 */
function isTimeOfRun(event: SessionEvent): boolean {
  return event.kind !== 'clock.step' && !(event.kind === 'run.ended' && event.outcome.kind === 'interrupted')
}

function applyAwaited(view: PathState, event: EventOf<'path.awaited'>): void {
  const hop = view.hop(event.ttl)
  const slot = knowProbe(view, hop, event.probe, { sentAtMs: event.sentAtMs, lineMs: event.atMs })
  if (slot < 0 || hop.series.state[slot] !== PROBE.awaited) return
  setSentAt(hop, event.probe, event.sentAtMs)
  const deadlineMs = event.sentAtMs + view.timeoutMs
  if (event.atMs > deadlineMs) setFate(view, hop, event.probe, PROBE.lost)
  else view.nextDeadlineMs = Math.min(view.nextDeadlineMs, deadlineMs)
}

function applyUnanswered(view: PathState, event: EventOf<'path.unanswered'>): void {
  const hop = view.hop(event.ttl)
  const slot = knowProbe(view, hop, event.probe, { sentAtMs: NaN, lineMs: event.atMs })
  if (slot >= 0 && hop.series.state[slot] === PROBE.awaited) setFate(view, hop, event.probe, PROBE.lost)
}

/** False for an event that changes nothing here. */
function applyOther(view: PathState, event: SessionEvent): boolean {
  switch (event.kind) {
    case 'path.labels':
      return addLabels(event.from === null ? null : responderOf(view.hop(event.ttl).table, event.from, view.isTarget), event.labels)
    case 'path.stage':
      beginStage(view, event)
      return true
    case 'path.name':
      return addName(view.names, event)
    case 'path.as':
      return addOrigin(view.names, event)
    case 'path.notice':
      addNotice(view.notices, event)
      return true
    case 'path.fatal':
      view.fatal ??= { error: event.error, text: event.text, atMs: event.atMs }
      return true
    case 'clock.step':
      moveAwaited(view, event.deltaMs, event.atMs)
      return true
    case 'run.ended':
      view.ended = true
      // A tool that ended by itself has waited for its last probes, so what is unanswered is lost. One that was stopped has not:
      // what was under way then stays awaited, and counts neither way.
      if (event.outcome.kind === 'finished') loseAwaited(view)
      return true
    default:
      return false
  }
}

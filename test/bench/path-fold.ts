/** What a long path run costs: folding an event, the snapshot of 2 and of 24 hours at 30 hops, and opening it. */
import { gzipSync } from 'node:zlib'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import { contextOf, fold } from '#test/lib/tools/path/context.ts'
import { HOPS, longRun, TARGET } from '#test/lib/tools/path/day.ts'
import type { Figure } from './run.ts'
import { round } from './support/measure.ts'

/** What the page would do without a fold: every event kept, counted once per hop. */
function naive(events: readonly SessionEvent[]): number {
  const answered = new Map<number, number[]>()
  for (const event of events) {
    if (event.kind !== 'path.reply' || event.rttMs === null) continue
    const list = answered.get(event.ttl) ?? []
    list.push(event.rttMs)
    answered.set(event.ttl, list)
  }
  return answered.size
}

function timed(work: () => unknown): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

const least = (times: number, work: () => unknown): number => Math.min(...Array.from({ length: times }, () => timed(work)))

function folded(events: Iterable<SessionEvent>): PathView {
  const view = fold.empty(contextOf(TARGET))
  for (const event of events) fold.apply(view, event)
  return view
}

function opening(hours: number, view: PathView): Figure[] {
  const name = `${HOPS} hops, ${hours} h`
  let text = ''
  const encodeMs = least(3, () => { text = JSON.stringify(fold.encode(view)) })
  const decodeMs = least(5, () => fold.decode(JSON.parse(text), contextOf(TARGET)))
  const copyMs = least(5, () => fold.copy(view))
  const packed = gzipSync(text).length
  return [
    { figure: `path snapshot, ${name}, size`, ours: round(text.length / 1e6), unit: 'MB', against: `gzip ${round(packed / 1e6)} MB`, ratio: round(text.length / 1.5e6), goal: '<= 1 (1.5 MB)' },
    { figure: `path snapshot, ${name}, opened`, ours: round(decodeMs), unit: 'ms', against: `written in ${round(encodeMs)} ms`, ratio: round(decodeMs / 150), goal: '<= 1 (150 ms)' },
    { figure: `path view, ${name}, copied`, ours: round(copyMs), unit: 'ms', against: `opened in ${round(decodeMs)} ms`, ratio: round(copyMs / decodeMs), goal: '<= 1' },
  ]
}

/** Fold per event, and snapshots of a short and a long run. */
export async function bench(): Promise<Figure[]> {
  const events = [...longRun(2 * 3600)]
  const plainMs = least(3, () => naive(events))
  const foldMs = least(3, () => folded(events))
  const perEvent = (foldMs * 1e6) / events.length
  return [
    { figure: `path fold, ${events.length.toLocaleString('en')} events`, ours: round(perEvent), unit: 'ns an event', against: `round trips pushed to a list: ${round((plainMs * 1e6) / events.length)} ns`, ratio: round(perEvent / 1000), goal: '<= 1 (a million a second)' },
    ...opening(2, folded(events)),
    ...opening(24, folded(longRun(24 * 3600))),
  ]
}

/** Folds events, shows a view as plain data, and makes single events. */
import type { Observed } from '#lib/protocol/events.ts'
import { pingFold } from '#lib/tools/ping/fold.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
import { contextOf, numbered, RUN } from './context.ts'
import { START } from './world.ts'

export const context = (some: { intervalMs?: number; timeoutMs?: number; deadlineS?: number } = {}) => contextOf('192.0.2.1', some)

export function fold(events: readonly Observed[], of = context(), view = pingFold.empty(of)): PingView {
  for (const event of numbered(events)) pingFold.apply(view, event)
  return view
}

/** Everything a reader can see, as plain data. */
export function visible(view: PingView) {
  const { series, rollups, rtt, jitter, ...rest } = view
  const rows = Array.from({ length: series.length }, (_, i) => {
    const slot = series.slot(i)
    return [series.first + i, series.sentAtMs[slot], series.rttMs[slot], series.ttl[slot], series.state[slot]]
  })
  const { n, meanMs, stdevMs, minMs, maxMs, lastMs } = rtt
  return {
    ...rest, rows, levels: rollups.map((level) => ({ widthMs: level.widthMs, buckets: [...level.buckets] })), rtt: { n, meanMs, stdevMs, minMs, maxMs, lastMs },
    jitter: { n: jitter.n, meanAbsMs: jitter.meanAbsMs, rfc3550Ms: jitter.rfc3550Ms }, lastSentMs: view.lastSentMs, achievedPerS: view.achievedPerS,
  }
}

export const base = { runId: RUN, line: 1 }
export const reply = (probe: number, rttMs: number | null, more: object = {}): Observed => ({ kind: 'ping.reply', ...base, probe, rttMs, ttl: 61, bytes: 64, atMs: START + (probe - 1) * 1000 + (rttMs ?? 0), ...more })
export const awaited = (probe: number, more: object = {}): Observed => ({ kind: 'ping.awaited', ...base, probe, atMs: START + probe * 1000, ...more })
export const clock = (deltaMs: number, atMs: number): Observed => ({ kind: 'clock.step', deltaMs, atMs })
export const summary = (transmitted: number, atMs: number): Observed => ({ kind: 'ping.summary', ...base, transmitted, received: 0, duplicates: 0, errors: 0, corrupted: 0, lossPct: 100, timeMs: null, rtt: null, atMs })
export const ended = (kind: 'finished' | 'stopped' | 'interrupted' | 'timed-out', atMs: number): Observed => ({ kind: 'run.ended', runId: RUN, outcome: { kind, code: 'x', message: '' }, atMs })
export const other = (atMs: number): Observed => ({ kind: 'unrecognised', ...base, text: '', atMs })
export const states = (view: PingView) => Array.from({ length: view.series.length }, (_, i) => view.series.state[view.series.slot(i)])

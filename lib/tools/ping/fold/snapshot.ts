/** The ping view as JSON and back. The series is packed in columns; buckets are worked out of it again. */
import { packNumbers, unpackNumbers } from '#lib/protocol/columns.ts'
import { fields, isCount, isNumber, isText, isWhole, listOf, maybe, nullOr, oneOf, type Shaped } from '#lib/protocol/shape.ts'
import type { ParserContext } from '../../tool.ts'
import type { PingSummary } from '../events.ts'
import { ICMP_ERROR_KINDS } from '../icmp-kinds.ts'
import type { PingOptions } from '../options.ts'
import { packSealed, unpackSealed } from './sealed.ts'
import { SERIES_MAX } from './series.ts'
import { PingState, type FoldWork } from './state.ts'

/** Raise when a snapshot of before means something else: it is then refused, and the log folded from its start. */
const VERSION = 1

/** JSON has no NaN. */
const num = nullOr(isNumber)
const counts = fields({
  sent: isCount, judged: isCount, answered: isCount, lost: isCount, late: isCount, awaited: isCount, errors: isCount, duplicates: isCount, reordered: isCount,
  corrupt: isCount, truncated: isCount, otherSource: isCount, localErrors: isCount, refused: isCount, clockSteps: isCount,
})
const figuresShape = fields({ n: isCount, mean: num, m2: isNumber, min: num, max: num, last: num })
const work = fields({
  base: isWhole, pendingFrom: isWhole, highestReplied: isWhole, startMs: num, stampMs: num, guessedStepMs: isNumber, guessedAtMs: num,
  stepFence: isWhole, refusals: isCount, lastProbe: isWhole, lastRttMs: num, lastSentMs: num,
})
const tally = { text: isText, count: isCount, firstMs: isNumber, lastMs: isNumber, mtu: maybe(isWhole) }
/** Made by the session's own log; the id is shown nowhere. */
const isRunId = (value: unknown): value is PingSummary['runId'] => isText(value)
const summary = fields({
  kind: oneOf('ping.summary'), runId: isRunId, line: isWhole, transmitted: isWhole, received: isWhole, duplicates: isWhole, errors: isWhole, corrupted: isWhole,
  lossPct: num, timeMs: num, rtt: nullOr(fields({ min: isNumber, avg: isNumber, max: isNumber, mdev: num })),
})
const seriesLength = (value: unknown): value is number => isCount(value) && value <= SERIES_MAX

const isSnapshot = fields({
  version: oneOf(VERSION),
  counts,
  series: fields({ first: isCount, start: isCount, length: seriesLength, sentAtMs: isText, rttMs: isText, ttl: isText, state: isText }),
  sealed: listOf(listOf(isText)),
  rtt: figuresShape, rttBefore: figuresShape,
  jitter: fields({ n: isCount, sumMs: isNumber, trail: isText }),
  ttls: listOf(fields({ sinceMs: isNumber, untilMs: isNumber, ttl: isWhole, from: isText, replies: isCount })),
  bursts: listOf(fields({ firstProbe: isWhole, lastProbe: isWhole, startMs: isNumber, endMs: isNumber, count: isCount })),
  icmpErrors: listOf(fields({ from: isText, error: oneOf(...ICMP_ERROR_KINDS), ...tally })),
  localErrors: listOf(fields({ error: isText, ...tally })),
  otherSources: listOf(fields({ from: isText, count: isCount, firstMs: isNumber })),
  shifts: listOf(fields({ atMs: isNumber, beforeMs: isNumber, afterMs: isNumber, madMs: isNumber, samples: isCount })),
  detector: fields({ before: listOf(isNumber), after: listOf(isNumber), afterAt: listOf(isNumber) }),
  fatal: nullOr(fields({ error: isText, text: isText, atMs: isNumber })),
  summary: nullOr(summary),
  firstSentMs: num,
  revision: isCount,
  work,
})
type Snapshot = Shaped<typeof isSnapshot>

/** A JSON-safe copy; shares nothing with the view. */
export function encodePing(view: PingState): Snapshot {
  const { series } = view
  const column = (values: Float64Array | Uint8Array): string =>
    packNumbers(Float64Array.from({ length: series.length }, (_, i) => values[series.slot(i)] ?? NaN))
  return structuredCopy({
    version: VERSION,
    counts: view.counts,
    series: {
      first: series.first, start: series.start, length: series.length,
      sentAtMs: column(series.sentAtMs), rttMs: column(series.rttMs), ttl: column(series.ttl), state: column(series.state),
    },
    sealed: view.rollups.map((level) => packSealed(level.sealed)),
    rtt: figures(view.rtt), rttBefore: figures(view.rttBefore),
    jitter: { n: view.jitter.n, sumMs: view.jitter.sumMs, trail: packNumbers(view.jitter.trail) },
    ttls: view.ttls, bursts: view.bursts, icmpErrors: view.icmpErrors, localErrors: view.localErrors, otherSources: view.otherSources,
    shifts: view.shifts, detector: view.shiftDetector.state(), fatal: view.fatal, summary: view.summary,
    firstSentMs: orNull(view.firstSentMs), revision: view.revision,
    work: withNulls(view.work),
  })
}

/** Throws for what `encodePing` of this version did not make. */
export function decodePing(snapshot: unknown, context: ParserContext<PingOptions>): PingState {
  if (!isSnapshot(snapshot)) throw new Error('not a ping snapshot of this form')
  const from = snapshot
  const view = new PingState(context)
  view.counts = { ...from.counts }
  view.rtt.restore(withNaN(from.rtt))
  Object.assign(view.rttBefore, withNaN(from.rttBefore))
  view.jitter.n = from.jitter.n
  view.jitter.sumMs = from.jitter.sumMs
  view.jitter.trail = unpackNumbers(from.jitter.trail)
  view.ttls = from.ttls.map((entry) => ({ ...entry }))
  view.bursts = from.bursts.map((entry) => ({ ...entry }))
  view.icmpErrors = from.icmpErrors.map((entry) => ({ ...entry }))
  view.localErrors = from.localErrors.map((entry) => ({ ...entry }))
  view.otherSources = from.otherSources.map((entry) => ({ ...entry }))
  view.shifts = from.shifts.map((entry) => ({ ...entry }))
  view.shiftDetector.restore(from.detector)
  view.fatal = from.fatal
  view.summary = from.summary
  view.firstSentMs = from.firstSentMs ?? NaN
  view.revision = from.revision
  view.work = withNaN(from.work)
  view.rollups.forEach((level, at) => { level.sealed = unpackSealed(from.sealed[at] ?? []) })
  restoreSeries(view, from.series)
  return view
}

/** Every probe returns to the slot it had, so that a decoded view equals the live one in all its parts. */
function restoreSeries(view: PingState, from: Snapshot['series']): void {
  const { series } = view
  const sentAtMs = unpackNumbers(from.sentAtMs)
  const rttMs = unpackNumbers(from.rttMs)
  const ttl = unpackNumbers(from.ttl)
  const state = unpackNumbers(from.state)
  series.reserve(from.length)
  series.first = from.first
  series.start = from.start
  series.length = from.length
  for (let i = 0; i < from.length; i++) {
    const slot = series.slot(i)
    series.sentAtMs[slot] = sentAtMs[i] ?? NaN
    series.rttMs[slot] = rttMs[i] ?? NaN
    series.ttl[slot] = ttl[i] ?? 0
    series.state[slot] = state[i] ?? 0
  }
  for (const level of view.rollups) level.touchAll(from.first, sentAtMs)
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

function figures(of: { n: number; mean: number; m2: number; min: number; max: number; last: number }): Snapshot['rtt'] {
  return { n: of.n, mean: orNull(of.mean), m2: of.m2, min: orNull(of.min), max: orNull(of.max), last: orNull(of.last) }
}

function withNulls(work: FoldWork): Snapshot['work'] {
  const { startMs, stampMs, guessedAtMs, lastRttMs, lastSentMs, ...whole } = work
  return {
    ...whole, startMs: orNull(startMs), stampMs: orNull(stampMs), guessedAtMs: orNull(guessedAtMs),
    lastRttMs: orNull(lastRttMs), lastSentMs: orNull(lastSentMs),
  }
}

/** Null back to NaN in a flat record of numbers: the guarantee is that the input holds nothing but numbers and nulls. */
function withNaN<T extends Record<string, number | null>>(record: T): { [K in keyof T]: number } {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value ?? NaN])) as { [K in keyof T]: number }
}

function structuredCopy<T>(plain: T): T {
  return JSON.parse(JSON.stringify(plain)) as T
}

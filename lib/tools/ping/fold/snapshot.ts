/** The ping view as JSON and back. The series is packed in columns; buckets are worked out of it again. */
import * as z from 'zod/mini'
import { packNumbers, unpackNumbers } from '#lib/protocol/columns.ts'
import type { ParserContext } from '../../tool.ts'
import { IcmpErrorKind, PingSummary } from '../events.ts'
import type { PingOptions } from '../options.ts'
import type { Bucket } from '../view.ts'
import { SERIES_MAX } from './series.ts'
import { PingState, type FoldWork } from './state.ts'

/** Raise when a snapshot of before means something else: it is then refused, and the log folded from its start. */
const VERSION = 1

const BUCKET_COLUMNS = [
  'startMs', 'sent', 'answered', 'lost', 'late', 'minMs', 'p10Ms', 'p25Ms', 'p50Ms', 'p75Ms', 'p90Ms', 'maxMs', 'jitterSumMs', 'jitterCount',
] as const satisfies readonly (keyof Bucket)[]

/** JSON has no NaN. */
const Num = z.nullable(z.number())
const Count = z.int().check(z.gte(0))
const Counts = z.object({
  sent: Count, judged: Count, answered: Count, lost: Count, late: Count, awaited: Count, errors: Count, duplicates: Count, reordered: Count,
  corrupt: Count, truncated: Count, otherSource: Count, localErrors: Count, refused: Count, clockSteps: Count,
})
const Figures = z.object({ n: Count, mean: Num, m2: z.number(), min: Num, max: Num, last: Num })
const Work = z.object({
  base: z.int(), pendingFrom: z.int(), highestReplied: z.int(), startMs: Num, stampMs: Num, guessedStepMs: z.number(), guessedAtMs: Num,
  stepFence: z.int(), refusals: Count, lastProbe: z.int(), lastRttMs: Num, lastSentMs: Num,
})
const mtu = z.optional(z.int())

const Snapshot = z.object({
  version: z.literal(VERSION),
  counts: Counts,
  series: z.object({
    first: Count, start: Count, length: Count.check(z.lte(SERIES_MAX)), sentAtMs: z.string(), rttMs: z.string(), ttl: z.string(), state: z.string(),
  }),
  sealed: z.array(z.array(z.string())),
  rtt: Figures, rttBefore: Figures,
  jitter: z.object({ n: Count, sumMs: z.number(), trail: z.string() }),
  ttls: z.array(z.object({ sinceMs: z.number(), untilMs: z.number(), ttl: z.int(), from: z.string(), replies: Count })),
  bursts: z.array(z.object({ firstProbe: z.int(), lastProbe: z.int(), startMs: z.number(), endMs: z.number(), count: Count })),
  icmpErrors: z.array(z.object({ from: z.string(), error: IcmpErrorKind, text: z.string(), count: Count, firstMs: z.number(), lastMs: z.number(), mtu })),
  localErrors: z.array(z.object({ error: z.string(), text: z.string(), count: Count, firstMs: z.number(), lastMs: z.number(), mtu })),
  otherSources: z.array(z.object({ from: z.string(), count: Count, firstMs: z.number() })),
  shifts: z.array(z.object({ atMs: z.number(), beforeMs: z.number(), afterMs: z.number(), madMs: z.number(), samples: Count })),
  detector: z.object({ before: z.array(z.number()), after: z.array(z.number()), afterAt: z.array(z.number()) }),
  fatal: z.nullable(z.object({ error: z.string(), text: z.string(), atMs: z.number() })),
  summary: z.nullable(PingSummary),
  firstSentMs: Num,
  revision: Count,
  work: Work,
})
type Snapshot = z.infer<typeof Snapshot>

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
    sealed: view.rollups.map((level) => BUCKET_COLUMNS.map((name) => packNumbers(level.sealed.map((bucket) => bucket[name])))),
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
  const from = Snapshot.parse(snapshot)
  const view = new PingState(context)
  view.counts = from.counts
  view.rtt.restore(withNaN(from.rtt))
  Object.assign(view.rttBefore, withNaN(from.rttBefore))
  view.jitter.n = from.jitter.n
  view.jitter.sumMs = from.jitter.sumMs
  view.jitter.trail = unpackNumbers(from.jitter.trail)
  view.ttls = from.ttls
  view.bursts = from.bursts
  view.icmpErrors = from.icmpErrors.map(withoutUndefined)
  view.localErrors = from.localErrors.map(withoutUndefined)
  view.otherSources = from.otherSources
  view.shifts = from.shifts
  view.shiftDetector.restore(from.detector)
  view.fatal = from.fatal
  view.summary = from.summary
  view.firstSentMs = from.firstSentMs ?? NaN
  view.revision = from.revision
  view.work = withNaN(from.work)
  restoreRollups(view, from)
  restoreSeries(view, from.series)
  return view
}

function restoreRollups(view: PingState, from: Snapshot): void {
  view.rollups.forEach((level, at) => {
    const columns = (from.sealed[at] ?? []).map(unpackNumbers)
    const length = columns[0]?.length ?? 0
    level.sealed = Array.from({ length }, (_, row) => bucketOf((name) => columns[BUCKET_COLUMNS.indexOf(name)]?.[row] ?? NaN))
  })
}

function bucketOf(figure: (name: (typeof BUCKET_COLUMNS)[number]) => number): Bucket {
  return {
    startMs: figure('startMs'), sent: figure('sent'), answered: figure('answered'), lost: figure('lost'), late: figure('late'),
    minMs: figure('minMs'), p10Ms: figure('p10Ms'), p25Ms: figure('p25Ms'), p50Ms: figure('p50Ms'), p75Ms: figure('p75Ms'),
    p90Ms: figure('p90Ms'), maxMs: figure('maxMs'), jitterSumMs: figure('jitterSumMs'), jitterCount: figure('jitterCount'),
  }
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
    for (const level of view.rollups) level.touch(from.first + i, sentAtMs[i] ?? NaN)
  }
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

function figures(of: { n: number; mean: number; m2: number; min: number; max: number; last: number }): z.infer<typeof Figures> {
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

/** Optional fields are absent in the view, never undefined: the guarantee is that `mtu` is the only one. */
function withoutUndefined<T extends { mtu?: number | undefined }>(tally: T): Omit<T, 'mtu'> & { mtu?: number } {
  const { mtu: size, ...rest } = tally
  return size === undefined ? rest : { ...rest, mtu: size }
}

function structuredCopy<T>(plain: T): T {
  return JSON.parse(JSON.stringify(plain)) as T
}

/** One hop as JSON and back. The series is packed in columns; buckets of what it still holds are worked out of it again. */
import { packNumbers, unpackNumbers } from '#lib/protocol/columns.ts'
import type { WelfordState } from '#lib/stats/welford.ts'
import { packSealed, unpackSealed } from '../../ping/fold/sealed.ts'
import type { HopColumns } from './columns.ts'
import type { HopState } from './hop.ts'
import { ResponderState } from './responders.ts'
import type { HopSnapshot, ResponderSnapshot, WelfordSnapshot } from './snapshot-shape.ts'

export const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

/** Null back to NaN in a flat record of numbers: the guarantee is that the input holds nothing but numbers and nulls. */
function withNaN<T extends Record<string, number | null>>(record: T): { [K in keyof T]: number } {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value ?? NaN])) as { [K in keyof T]: number }
}

export function encodeHop(hop: HopState): HopSnapshot {
  const { counts, total, epochFrom, stageFrom, pendingFrom, targetAnswers, otherAnswers, arrivals, pairs, watch } = hop
  return {
    counts: { ...counts }, total: { ...total }, epochFrom, stageFrom, pendingFrom, targetAnswers, otherAnswers, rtt: encodeRtt(hop.rtt),
    arrivals: { ...arrivals, lastMs: orNull(arrivals.lastMs), differenceMs: orNull(arrivals.differenceMs), maxMs: orNull(arrivals.maxMs) },
    pairs: { ...pairs, maxMs: orNull(pairs.maxMs) },
    watch: { ...watch },
    table: hop.table.map(encodeResponder),
    series: encodeSeries(hop.series),
    sealed: hop.rollups.map((level) => packSealed(level.sealed)),
  }
}

function encodeRtt({ n, mean, m2, min, max, last }: WelfordState): WelfordSnapshot {
  return { n, mean: orNull(mean), m2, min: orNull(min), max: orNull(max), last: orNull(last) }
}

function encodeResponder({ address, role, seen, answered, rtt, firstMs, lastMs, untilMs, flags, labels, toolAsns }: ResponderState): ResponderSnapshot {
  return {
    address, role, seen, answered, rtt: encodeRtt(rtt), firstMs: orNull(firstMs), lastMs: orNull(lastMs), untilMs,
    flags: flags.map((flag) => ({ ...flag })), labels: labels.map((label) => ({ ...label })), toolAsns: [...toolAsns],
  }
}

function encodeSeries(series: HopColumns): HopSnapshot['series'] {
  const column = (values: Float64Array | Uint8Array): string => {
    const inOrder = new Float64Array(series.length)
    for (let i = 0; i < series.length; i++) inOrder[i] = values[series.slot(i)] ?? NaN
    return packNumbers(inOrder)
  }
  return {
    first: series.first, start: series.start, length: series.length,
    sentAtMs: column(series.sentAtMs), rttMs: column(series.rttMs), state: column(series.state), responder: column(series.responder),
    lineMs: series.lineMs && column(series.lineMs), refusal: series.refusal && column(series.refusal),
  }
}

/** Writes a snapshot into a hop of which nothing is known. */
export function decodeHop(hop: HopState, from: HopSnapshot, isTarget: (address: string) => boolean): void {
  const { epochFrom, stageFrom, pendingFrom, targetAnswers, otherAnswers } = from
  Object.assign(hop, { epochFrom, stageFrom, pendingFrom, targetAnswers, otherAnswers })
  hop.counts = { ...from.counts }
  hop.total = { ...from.total }
  hop.rtt.restore(withNaN(from.rtt))
  hop.arrivals = withNaN(from.arrivals)
  hop.pairs = withNaN(from.pairs)
  hop.watch = { ...from.watch }
  hop.table = from.table.map((one, index) => decodeResponder(new ResponderState(index, one.address, isTarget(one.address)), one))
  hop.rollups.forEach((level, at) => { level.sealed = unpackSealed(from.sealed[at] ?? []) })
  decodeSeries(hop, from.series)
}

function decodeResponder(one: ResponderState, from: ResponderSnapshot): ResponderState {
  const { role, seen, answered, untilMs } = from
  Object.assign(one, { role, seen, answered, untilMs, firstMs: from.firstMs ?? NaN, lastMs: from.lastMs ?? NaN })
  one.rtt.restore(withNaN(from.rtt))
  one.flags = from.flags.map((flag) => ({ ...flag }))
  one.labels = from.labels.map((label) => ({ ...label }))
  one.toolAsns = [...from.toolAsns]
  return one
}

/** Every probe returns to the slot it had, so that a decoded view equals the live one in all its parts. */
function decodeSeries({ series, rollups }: HopState, from: HopSnapshot['series']): void {
  series.reserve(from.length)
  series.first = from.first
  series.start = from.start
  series.length = from.length
  const capacity = series.state.length
  if (from.lineMs !== null) series.lineMs = new Float64Array(capacity).fill(NaN)
  if (from.refusal !== null) series.refusal = new Uint8Array(capacity)
  const columns = [
    [series.sentAtMs, from.sentAtMs], [series.rttMs, from.rttMs], [series.state, from.state], [series.responder, from.responder],
    [series.lineMs, from.lineMs], [series.refusal, from.refusal],
  ] as const
  for (const [column, packed] of columns) {
    if (!column || packed === null) continue
    const values = unpackNumbers(packed)
    for (let i = 0; i < from.length; i++) column[series.slot(i)] = values[i] ?? NaN
  }
  const times = new Float64Array(from.length)
  for (let i = 0; i < from.length; i++) times[i] = series.atMs(i)
  for (const level of rollups) level.touchAll(from.first, times)
}

/** Answer times of every server on one logarithmic scale. */
import { formatFixed, formatMs, UNKNOWN } from '#lib/format/number.ts'
import { median } from '#lib/stats/quantile.ts'
import type { AnswerTime, DnsView } from '#lib/tools/dns/view.ts'
import { columnsOf } from './dns-columns.ts'

export interface TimesRow {
  id: string
  label: string
  /** ms each; most likely cached. */
  again: readonly number[]
  /** ms each; the first of its type, most likely not cached. */
  first: readonly number[]
  /** Of `again`, of `first` where there are no others; NaN: none. */
  medianMs: number
  /** The median as shown. */
  text: string
}
export interface AnswerTimes { rows: readonly TimesRow[]; bottomMs: number; topMs: number; ticks: readonly { ms: number; label: string }[]; queries: number; summary: string }

/** Tools that tell whole milliseconds print 0 for anything below one. */
const BELOW_ONE = 0.5
const TOP = 100
const NO_LESS = 0.05

/** Times of questions within the window. */
export function answerTimes(view: Pick<DnsView, 'servers' | 'os' | 'setup'>, { fromMs, toMs }: { fromMs: number; toMs: number }): AnswerTimes {
  const rows = columnsOf(view).flatMap(({ id, short, server }): TimesRow[] => {
    if (server === null || server.refused !== null) return []
    const inside = server.times.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    // The zone's own servers have nothing to cache.
    const fresh = (one: AnswerTime): boolean => one.first && server.role !== 'authority'
    const again = inside.filter((one) => !fresh(one)).map(({ ms }) => ms)
    const first = inside.filter(fresh).map(({ ms }) => ms)
    const medianMs = median(again.length > 0 ? again : first)
    return [{ id, label: short, again, first, medianMs, text: textOf(medianMs) }]
  })
  const all = rows.flatMap(({ again, first }) => [...again, ...first])
  const low = Math.min(1, ...all.map((ms) => Math.max(ms, ms === 0 ? BELOW_ONE : NO_LESS)))
  const bottomMs = Math.max(NO_LESS, 10 ** Math.floor(Math.log10(low)) / 2)
  const topMs = Math.max(TOP, 10 ** Math.ceil(Math.log10(Math.max(1, ...all))))
  return { rows, bottomMs, topMs, ticks: decades(bottomMs, topMs), queries: all.length, summary: summaryOf(rows) }
}

/** `0.16`, `4.4`; 0 of a tool that tells whole milliseconds is `<1`. */
const textOf = (ms: number): string => (!Number.isFinite(ms) ? UNKNOWN : ms === 0 ? '<1' : formatFixed(ms, ms < 1 ? 2 : ms < 1000 ? 1 : 0))

function decades(bottomMs: number, topMs: number): { ms: number; label: string }[] {
  const found: { ms: number; label: string }[] = []
  for (let power = Math.ceil(Math.log10(bottomMs)); 10 ** power <= topMs * 1.001; power += 1) {
    const ms = 10 ** power
    found.push({ ms, label: formatFixed(ms, Math.max(0, -power)) })
  }
  return found.map((tick, i) => (i === found.length - 1 ? { ...tick, label: `${tick.label}\u00a0ms` } : tick))
}

/** Share of the width at which a time stands, 0 to 1. */
export function shareOfMs({ bottomMs, topMs }: Pick<AnswerTimes, 'bottomMs' | 'topMs'>, ms: number): number {
  const at = ms === 0 ? BELOW_ONE : ms
  return Math.min(1, Math.max(0, Math.log(Math.max(at, 1e-6) / bottomMs) / Math.log(topMs / bottomMs)))
}

function summaryOf(rows: readonly TimesRow[]): string {
  const known = rows.filter(({ medianMs }) => Number.isFinite(medianMs))
  if (known.length === 0) return 'Answer times. None in this window.'
  return `Answer times, logarithmic. ${known.map(({ label, medianMs, again, first }) => `${label} median ${medianMs === 0 ? 'below 1 ms' : formatMs(medianMs)} of ${again.length + first.length}`).join(', ')}.`
}

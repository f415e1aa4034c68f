/** Figures of a list of probes by their definitions, in as many passes as that takes. */
import { expect } from 'vitest'
import { PROBE, type Bucket } from '#lib/tools/ping/view.ts'
import type { Row } from './world.ts'

export const near = (wanted: number) => (Number.isNaN(wanted) ? NaN : expect.closeTo(wanted, 6) as number)

export function naiveFigures(rtts: readonly number[]) {
  const n = rtts.length
  const mean = rtts.reduce((sum, rtt) => sum + rtt, 0) / n
  return { n, meanMs: near(mean), stdevMs: near(Math.sqrt(rtts.reduce((sum, rtt) => sum + (rtt - mean) ** 2, 0) / n)), minMs: n ? Math.min(...rtts) : NaN, maxMs: n ? Math.max(...rtts) : NaN }
}

export function naiveJitter(rows: readonly Row[]) {
  const differences = rows.slice(1).map((row, at) => Math.abs(row.rttMs - (rows[at]?.rttMs ?? NaN))).filter((d) => !Number.isNaN(d))
  const n = differences.length
  return {
    n, meanAbsMs: near(differences.reduce((sum, d) => sum + d, 0) / n),
    rfc3550Ms: n ? near(differences.reduce((sixteen, d) => sixteen + d - sixteen / 16, 0) / 16) : NaN,
  }
}

export function naiveBursts(rows: readonly Row[]) {
  const bursts = []
  for (let at = 0; at < rows.length; at++) {
    let end = at
    while (isLost(rows[end])) end++
    const [first, last] = [rows[at], rows[end - 1]]
    if (end - at >= 3 && first && last) bursts.push({ firstProbe: first.probe, lastProbe: last.probe, startMs: first.sentMs, endMs: last.sentMs, count: end - at })
    at = Math.max(at, end)
  }
  return bursts
}
export const isLost = (row: Row | undefined): boolean => row?.state === PROBE.lost || row?.state === PROBE.error

export function naiveBuckets(rows: readonly Row[], widthMs: number): Bucket[] {
  const starts = [...new Set(rows.map((row) => Math.floor(row.sentMs / widthMs) * widthMs))].toSorted((a, b) => a - b)
  return starts.map((startMs) => {
    const inside = rows.filter((row) => row.sentMs >= startMs && row.sentMs < startMs + widthMs)
    const rtts = inside.map((row) => row.rttMs).filter((rtt) => !Number.isNaN(rtt)).toSorted((a, b) => a - b)
    const q = (p: number): number => {
      const h = (rtts.length - 1) * p
      const [low, high] = [rtts[Math.floor(h)] ?? NaN, rtts[Math.ceil(h)] ?? NaN]
      return near(low + (high - low) * (h % 1))
    }
    const differences = inside.map((row) => Math.abs(row.rttMs - (rows[row.probe - 2]?.rttMs ?? NaN))).filter((d) => !Number.isNaN(d))
    return {
      startMs, sent: inside.length, answered: inside.filter((row) => row.state === PROBE.replied).length, lost: inside.filter(isLost).length,
      late: inside.filter((row) => row.state === PROBE.late).length, minMs: q(0), p10Ms: q(0.1), p25Ms: q(0.25), p50Ms: q(0.5), p75Ms: q(0.75), p90Ms: q(0.9), maxMs: q(1),
      jitterSumMs: near(differences.reduce((sum, d) => sum + d, 0)), jitterCount: differences.length,
    }
  })
}

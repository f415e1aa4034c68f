/** Figures of a list of probes by their definitions, in as many passes as that takes; and mtr's own arithmetic. */
import { expect } from 'vitest'
import { PROBE } from '#lib/tools/ping/view.ts'
import type { HopView, PathView } from '#lib/tools/path/view.ts'

export interface Row { probe: number; sentMs: number; rttMs: number; state: number }

export const near = (wanted: number) => (Number.isNaN(wanted) ? NaN : expect.closeTo(wanted, 6) as number)
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const inTime = (rows: readonly Row[]): Row[] => rows.filter((row) => row.state === PROBE.replied)

export function naiveCounts(rows: readonly Row[]) {
  const among = (state: number): number => rows.filter((row) => row.state === state).length
  const [answered, lost, late, awaited] = [among(PROBE.replied), among(PROBE.lost), among(PROBE.late), among(PROBE.awaited)]
  return { sent: rows.length, judged: answered + lost + late, answered, lost, late, awaited }
}

export function naiveRtt(rows: readonly Row[]) {
  const rtts = inTime(rows).map((row) => row.rttMs)
  const n = rtts.length
  const mean = sum(rtts) / n
  return { n, meanMs: near(mean), stdevMs: near(n < 2 ? NaN : Math.sqrt(sum(rtts.map((rtt) => (rtt - mean) ** 2)) / (n - 1))), minMs: n ? Math.min(...rtts) : NaN, maxMs: n ? Math.max(...rtts) : NaN }
}

export function naiveJitter(rows: readonly Row[]) {
  const rtt = new Map(inTime(rows).map((row) => [row.probe, row.rttMs]))
  const differences = rows.map((row) => Math.abs((rtt.get(row.probe) ?? NaN) - (rtt.get(row.probe - 1) ?? NaN))).filter((one) => !Number.isNaN(one))
  const n = differences.length
  return {
    n, meanAbsMs: near(sum(differences) / n), maxMs: near(n ? Math.max(...differences) : NaN),
    rfc3550Ms: near(n ? differences.reduce((sixteen, d) => sixteen + d - sixteen / 16, 0) / 16 : NaN),
  }
}

/** mtr 0.95 (net.c, net_process_ping): integers of microseconds, as it keeps them. */
export function mtrItself(rttsMs: readonly number[]) {
  const host = { returned: 0, last: 0, jitter: 0, javg: 0, jworst: 0, jinta: 0, best: 0, worst: 0, avg: 0, ssd: 0, gmean: 0 }
  for (const totusec of rttsMs.map((rtt) => Math.round(rtt * 1000))) {
    host.jitter = Math.abs(totusec - host.last)
    host.last = totusec
    if (host.returned < 1) {
      host.best = host.worst = host.gmean = totusec
      host.avg = host.ssd = host.jitter = host.jworst = host.jinta = 0
    }
    host.best = Math.min(host.best, totusec)
    host.worst = Math.max(host.worst, totusec)
    host.jworst = Math.max(host.jworst, host.jitter)
    host.returned++
    const { avg, javg } = host
    host.avg += Math.trunc((totusec - avg) / host.returned)
    host.ssd += (totusec - avg) * (totusec - host.avg)
    host.javg += Math.trunc((host.jitter - javg) / host.returned)
    host.jinta += host.jitter - ((host.jinta + 8) >> 4)
    if (host.returned > 1) host.gmean = host.gmean ** ((host.returned - 1) / host.returned) * totusec ** (1 / host.returned)
  }
  return host
}

export const rowsOf = ({ series }: HopView): Row[] => Array.from({ length: series.length }, (_, i) => {
  const slot = series.slot(i)
  return { probe: series.first + i, sentMs: series.atMs(i), rttMs: series.rttMs[slot] ?? NaN, state: series.state[slot] ?? 0 }
})

/** Everything a reader can see, as plain data that shares nothing with the view. */
export const visible = (view: PathView) => structuredClone(plain(view))

function plain(view: PathView) {
  const { address, counts, targetTtl, targetTtls, overshoot, epochs, names, stage, notices, fatal, ended, firstSentMs, lastSentMs, revision } = view
  return {
    address, counts, targetTtl, targetTtls, overshoot, epochs, names: [...names], stage, notices, fatal, ended, firstSentMs, lastSentMs, revision,
    hops: view.hops.map((hop) => ({
      ttl: hop.ttl, counts: { ...hop.counts }, total: { ...hop.total }, rtt: plainRtt(hop.rtt), jitter: hop.jitter, mtr: hop.mtr, isTarget: hop.isTarget, rows: rowsOf(hop),
      who: Array.from({ length: hop.series.length }, (_, i) => hop.series.responder[hop.series.slot(i)]),
      responders: hop.responders.map(({ index, address: from, answered, rtt, firstMs, lastMs, untilMs, flags, labels, toolAsns }) => ({ index, from, answered, rtt: plainRtt(rtt), firstMs, lastMs, untilMs, flags: [...flags], labels, toolAsns })),
      levels: hop.rollups.map((level) => [...level.buckets]),
    })),
  }
}

const plainRtt = ({ n, meanMs, stdevMs, minMs, maxMs, lastMs }: HopView['rtt']) => ({ n, meanMs, stdevMs, minMs, maxMs, lastMs })

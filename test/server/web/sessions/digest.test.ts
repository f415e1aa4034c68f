/** Worst finding and sparkline of the list, from views made by hand. */
import { describe, expect, it } from 'vitest'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import { PROBE, type Bucket, type PingView } from '#lib/tools/ping/view.ts'
import type { RunView } from '#lib/session/view.ts'
import { digestOf, sparkOf } from '#server/web/sessions/digest.ts'
import { fold } from './fake-fold.ts'

interface Shot { atMs: number; rttMs?: number; state?: number }

/** Only what the digest reads; the rest of a PingView is not its business. */
function pingView(shots: Shot[], more: { rollups?: PingView['rollups']; sent?: number } = {}): PingView {
  const column = (pick: (shot: Shot) => number): Float64Array => Float64Array.from(shots, pick)
  return {
    counts: { sent: more.sent ?? shots.length }, firstSentMs: shots[0]?.atMs ?? 0, rollups: more.rollups ?? [],
    series: {
      first: 1, length: shots.length, slot: (i: number) => (i + 3) % shots.length,
      ...rotate({ sentAtMs: column((shot) => shot.atMs), rttMs: column((shot) => shot.rttMs ?? Number.NaN), state: column((shot) => shot.state ?? (shot.rttMs === undefined ? PROBE.lost : PROBE.replied)) }),
    },
  } as unknown as PingView
}

/** The columns are a ring: probe i lies at slot i + 3. */
function rotate<T extends Record<string, Float64Array>>(columns: T): T {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.map((_, slot) => values[(slot - 3 + 3 * values.length) % values.length] ?? 0)])) as T
}

const bucket = (startMs: number, p50Ms: number, answered: number, lost: number): Bucket =>
  ({ startMs, sent: answered + lost, answered, lost, late: 0, minMs: 0, p10Ms: 0, p25Ms: 0, p50Ms, p75Ms: 0, p90Ms: 0, maxMs: 0, jitterSumMs: 0, jitterCount: 0 })

describe('sparkline', () => {
  it('of nothing is empty', () => {
    expect(sparkOf([])).toEqual({ medianMs: [], lost: [] })
    expect(sparkOf([pingView([])])).toEqual({ medianMs: [], lost: [] })
  })

  it('of a short run shows each probe; late and awaited ones are neither reply nor loss', () => {
    const shots: Shot[] = [{ atMs: 0, rttMs: 10 }, { atMs: 1000 }, { atMs: 2000, rttMs: 12 }, { atMs: 3000, rttMs: 9000, state: PROBE.late }, { atMs: 4000, state: PROBE.awaited }, { atMs: 5000, state: PROBE.error }]
    expect(sparkOf([pingView(shots)])).toEqual({ medianMs: [10, 12, null, null], lost: [1, 0, 0, 1] })
  })

  it('takes the true median of each of 60 stretches', () => {
    const shots = Array.from({ length: 600 }, (_, i): Shot => ({ atMs: i * 1000, rttMs: i % 10 === 9 ? 500 : 10 + (i % 10) }))
    const { medianMs, lost } = sparkOf([pingView(shots)])
    expect(medianMs).toHaveLength(60)
    expect(lost.every((count) => count === 0)).toBe(true)
    // Ten a stretch: 10..18 and an outlier, middle two 14 and 15.
    expect(medianMs.slice(0, 5)).toEqual([14.5, 14.5, 14.5, 14.5, 14.5])
  })

  it('reads a long run from the finest rollup that reaches back to its start', () => {
    const fine = { widthMs: 10_000, buckets: [bucket(500_000, 99, 10, 0)], since: () => [] }
    const coarse = { widthMs: 60_000, buckets: Array.from({ length: 120 }, (_, i) => bucket(i * 60_000, 20 + (i % 2), 59, i === 7 ? 1 : 0)), since: () => [] }
    const { medianMs, lost } = sparkOf([pingView([{ atMs: 0, rttMs: 1 }], { sent: 7200, rollups: [fine, coarse] })])
    expect(medianMs).toHaveLength(60)
    expect(medianMs[0]).toBe(20.5)
    expect(lost.reduce((sum, count) => sum + count, 0)).toBe(1)
    expect(lost[3]).toBe(1)
  })

  it('weighs medians by their replies', () => {
    const level = { widthMs: 1, buckets: [bucket(0, 10, 1, 0), bucket(0, 30, 9, 0), bucket(0, 50, 1, 5)], since: () => [] }
    expect(sparkOf([pingView([{ atMs: 0 }], { sent: 9999, rollups: [level] })])).toEqual({ medianMs: [30, null, null], lost: [5, 0, 0] })
  })
})

describe('a session without pings and paths', () => {
  const digestOfRuns = (...runs: object[]): ReturnType<typeof digestOf> => digestOf({ ...fold.emptySession(), runs: runs as RunView[] })
  const reach = { tool: 'reach', view: { addresses: [{ series: pingView([{ atMs: 0, rttMs: 5 }, { atMs: 1000 }]) }, { series: pingView([{ atMs: 500, rttMs: 9 }]) }] } }
  const server = { times: [{ atMs: 0, ms: 12, first: true }, { atMs: 1000, ms: 4, first: false }], cells: new Map([['A', { atMs: 2000, noReply: 3 }], ['AAAA', { atMs: 2000, noReply: 0 }]]) }
  const dns = { tool: 'dns', view: { servers: [server], os: { atMs: 0, ms: null } } }

  it('shows its TCP connections, all addresses together', () => {
    expect(digestOfRuns(reach, dns).spark).toEqual({ medianMs: [5, 9, null], lost: [0, 0, 1] })
  })

  it('else how long name servers took, and how many questions got no answer', () => {
    expect(digestOfRuns(dns).spark).toEqual({ medianMs: [12, null, 4, null], lost: [0, 0, 0, 3] })
    const nslookup = { tool: 'nslookup', view: { replies: [{ atMs: 5, reply: { queryMs: null } }], attempts: [{ atMs: 1 }] } }
    expect(digestOfRuns(nslookup).spark).toEqual({ medianMs: [null, null], lost: [1, 0] })
  })

  it('pings come first', () => {
    expect(digestOfRuns(reach, { tool: 'ping', view: pingView([{ atMs: 0, rttMs: 1 }]) }).spark).toEqual({ medianMs: [1], lost: [0] })
  })
})

describe('worst finding', () => {
  const finding = (severity: FindingRecord['severity'], title: string, noticedMs: number, untilMs: number | null): FindingRecord =>
    ({ id: title, severity, title, sinceMs: noticedMs, noticedMs, untilMs }) as unknown as FindingRecord
  const worst = (findings: FindingRecord[]): unknown => digestOf({ ...fold.emptySession(), findings }).worst

  it('is the most severe that ever held; of equals one that still holds, then the newest', () => {
    expect(worst([])).toBeNull()
    expect(worst([finding('warn', 'a', 1, null), finding('crit', 'b', 0, 5), finding('info', 'c', 9, null)])).toEqual({ severity: 'crit', title: 'b' })
    expect(worst([finding('warn', 'a', 9, 10), finding('warn', 'b', 1, null), finding('warn', 'c', 2, null)])).toEqual({ severity: 'warn', title: 'c' })
  })
})

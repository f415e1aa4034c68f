/** Makes folded path views without the fold: every probe written out, counted by definition. For the hop table's tests and pictures. */
import { PROBE } from '#lib/tools/ping/view.ts'
import type { HopCounts, HopView, PathEpoch, PathView, Responder, RttFigures } from '#lib/tools/path/view.ts'

export const START = Date.UTC(2026, 10, 22, 13, 28, 0)
export const TARGET = '198.51.100.24'

/** A round trip in ms, or what became of the probe instead. */
export type Fate = number | 'lost' | 'awaited' | { late: number }
/** One probe: what became of it, and the address that answered (the hop's first, if none is named). */
export interface Sent { fate: Fate; from?: string }
export interface HopMade {
  probes: readonly Sent[]
  /** Addresses now, then former ones with their end; [] = silent. */
  now: readonly string[]
  before?: readonly { address: string; untilMs: number }[]
  flags?: Responder['flags']
}
export interface PathMade { hops: readonly HopMade[]; epochs?: readonly PathEpoch[]; names?: PathView['names']; protocol?: PathView['protocol']; reached?: boolean; stage?: PathView['stage']; ended?: boolean; port?: number | null }

const NO_COUNTS: HopCounts = { sent: 0, judged: 0, answered: 0, lost: 0, late: 0, awaited: 0 }
const NO_RTT: RttFigures = { n: 0, meanMs: NaN, stdevMs: NaN, minMs: NaN, maxMs: NaN, lastMs: NaN }
const STATE = { lost: PROBE.lost, awaited: PROBE.awaited } as const

/** The same fate n times. */
export const times = (n: number, fate: Fate, from?: string): Sent[] => Array.from({ length: n }, () => (from === undefined ? { fate } : { fate, from }))
/** `lost` of every `of` probes, spread evenly. */
export const lossy = (n: number, lost: number, rttMs: number): Sent[] => Array.from({ length: n }, (_, i) => ({ fate: Math.floor(((i + 1) * lost) / n) > Math.floor((i * lost) / n) ? 'lost' : rttMs }))

/** Sent one a second from START, each hop a few milliseconds after the one before. */
export const sentAt = (ttl: number, i: number): number => START + i * 1000 + ttl * 5

export function makePath({ hops, epochs, names = new Map(), protocol = 'icmp', reached = true, stage = null, ended = false, port = null }: PathMade): PathView {
  const made = hops.map((hop, i) => makeHop(hop, { ttl: i + 1, isTarget: reached && i === hops.length - 1 }))
  const most = Math.max(0, ...hops.map((hop) => hop.probes.length))
  return {
    address: TARGET, protocol, port, intervalMs: 1000, timeoutMs: 2000, firstTtl: 1, maxTtl: 30, counts: sum(made.map((hop) => hop.counts)), hops: made,
    targetTtl: reached && made.length > 0 ? made.length : null, targetTtls: reached ? [{ ttl: made.length, answered: made.at(-1)?.counts.answered ?? 0 }] : [], overshoot: 0,
    epochs: epochs ?? [{ n: 0, sinceMs: START, untilMs: null, sets: hops.map((hop) => hop.now), changedTtls: [], targetTtl: null }],
    names, stage, notices: [], fatal: null, ended, firstSentMs: most > 0 ? sentAt(1, 0) : NaN, lastSentMs: most > 0 ? sentAt(made.length, most - 1) : NaN, revision: 1,
  }
}

const sum = (all: readonly HopCounts[]): HopCounts => all.reduce((total, one) => ({
  sent: total.sent + one.sent, judged: total.judged + one.judged, answered: total.answered + one.answered, lost: total.lost + one.lost, late: total.late + one.late, awaited: total.awaited + one.awaited,
}), NO_COUNTS)

const meanOf = (rtts: Float64Array): RttFigures => ({ ...NO_RTT, n: rtts.length, meanMs: rtts.reduce((total, rtt) => total + rtt, 0) / rtts.length })

function makeHop({ probes, now, before = [], flags = [] }: HopMade, { ttl, isTarget }: { ttl: number; isTarget: boolean }): HopView {
  const n = probes.length
  const addresses = [...now, ...before.map((one) => one.address)]
  const series = { sentAtMs: new Float64Array(n), rttMs: new Float64Array(n).fill(NaN), state: new Uint8Array(n), responder: new Uint8Array(n).fill(255) }
  probes.forEach(({ fate, from }, i) => {
    series.sentAtMs[i] = sentAt(ttl, i)
    series.state[i] = typeof fate === 'string' ? STATE[fate] : typeof fate === 'number' ? PROBE.replied : PROBE.late
    if (typeof fate === 'string') return
    series.rttMs[i] = typeof fate === 'number' ? fate : fate.late
    series.responder[i] = from === undefined ? 0 : addresses.indexOf(from)
  })
  const count = (state: number): number => series.state.filter((one) => one === state).length
  const answered = count(PROBE.replied), lost = count(PROBE.lost), late = count(PROBE.late), awaited = count(PROBE.awaited)
  const counts = { sent: n, judged: answered + lost + late, answered, lost, late, awaited }
  const mtr = { Last: NaN, Avg: NaN, Best: NaN, Wrst: NaN, StDev: NaN, Gmean: NaN, Jttr: NaN, Javg: 1.25, Jmax: NaN, Jint: NaN }
  const responders = addresses.map((address, index): Responder => ({
    index, address, answered: series.responder.filter((one) => one === index).length, rtt: NO_RTT, firstMs: START, lastMs: sentAt(ttl, n - 1),
    untilMs: before.find((one) => one.address === address)?.untilMs ?? null, flags: index === 0 ? flags : [], labels: [], toolAsns: [],
  }))
  return {
    ttl, counts, total: counts, rtt: meanOf(series.rttMs.filter((_, i) => series.state[i] === PROBE.replied)), jitter: { meanAbsMs: NaN, rfc3550Ms: NaN, maxMs: NaN, n: 0 }, mtr, responders, isTarget,
    series: { first: 1, length: n, slot: (i) => i, atMs: (i) => series.sentAtMs[i] ?? NaN, ...series }, rollups: [],
  }
}

/** The path of the design: three routers at hop 4, a rate limit at 5, a route change at 6, real loss from 7 on, silence at 8. */
export function designPath(n = 600, changeAt = 222): PathView {
  let seed = 7
  const next = (): number => { seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648; return seed / 2_147_483_648 }
  const around = (ms: number, spread: number): number => ms + next() * spread * (next() < 0.08 ? 6 : 1)
  const each = (make: (i: number) => Sent): Sent[] => Array.from({ length: n }, (_, i) => make(i))
  const changedMs = START + changeAt * 1000
  const losing = (i: number): boolean => i > 326 && next() < 0.07
  const busy = (i: number): number => (i > 326 && i < 460 ? 14 * next() : 0)
  const far = (base: number) => (i: number): Sent => (losing(i) ? { fate: 'lost' } : { fate: around(base + (i >= changeAt ? 13 : 0), 1.6) + busy(i) })
  const addresses = ['10.20.0.1', '10.20.255.1', '203.0.113.1', '192.0.2.41', '192.0.2.66', '192.0.2.97', '192.0.2.130', '', TARGET]
  const routers = ['gw.fra1.example.net', 'core1.fra1.example.net', 'edge.fra1.example.net', 'cr1a.fra.transit.example', '', 'cr4.lon.transit.example', 'pe1.lon.transit.example', '', 'checkout.example.com']
  const names = new Map(addresses.flatMap((address, i): [string, { name: string | null; asn: number | null; asName: string | null }][] => (address === '' ? [] : [[address, { name: routers[i] === '' ? null : routers[i] ?? null, asn: i > 2 && i < 8 ? 64_510 : null, asName: i > 2 && i < 8 ? 'TRANSIT' : null }]])))
  for (const [address, name] of [['192.0.2.42', 'cr1b.fra.transit.example'], ['192.0.2.43', 'cr2.fra.transit.example'], ['192.0.2.81', 'cr2.ams.transit.example']] as const) names.set(address, { name, asn: 64_510, asName: 'TRANSIT' })
  const sets = addresses.map((address, i) => (i === 3 ? ['192.0.2.41', '192.0.2.42', '192.0.2.43'] : address === '' ? [] : [address]))
  return makePath({
    names,
    epochs: [
      { n: 0, sinceMs: START, untilMs: changedMs, sets: sets.map((set, i) => (i === 5 ? ['192.0.2.81'] : set)), changedTtls: [], targetTtl: 9 },
      { n: 1, sinceMs: changedMs, untilMs: null, sets, changedTtls: [6], targetTtl: 9 },
    ],
    hops: [
      { now: ['10.20.0.1'], probes: each(() => ({ fate: around(0.3, 0.2) })) },
      { now: ['10.20.255.1'], probes: each(() => ({ fate: around(0.6, 0.2) })) },
      { now: ['203.0.113.1'], probes: each(() => ({ fate: around(1.1, 0.5) })) },
      { now: ['192.0.2.41', '192.0.2.42', '192.0.2.43'], probes: each(() => { const at = next(); return { fate: around(2.4, 0.8), from: at < 0.58 ? '192.0.2.41' : at < 0.87 ? '192.0.2.42' : '192.0.2.43' } }) },
      { now: ['192.0.2.66'], probes: each(() => (next() < 0.41 ? { fate: 'lost' } : { fate: around(9.2, 3) })) },
      { now: ['192.0.2.97'], before: [{ address: '192.0.2.81', untilMs: changedMs }], probes: each((i) => ({ fate: around(i < changeAt ? 11.4 : 24, 1), from: i < changeAt ? '192.0.2.81' : '192.0.2.97' })) },
      { now: ['192.0.2.130'], probes: each(far(17)) },
      { now: [], probes: times(n, 'lost') },
      { now: [TARGET], probes: each(far(17.6)) },
    ],
  })
}

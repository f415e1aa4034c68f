/** The fold of a reach run: against independent sums, and the same from every snapshot and copy. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pingFold } from '#lib/tools/ping/fold.ts'
import { PROBE } from '#lib/tools/ping/view.ts'
import type { EventBody, SessionEvent } from '#lib/protocol/events.ts'
import type { ConnectState } from '#lib/tools/reach/events.ts'
import { reachFold } from '#lib/tools/reach/fold.ts'
import { addToRow, newRow, rowOf } from '#lib/tools/reach/fold/row.ts'
import type { ReachView } from '#lib/tools/reach/view.ts'
import { contextOf, RUN, V4, V6 } from './context.ts'
import { checkSaid, pinned, play, START_MS, tcpSaid } from './world.ts'

const CONTEXT = contextOf({ intervalMs: 1000, timeoutMs: 3000 })

interface Made { n: number; state: ConnectState; ms: number | null; address: string }
/** In the order in which they ended. */
function eventsOf(made: readonly Made[], port = 443): SessionEvent[] {
  return made
    .map(({ n, state, ms, address }) => ({ kind: 'reach.connect' as const, runId: RUN, line: n, address, port, n, sentAtMs: START_MS + n * 1000, state, ms, code: null, atMs: START_MS + n * 1000 + (ms ?? 0) }))
    .toSorted((a, b) => a.atMs - b.atMs).map((event, at) => ({ ...event, seq: at + 1 }))
}

function fold(events: readonly SessionEvent[], view: ReachView = reachFold.empty(CONTEXT)): ReachView {
  for (const event of events) reachFold.apply(view, event)
  return view
}

const first = (view: ReachView): ReachView['addresses'][number] => view.addresses[0] ?? expect.fail()

/** Half of them open; round trips are shorter than the wait, silence is as long as it. */
const outcome = fc.oneof(
  { weight: 4, arbitrary: fc.record({ state: fc.constant<ConnectState>('open'), ms: fc.integer({ min: 1, max: 2_999_000 }).map((us) => us / 1000) }) },
  { weight: 1, arbitrary: fc.record({ state: fc.constant<ConnectState>('refused'), ms: fc.integer({ min: 1, max: 2_999_000 }).map((us) => us / 1000) }) },
  { weight: 1, arbitrary: fc.record({ state: fc.constant<ConnectState>('timeout'), ms: fc.constant(3000.5) }) },
  { weight: 1, arbitrary: fc.record({ state: fc.constantFrom<ConnectState>('unreachable', 'error'), ms: fc.constantFrom(12.5, null) }) },
  { weight: 1, arbitrary: fc.record({ state: fc.constant<ConnectState>('denied'), ms: fc.constant(null) }) },
)
const runs = fc.array(fc.tuple(outcome, outcome), { minLength: 1, maxLength: 200 }).map((rounds): Made[] => rounds.flatMap(([four, six], at) => [{ ...four, n: at + 1, address: V4 }, { ...six, n: at + 1, address: V6 }]))

test('counts, series and figures equal an independent computation', () => {
  fc.assert(fc.property(runs, (made) => {
    const view = fold(eventsOf(made))
    for (const one of view.addresses) {
      const own = made.filter(({ address }) => address === one.address).toSorted((a, b) => a.n - b.n)
      const count = (...states: ConnectState[]): number => own.filter(({ state }) => states.includes(state)).length
      expect(one.counts).toEqual({ sent: own.length, open: count('open'), refused: count('refused'), timeout: count('timeout'), unreachable: count('unreachable'), denied: count('denied'), error: count('error') })
      expect(one.last).toMatchObject({ state: own.at(-1)?.state, ms: own.at(-1)?.ms, atMs: START_MS + own.length * 1000 })
      const change = own.findLastIndex(({ state }) => state !== own.at(-1)?.state)
      expect([one.inARow, one.sinceMs]).toEqual([own.length - 1 - change, START_MS + (change + 2) * 1000])
      const trips = own.flatMap(({ state, ms }) => (state === 'open' || state === 'refused' ? [ms ?? NaN] : []))
      const unsent = own.filter(({ state, ms }) => state === 'denied' || (ms === null && state !== 'timeout')).length
      const { counts, rtt } = one.series
      expect(counts).toMatchObject({ answered: trips.length, lost: count('timeout'), late: 0, awaited: 0, refused: unsent, errors: own.length - trips.length - count('timeout') - unsent, sent: own.length - unsent })
      expect(counts.judged).toBe(counts.sent)
      expect(rtt.n).toBe(trips.length)
      const mean = trips.reduce((sum, ms) => sum + ms, 0) / trips.length
      if (trips.length > 0) {
        expect(rtt.meanMs).toBeCloseTo(mean, 6)
        expect([rtt.minMs, rtt.maxMs]).toEqual([Math.min(...trips), Math.max(...trips)])
      }
      if (trips.length > 1) expect(rtt.stdevMs).toBeCloseTo(Math.sqrt(trips.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / trips.length), 6)
    }
  }), { numRuns: 60 })
})

test('every probe of the series stands at its time with its round trip', () => {
  const made: Made[] = [['open', 10], ['refused', 2000], ['timeout', 3000.5], ['unreachable', 4], ['unreachable', null], ['open', 12.5]].map(([state, ms], at) => ({ n: at + 1, state: state as ConnectState, ms: ms as number | null, address: V4 }))
  const { series } = first(fold(eventsOf(made))).series
  const at = (column: Float64Array | Uint8Array): number[] => Array.from({ length: series.length }, (_, i) => column[series.slot(i)] ?? NaN)
  expect(at(series.state)).toEqual([PROBE.replied, PROBE.replied, PROBE.lost, PROBE.error, PROBE.refused, PROBE.replied])
  expect(at(series.sentAtMs)).toEqual([1, 2, 3, 4, 5, 6].map((n) => START_MS + n * 1000))
  expect(at(series.rttMs)).toEqual([10, 2000, NaN, NaN, NaN, 12.5])
})

test('the series is what a ping makes of the same round trips', () => {
  const made = Array.from({ length: 300 }, (_, at): Made => ({ n: at + 1, state: 'open', ms: 10 + ((at * 7919) % 1000) / 100 + (at > 150 ? 40 : 0), address: V4 }))
  const mine = first(fold(eventsOf(made))).series
  const ping = pingFold.empty({ runId: RUN, target: CONTEXT.target, options: { count: null, intervalMs: 1000, sizeBytes: 0, ttl: null, timeoutMs: 3000, deadlineS: null } })
  for (const { n, ms } of made) pingFold.apply(ping, { kind: 'ping.reply', runId: RUN, line: n, probe: n, rttMs: ms, ttl: null, bytes: 0, atMs: START_MS + n * 1000 + (ms ?? 0), seq: n })
  expect(mine).toEqual(ping)
  expect(mine.shifts.length).toBeGreaterThan(0)
})

test('it goes on from a snapshot and from a copy as from itself, and shares nothing', () => {
  fc.assert(fc.property(runs, fc.double({ min: 0, max: 1, noNaN: true }), (made, share) => {
    const events = eventsOf(made)
    const cut = Math.floor(events.length * share)
    const whole = fold(events)
    const view = fold(events.slice(0, cut))
    const copy = reachFold.copy(view)
    const again = reachFold.decode(JSON.parse(JSON.stringify(reachFold.encode(view))) as unknown, CONTEXT)
    expect(again).toEqual(view)
    expect(fold(events.slice(cut), again)).toEqual(whole)
    fold(events.slice(cut), view)
    expect(fold(events.slice(cut), copy)).toEqual(whole)
  }), { numRuns: 40 })
})

const numbered = (events: readonly (EventBody & { atMs: number })[]): SessionEvent[] => events.map((event, at) => ({ ...event, seq: at + 1 }))

/** Both addresses redirect to another host, which answers; then one is refused. */
function wholeRun(): SessionEvent[] {
  const { events } = play(contextOf({ count: 30, port: 80, checkS: 10 }), {
    step: (step, nowMs) => (step.binary === 'traceroute' ? { lines: ['64  10.0.0.1  1.000 ms !X'] }
      : step.args[0] === 'check' ? checkSaid(step, nowMs, () => (step.args.includes('--hop') ? { reason: 'CERT_HAS_EXPIRED' } : { status: 301, location: 'https://other.example/' }))
        : tcpSaid(step, nowMs, (address, n) => ({ state: address === V6 && n > 5 ? 'unreachable' : 'open' }))),
    pin: (host) => pinned(host, '203.0.113.7'),
  })
  return numbered([...events, { kind: 'run.ended', runId: RUN, outcome: { kind: 'finished', code: 'exit', message: 'x' }, atMs: START_MS + 1e6 }])
}

test('a whole run: chains at the addresses they began at, blame, and the same from every moment', () => {
  const events = wholeRun()
  const context = contextOf({ count: 30, port: 80, checkS: 10 })
  const view = fold(events, reachFold.empty(context))
  expect(view).toMatchObject({ host: 'shop.example', port: 80, checked: true, ended: true, fatal: null })
  expect(view.addresses.map(({ address, family, port }) => [address, family, port])).toEqual([[V4, 4, 80], [V6, 6, 80]])
  for (const one of view.addresses) {
    expect(one.http.map(({ hop, status, address, tlsReason }) => [hop, status, address, tlsReason ?? null])).toEqual([[0, 301, one.address, null], [1, 200, '203.0.113.7', 'CERT_HAS_EXPIRED']])
    expect(one.redirects.map(({ hop, verdict }) => [hop, verdict])).toEqual([[1, 'followed']])
    // The certificate of another place is not this one's.
    expect(one.tls).toBeNull()
  }
  expect(view.addresses[0]?.blame).toBeNull()
  expect(view.addresses[1]).toMatchObject({ last: { state: 'unreachable' }, blame: { how: 'icmp', by: '10.0.0.1', icmp: 'admin-prohibited' } })
  for (let at = 0; at <= events.length; at += 7) {
    const part = fold(events.slice(0, at), reachFold.empty(context))
    const again = reachFold.decode(JSON.parse(JSON.stringify(reachFold.encode(part))) as unknown, context)
    expect(fold(events.slice(at), again)).toEqual(view)
  }
})

test('who stood in the way of another state says nothing of this one', () => {
  const connect = (n: number, state: ConnectState): SessionEvent => eventsOf([{ n, state, ms: 5, address: V4 }])[0] ?? expect.fail()
  const blame: SessionEvent = { kind: 'reach.blame', runId: RUN, line: 3, address: V4, port: 443, by: V4, how: 'rst', icmp: null, ms: 1, atMs: START_MS, seq: 2 }
  const view = fold([connect(1, 'refused'), blame])
  expect(first(view).blame).toMatchObject({ how: 'rst' })
  expect(first(fold([connect(2, 'refused')], view)).blame).not.toBeNull()
  expect(first(fold([connect(3, 'open')], view)).blame).toBeNull()
})

test('the same again changes no verdict, another state does', () => {
  const view = fold(eventsOf([1, 2].map((n) => ({ n, state: 'open', ms: 5, address: V4 }))))
  const { revision } = view
  expect(fold(eventsOf([{ n: 3, state: 'open', ms: 6, address: V4 }]), view).revision).toBe(revision)
  expect(fold(eventsOf([{ n: 4, state: 'timeout', ms: 3000, address: V4 }]), view).revision).toBeGreaterThan(revision)
})

test('what is not of this run changes nothing, and nothing grows without end', () => {
  const strange = eventsOf([{ n: 1, state: 'open', ms: 5, address: '203.0.113.99' }])
  expect(fold(strange)).toEqual(reachFold.empty(CONTEXT))
  const http = (hop: number): EventBody & { atMs: number } => ({ kind: 'reach.http', runId: RUN, line: 1, address: V4, port: 443, hop, begins: [V4], url: 'https://x/', status: 302, location: '/', server: null, phases: { dnsMs: null, connectMs: 1, tlsMs: 1, firstByteMs: 1 }, problem: null, atMs: START_MS })
  const redirect: EventBody & { atMs: number } = { kind: 'reach.redirect', runId: RUN, line: 1, hop: 1, url: 'https://x/', verdict: 'followed', address: V4, reason: null, begins: [V4], atMs: START_MS }
  const view = fold(numbered(Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? http(1) : redirect))))
  expect([first(view).http.length, first(view).redirects.length]).toEqual([16, 16])
  fold(numbered([http(0)]), view)
  expect([first(view).http.length, first(view).redirects.length]).toEqual([1, 0])
})

test('refuses a snapshot of another form', () => {
  const good = reachFold.encode(fold(wholeRun(), reachFold.empty(contextOf({ port: 80 })))) as { version: number; addresses: object[] }
  const part = JSON.parse(JSON.stringify(good)) as typeof good
  expect(() => reachFold.decode(part, contextOf({ port: 80 }))).not.toThrow()
  for (const bad of [null, [], {}, { ...part, version: 2 }, { ...part, addresses: [{}] }, { ...part, revision: -1 }, { ...part, addresses: part.addresses.map((one) => ({ ...one, row: null })) }, { ...part, addresses: part.addresses.map((one) => ({ ...one, http: [{ hop: 'x' }] })) }, { ...part, addresses: part.addresses.map((one) => ({ ...one, series: {} })) }]) {
    expect(() => reachFold.decode(bad, contextOf({ port: 80 }))).toThrow('snapshot')
  }
})

test('a row is counted by number, whatever the order in which connections end', () => {
  const state = fc.constantFrom<ConnectState>('open', 'timeout')
  fc.assert(fc.property(fc.array(fc.tuple(state, fc.integer({ min: 0, max: 40 })), { minLength: 1, maxLength: 300 }), (ended) => {
    const row = newRow()
    const all = ended.map(([one], at) => ({ n: at + 1, state: one, atMs: (at + 1) * 10 }))
    // Each ends up to forty numbers late.
    const order = all.map((one, at) => ({ one, at: at + (ended[at]?.[1] ?? 0) })).toSorted((a, b) => a.at - b.at)
    for (const { one } of order) addToRow(row, one)
    const change = all.findLastIndex((one) => one.state !== all.at(-1)?.state)
    expect(rowOf(row)).toEqual({ inARow: all.length - 1 - change, sinceMs: (change + 2) * 10 })
    expect(row.recent.length).toBeLessThanOrEqual(64)
  }))
  expect(rowOf(newRow())).toEqual({ inARow: 0, sinceMs: NaN })
})

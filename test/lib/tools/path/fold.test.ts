/** What single events do to a path: fates, epochs, the target, overshoot, stages, names. */
import { describe, expect, it } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import { PROBE } from '#lib/tools/ping/view.ts'
import { pathFold } from '#lib/tools/path/fold.ts'
import { NAMES_KEPT } from '#lib/tools/path/fold/tallies.ts'
import { canonical } from '#lib/tools/path/fold/same-address.ts'
import { EPOCHS_KEPT, HOP_PROBES_KEPT, RESPONDERS_KEPT, type PathView } from '#lib/tools/path/view.ts'
import { random } from '#test/fixtures/ping-view.ts'
import { contextOf, fold, folded, RUN, SETTINGS } from './context.ts'

const T = 1_795_346_700_000
const TARGET = '192.0.2.9'
const reply = (ttl: number, probe: number, from: string | null, more: object = {}): Observed => {
  const sentAtMs = T + (probe - 1) * 1000 + ttl * 10
  return { kind: 'path.reply', runId: RUN, line: 1, ttl, probe, rttMs: 5, from, sentAtMs, atMs: sentAtMs + 5, ...more }
}
const awaited = (ttl: number, probe: number, atMs = T + probe * 1000): Observed => ({ kind: 'path.awaited', runId: RUN, line: 1, ttl, probe, sentAtMs: T + (probe - 1) * 1000 + ttl * 10, atMs })
const unanswered = (ttl: number, probe: number, atMs = T): Observed => ({ kind: 'path.unanswered', runId: RUN, line: 1, ttl, probe, atMs })
const ended = (kind: 'finished' | 'stopped', atMs = T + 500): Observed => ({ kind: 'run.ended', runId: RUN, outcome: { kind, code: 'x', message: '' }, atMs })
const passing = (atMs: number): Observed => ({ kind: 'unrecognised', runId: RUN, line: 1, text: '', atMs })
/** Rounds of one probe to each TTL; `who(round, ttl)` answers, null: nobody, undefined: not probed. */
const rounds = (count: number, ttls: number, who: (round: number, ttl: number) => string | null | undefined): Observed[] => {
  const numbers = new Map<number, number>()
  return Array.from({ length: count }, (_, round) => Array.from({ length: ttls }, (_, at) => at + 1).flatMap((ttl) => {
    const from = who(round, ttl)
    if (from === undefined) return []
    const probe = (numbers.get(ttl) ?? 0) + 1
    numbers.set(ttl, probe)
    const sentAtMs = T + round * 1000 + ttl * 10
    const event: Observed = from === null
      ? { kind: 'path.awaited', runId: RUN, line: 1, ttl, probe, sentAtMs, atMs: sentAtMs + 9 }
      : { kind: 'path.reply', runId: RUN, line: 1, ttl, probe, rttMs: 5, from, sentAtMs, atMs: sentAtMs + 5 }
    return [event]
  })).flat()
}
const hopAt = (view: PathView, ttl: number) => view.hops.find((hop) => hop.ttl === ttl) ?? expect.fail(`no hop ${ttl}`)
const current = (view: PathView, ttl: number) => hopAt(view, ttl).responders.filter((one) => one.untilMs === null).map((one) => one.address)

describe('fates', () => {
  it('awaited is not lost until the timeout has passed, and a late answer takes the loss back', () => {
    const waiting = [reply(1, 1, '10.0.0.1'), awaited(1, 2)]
    expect(hopAt(folded(waiting), 1).counts).toMatchObject({ judged: 1, awaited: 1, lost: 0 })
    expect(hopAt(folded([...waiting, passing(T + 3010)]), 1).counts).toMatchObject({ awaited: 1, lost: 0 })
    const lost = [...waiting, passing(T + 3010.5)]
    expect(hopAt(folded(lost), 1).counts).toMatchObject({ judged: 2, awaited: 0, lost: 1 })
    const late = folded([...lost, reply(1, 2, '10.0.0.1', { rttMs: 2500, atMs: T + 3510 })])
    expect(hopAt(late, 1).counts).toMatchObject({ judged: 2, answered: 1, late: 1, lost: 0 })
    expect(hopAt(late, 1).rtt.n).toBe(1)
    expect(hopAt(late, 1).responders[0]?.answered).toBe(2)
  })

  it('an answer that was merely read late is no late answer', () => {
    const view = folded([awaited(1, 1), passing(T + 9000), reply(1, 1, '10.0.0.1', { atMs: T + 9100 })])
    expect(hopAt(view, 1).counts).toMatchObject({ answered: 1, late: 0, lost: 0 })
  })

  it('what a tool gave up itself is lost at once, at the time of its line', () => {
    const hop = hopAt(folded([unanswered(1, 1, T + 7)]), 1)
    expect(hop.counts).toMatchObject({ sent: 1, judged: 1, lost: 1 })
    expect([hop.series.sentAtMs[0], hop.series.atMs(0)]).toEqual([NaN, T + 7])
    expect(hop.rollups[0]?.buckets[0]).toMatchObject({ sent: 1, lost: 1 })
  })

  it('a run that ended by itself has waited; one that was stopped has not', () => {
    const waiting = [reply(1, 1, '10.0.0.1'), awaited(1, 2, T + 400)]
    expect(folded([...waiting, ended('finished')]).counts).toMatchObject({ lost: 1, awaited: 0 })
    const stopped = folded([...waiting, ended('stopped')])
    expect(stopped.counts).toMatchObject({ lost: 0, awaited: 1, judged: 1 })
    expect(stopped.ended).toBe(true)
  })

  it('a clock step moves what is under way with it, and loses nothing', () => {
    const hour = 3_600_000
    const view = folded([awaited(1, 1, T + 1000), { kind: 'clock.step', deltaMs: hour, atMs: T + hour + 1001 }, passing(T + hour + 1500)])
    expect(view.counts).toMatchObject({ awaited: 1, lost: 0 })
    expect(folded([awaited(1, 1, T + 1000), passing(T + hour + 1500)]).counts).toMatchObject({ awaited: 0, lost: 1 })
  })

  it('a second answer to a probe changes nothing, nor does a number out of reach', () => {
    const view = folded([reply(1, 1, '10.0.0.1'), reply(1, 1, '10.0.0.2'), reply(1, 2 ** 40, '10.0.0.3')])
    expect(view.counts.sent).toBe(1)
    expect(current(view, 1)).toEqual(['10.0.0.1'])
  })

  it('numbers that no line told of count nowhere', () => {
    const hop = hopAt(folded([reply(1, 1, '10.0.0.1'), reply(1, 4, '10.0.0.1'), ended('finished')]), 1)
    expect(hop.counts).toMatchObject({ sent: 2, judged: 2, lost: 0 })
    expect(Array.from({ length: 4 }, (_, i) => hop.series.state[hop.series.slot(i)])).toEqual([PROBE.replied, PROBE.none, PROBE.none, PROBE.replied])
  })

  it('an answer of nobody known counts for the hop alone', () => {
    const hop = hopAt(folded([reply(1, 1, null), reply(1, 2, '10.0.0.1'), unanswered(1, 3)]), 1)
    expect(hop.counts).toMatchObject({ answered: 2, lost: 1 })
    expect(hop.responders.map((one) => [one.address, one.answered])).toEqual([['10.0.0.1', 1]])
    expect([hop.series.responder[0], hop.series.responder[1], hop.series.responder[2]]).toEqual([255, 0, 255])
  })

  it('an answer with a flag is an answer, and is kept by kind', () => {
    const hop = hopAt(folded([1, 2].map((probe) => reply(3, probe, '10.0.0.3', { flag: 'X', error: 'admin-prohibited', asns: ['AS1'] }))), 3)
    expect(hop.counts).toMatchObject({ answered: 2, lost: 0 })
    expect(hop.responders[0]).toMatchObject({ flags: [{ flag: 'X', error: 'admin-prohibited', mtu: null, count: 2 }], toolAsns: ['AS1'] })
  })
})

describe('the target', () => {
  it('ends the table; what went beyond is overshoot alone', () => {
    const view = folded(rounds(3, 7, (round, ttl) => (ttl > 5 && round > 0 ? undefined : ttl >= 5 ? TARGET : `10.0.0.${ttl}`)))
    expect([view.targetTtl, view.hops.length, view.overshoot, view.counts.sent]).toEqual([5, 5, 2, 15])
    expect(view.targetTtls).toEqual([{ ttl: 5, answered: 3 }])
  })

  it('is told from its errors: "prohibited" from its address is not reaching it, "no such port" is', () => {
    expect(folded([reply(2, 1, TARGET, { flag: 'X', error: 'admin-prohibited' })]).targetTtl).toBeNull()
    expect(folded([reply(2, 1, TARGET, { flag: '3', error: 'port-unreachable' })]).targetTtl).toBe(2)
  })

  it('is the same in any spelling', () => {
    expect(canonical('2001:DB8::1')).toBe(canonical('2001:db8:0:0::0:1'))
    expect(canonical('fe80::1%eth0')).toBe(canonical('fe80::1'))
    expect(canonical('::ffff:192.0.2.1')).toBe('192.0.2.1')
    expect(canonical('2001:db8::1')).not.toBe(canonical('2001:db8::1:0'))
    expect(folded([reply(2, 1, '2001:db8::9')], contextOf('2001:0DB8::0009')).targetTtl).toBe(2)
  })

  it('may answer at several TTLs where paths differ in length: turns, not a change', () => {
    const view = folded(rounds(40, 4, (round, ttl) => {
      const short = round % 3 === 0
      if (ttl <= 2) return `10.0.0.${ttl}`
      if (ttl === 3) return short ? TARGET : '10.0.0.3'
      return short ? undefined : TARGET
    }))
    expect(view.epochs).toHaveLength(1)
    expect([view.targetTtl, view.targetTtls.map((one) => one.ttl)]).toEqual([3, [3, 4]])
  })

  it('a loop stays as it is', () => {
    const view = folded(rounds(5, 6, (_, ttl) => (ttl < 3 ? `10.0.0.${ttl}` : `10.0.9.${ttl % 2}`)))
    expect(view.hops.map((hop) => hop.responders[0]?.address)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.9.1', '10.0.9.0', '10.0.9.1', '10.0.9.0'])
    expect(view.targetTtl).toBeNull()
  })
})

describe('epochs', () => {
  const changing = (at: number, more: (round: number, ttl: number) => string | null | undefined = () => undefined) => (round: number, ttl: number) =>
    more(round, ttl) ?? (ttl === 5 ? TARGET : ttl === 3 && round >= at ? '10.9.9.3' : `10.0.0.${ttl}`)

  it('one router behind another is a change, noticed with the third answer and dated to the first', () => {
    expect(folded(rounds(22, 5, changing(20))).epochs).toHaveLength(1)
    const view = folded(rounds(23, 5, changing(20)))
    expect(view.epochs.map(({ n, sinceMs, untilMs, changedTtls, targetTtl }) => ({ n, sinceMs, untilMs, changedTtls, targetTtl }))).toEqual([
      { n: 0, sinceMs: T + 10, untilMs: T + 20_030, changedTtls: [], targetTtl: 5 },
      { n: 1, sinceMs: T + 20_030, untilMs: null, changedTtls: [3], targetTtl: 5 },
    ])
    expect(view.hops.map((hop) => hop.counts.answered)).toEqual([2, 2, 3, 3, 3])
    expect(view.hops.map((hop) => hop.total.answered)).toEqual([23, 23, 23, 23, 23])
    expect(hopAt(view, 3).responders.map((one) => [one.address, one.answered, one.untilMs])).toEqual([['10.9.9.3', 3, null], ['10.0.0.3', 20, T + 20_030]])
  })

  it('several hops that change together are one epoch', () => {
    const view = folded(rounds(40, 5, changing(20, (round, ttl) => (round >= 20 && (ttl === 2 || ttl === 4) ? `10.9.9.${ttl}` : undefined))))
    expect(view.epochs.map((epoch) => epoch.changedTtls)).toEqual([[], [2, 3, 4]])
  })

  it('a path that gets longer shows what lies beyond again; one that gets shorter ends earlier', () => {
    const longer = folded(rounds(30, 6, (round, ttl) => (round < 15 ? (ttl === 4 ? TARGET : ttl > 5 || (ttl === 5 && round > 0) ? undefined : ttl === 5 ? TARGET : `10.0.0.${ttl}`) : ttl === 5 ? TARGET : ttl > 5 ? undefined : `10.0.0.${ttl}`)))
    expect([longer.targetTtl, longer.hops.length, longer.epochs.map((epoch) => epoch.targetTtl)]).toEqual([5, 5, [4, 5]])
    expect(hopAt(longer, 5)).toMatchObject({ total: { answered: 16 }, counts: { answered: 15 }, isTarget: true })
    const shorter = folded(rounds(30, 5, (round, ttl) => (round < 15 ? (ttl === 5 ? TARGET : `10.0.0.${ttl}`) : ttl === 4 ? TARGET : ttl === 5 ? undefined : `10.0.0.${ttl}`)))
    expect([shorter.targetTtl, shorter.hops.length, shorter.overshoot, shorter.epochs.map((epoch) => epoch.targetTtl), shorter.targetTtls]).toEqual([4, 4, 15, [5, 4], [{ ttl: 4, answered: 15 }]])
  })

  it('silence is no change, and what was silent fits anything', () => {
    const view = folded(rounds(40, 5, changing(99, (round, ttl) => (ttl === 2 && round > 10 && round < 30 ? null : undefined))))
    expect(view.epochs).toHaveLength(1)
    expect(folded(rounds(40, 5, changing(99, (round, ttl) => (ttl === 2 && round < 30 ? null : undefined)))).epochs).toHaveLength(1)
  })

  it('is cut rightly where the clock went back meanwhile', () => {
    const back = 1_800_000
    const events = rounds(120, 5, (round, ttl) => (ttl === 5 ? TARGET : ttl === 3 && round >= 100 ? '10.9.9.3' : `10.0.0.${ttl}`)).map((event) =>
      (event.kind === 'path.reply' && event.atMs >= T + 60_000 ? { ...event, atMs: event.atMs - back, sentAtMs: (event.sentAtMs ?? 0) - back } : event))
    const view = folded(events)
    expect(view.epochs.map((epoch) => epoch.sets[2])).toEqual([['10.0.0.3'], ['10.9.9.3']])
    expect(view.hops.map((hop) => hop.counts.answered)).toEqual([19, 19, 20, 20, 20])
  })

  it('leaves a probe to the epoch it was sent in, however late it is told; a clock that went back takes none away', () => {
    const before = rounds(23, 5, (round, ttl) => (ttl === 3 && round >= 20 ? '10.9.9.3' : round >= 20 && ttl === 5 ? '10.0.0.5' : ttl === 5 ? TARGET : `10.0.0.${ttl}`))
    // Beyond the target in the first round; the next one to that TTL leaves when the path has become longer.
    const atSix = [2, 3, 4].map((probe) => reply(6, probe, TARGET, { sentAtMs: T + 21_060 + probe * 1000, atMs: T + 21_065 + probe * 1000 }))
    const shown = (events: Observed[]) => hopAt(folded(events), 6)
    expect(folded(before).epochs.map((epoch) => epoch.sinceMs)).toEqual([T + 10, T + 20_030])
    expect(shown([...before, awaited(6, 1, T + 23_055), ...atSix])).toMatchObject({ counts: { sent: 3, lost: 0 }, total: { sent: 4, lost: 1 } })
    expect(folded([...before, reply(6, 1, TARGET, { sentAtMs: T + 19_060, rttMs: 4000, atMs: T + 23_060 })])).toMatchObject({ targetTtl: null, overshoot: 1 })
    const back = atSix.map((event) => (event.kind === 'path.reply' ? { ...event, sentAtMs: (event.sentAtMs ?? 0) - 3_600_000, atMs: event.atMs - 3_600_000 } : event))
    expect(shown([...before, ...back]).counts).toMatchObject({ sent: 3, answered: 3 })
  })

  it('goes back to the routers of before: another epoch, and their old figures give way to new ones', () => {
    const view = folded(rounds(60, 5, (round, ttl) => (ttl === 5 ? TARGET : ttl === 3 && round >= 20 && round < 40 ? '10.9.9.3' : `10.0.0.${ttl}`)))
    expect(view.epochs.map((epoch) => epoch.sets[2])).toEqual([['10.0.0.3'], ['10.9.9.3'], ['10.0.0.3']])
    expect(hopAt(view, 3).responders.map((one) => [one.address, one.answered, one.untilMs])).toEqual([['10.0.0.3', 20, null], ['10.9.9.3', 20, T + 40_030]])
  })

  it('routers that take turns at random make no epochs', () => {
    let epochs = 0
    for (let seed = 1; seed <= 300; seed++) {
      const next = random(seed)
      const members = 2 + (seed % 7)
      // The first takes more than its share in every third world.
      const pick = (): number => (seed % 3 === 0 && next() < 0.5 ? 0 : Math.floor(next() * members))
      const view = folded(rounds(200, 3, (_, ttl) => (ttl === 3 ? TARGET : ttl === 2 ? `10.0.2.${pick()}` : '10.0.0.1')))
      epochs += view.epochs.length - 1
      if (view.epochs.length === 1) expect(hopAt(view, 2).responders.length).toBe(members)
    }
    expect(epochs).toBeLessThanOrEqual(1)
  })

  it('a change away from routers that take turns is noticed all the same', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const next = random(seed)
      const members = 2 + (seed % 3)
      const view = folded(rounds(80, 3, (round, ttl) => (ttl === 3 ? TARGET : ttl === 2 ? `10.0.${round < 60 ? 2 : 3}.${Math.floor(next() * members)}` : '10.0.0.1')))
      expect(view.epochs.map((epoch) => epoch.sinceMs)).toEqual([T + 10, T + 60_020])
      expect(hopAt(view, 2).counts.answered).toBe(20)
    }
  })

  it('few probes in one pass make one epoch ever, whatever answers', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const next = random(seed)
      expect(folded(rounds(10, 4, (_, ttl) => `10.0.${ttl}.${Math.floor(next() * 3)}`)).epochs).toHaveLength(1)
    }
  })
})

describe('stages, names and bounds', () => {
  const stage = (name: 'trace' | 'statistics', atMs: number): Observed => ({ kind: 'path.stage', runId: RUN, line: 1, stage: name, hops: 2, probesPerHop: 10, expectedMs: 5000, atMs })

  it('statistics begin with their stage; who answered before is known', () => {
    const view = folded([stage('trace', T), reply(1, 1, '10.0.0.1'), reply(2, 1, TARGET), stage('statistics', T + 500), reply(1, 2, '10.0.0.1'), awaited(2, 2, T + 1100)])
    expect(view.stage).toMatchObject({ stage: 'statistics', sinceMs: T + 500, done: 2, probesPerHop: 10 })
    expect(view.hops.map((hop) => [hop.counts.sent, hop.total.sent, hop.rtt.n])).toEqual([[1, 2, 1], [1, 2, 0]])
    expect([view.targetTtl, current(view, 2), hopAt(view, 2).responders[0]?.answered]).toEqual([2, [TARGET], 0])
  })

  it('names and origins come one by one, and nothing found takes nothing away', () => {
    const name = (found: string | null): Observed => ({ kind: 'path.name', runId: RUN, address: '10.0.0.1', name: found, source: 'dns', atMs: T })
    const view = folded([name('a.example'), { kind: 'path.as', runId: RUN, address: '10.0.0.1', asn: 64_500, asName: 'EX', source: 'table', atMs: T }, name(null)])
    expect(view.names.get('10.0.0.1')).toEqual({ name: 'a.example', asn: 64_500, asName: 'EX' })
  })

  it('keeps within its bounds', () => {
    const view = fold.empty(contextOf(TARGET))
    let seq = 0
    const take = (event: Observed): void => fold.apply(view, { ...event, seq: ++seq })
    // A route that changes for ever, between ever new routers.
    for (let probe = 1; probe <= 20_000; probe++) take(reply(1, probe, `10.${Math.floor(probe / 40) % 28}.0.1`))
    for (let probe = 1; probe <= 100; probe++) take(reply(2, probe, `10.0.${probe}.2`))
    take(reply(2, 101, TARGET))
    for (let n = 0; n < NAMES_KEPT + 10; n++) take({ kind: 'path.name', runId: RUN, address: `a${n}`, name: 'x', source: 'dns', atMs: T })
    expect(view.hops[0]?.series).toMatchObject({ length: HOP_PROBES_KEPT, first: 20_000 - HOP_PROBES_KEPT + 1 })
    expect(view.hops[0]?.total.answered).toBe(20_000)
    expect(view.epochs).toHaveLength(EPOCHS_KEPT)
    expect(view.hops[1]?.responders).toHaveLength(RESPONDERS_KEPT)
    expect(view.targetTtl).toBe(2)
    expect(view.names.size).toBe(NAMES_KEPT)
  })

  it('a trace of 30 hops costs little', () => {
    const view = folded(rounds(3, 30, (_, ttl) => `10.0.0.${ttl}`))
    expect(view.hops.every((hop) => hop.series.state.length === 16)).toBe(true)
  })

  it('ordinary answers leave the revision alone', () => {
    const view = folded(rounds(50, 3, (_, ttl) => (ttl === 3 ? TARGET : `10.0.0.${ttl}`)))
    const before = view.revision
    for (const event of rounds(20, 3, (_, ttl) => (ttl === 3 ? TARGET : `10.0.0.${ttl}`))) {
      if (event.kind === 'path.reply') fold.apply(view, { ...event, probe: event.probe + 50, sentAtMs: (event.sentAtMs ?? 0) + 50_000, atMs: event.atMs + 50_000, seq: 1 })
    }
    expect([hopAt(view, 3).counts.answered, view.revision]).toEqual([70, before])
    fold.apply(view, { ...awaited(3, 71), atMs: T + 200_000, seq: 2 })
    expect(view.revision).toBeGreaterThan(before)
  })

  it('refuses a snapshot that it did not write', () => {
    const snapshot = fold.encode(folded([reply(1, 1, '10.0.0.1')]))
    expect(() => fold.decode({ ...(snapshot as object), version: 99 }, contextOf(TARGET))).toThrow()
    expect(() => fold.decode(null, contextOf(TARGET))).toThrow()
    expect(() => pathFold(() => SETTINGS).apply({ ...folded([]) }, { ...passing(T), seq: 1 })).toThrow()
  })
})

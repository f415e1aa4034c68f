/** What single events change: fates, exclusions, clock steps, shifts, rates. */
import { describe, expect, it } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import { PROBE } from '#lib/tools/ping/view.ts'
import { awaited, base, clock, context, ended, fold, other, reply, states, summary, visible } from './fold-helpers.ts'
import { START } from './world.ts'

describe('awaited, lost, late', () => {
  it('a probe is lost only when event time has passed its timeout', () => {
    const sentMs = START
    expect(states(fold([awaited(1)]))).toEqual([PROBE.awaited])
    expect(states(fold([awaited(1), other(sentMs + 2000)]))).toEqual([PROBE.awaited])
    expect(states(fold([awaited(1), other(sentMs + 2000.001)]))).toEqual([PROBE.lost])
  })

  it('a late reply is late, neither lost nor an extra, and its value stays in the series', () => {
    const view = fold([awaited(1), awaited(2), reply(3, 100), reply(1, 2900), reply(4, 10), reply(2, 2500)])
    expect(view.counts).toMatchObject({ sent: 4, answered: 2, late: 2, lost: 0, duplicates: 0 })
    expect(view.rtt.n).toBe(2)
    expect(view.series.rttMs[view.series.slot(0)]).toBe(2900)
  })

  it('a run stopped in flight: those under way count neither way', () => {
    const events = [reply(1, 10), reply(2, 10), awaited(3), awaited(4), awaited(5)]
    const view = fold([...events, summary(6, START + 5100), ended('stopped', START + 5100)])
    expect(view.counts).toMatchObject({ sent: 6, judged: 4, answered: 2, lost: 2, awaited: 2 })
    expect(fold([...events, summary(6, START + 5100), ended('finished', START + 5100)]).counts).toMatchObject({ lost: 4, awaited: 0 })
    expect(fold([...events, summary(6, START + 5100), ended('finished', START + 5100)], context({ deadlineS: 5 })).counts).toMatchObject({ lost: 2, awaited: 2 })
  })

  it('an interruption told a day later loses nothing that nobody listened for', () => {
    expect(fold([reply(1, 10), awaited(2), ended('interrupted', START + 86_400_000)]).counts).toMatchObject({ judged: 1, lost: 0, awaited: 1 })
  })

  it('counts probes that only the totals tell of', () => {
    const view = fold([{ kind: 'ping.header', ...base, target: null, address: null, payloadBytes: 56, atMs: START }, summary(3, START + 2100), ended('finished', START + 4000)])
    expect(view.counts).toMatchObject({ sent: 3, judged: 3, lost: 3 })
    expect([0, 1, 2].map((i) => view.series.sentAtMs[i])).toEqual([START, START + 1000, START + 2000])
    expect(view.bursts).toMatchObject([{ firstProbe: 1, lastProbe: 3 }])
  })

  it('tools that count from 0 are counted from 0', () => {
    expect(fold([reply(0, 1), reply(1, 1)]).counts.sent).toBe(2)
    expect(fold([reply(1, 1), reply(0, 1)]).counts).toMatchObject({ sent: 2, answered: 2 })
  })

  it('an ICMP error is a fate until a reply comes; advice is none', () => {
    const error = (probe: number | null, kind: 'host-unreachable' | 'redirect-host'): Observed => ({ kind: 'ping.icmp-error', ...base, probe, from: '198.51.100.1', error: kind, text: kind, atMs: START + 5 })
    expect(fold([error(1, 'host-unreachable')]).counts).toMatchObject({ errors: 1, judged: 1 })
    expect(fold([error(1, 'host-unreachable'), reply(1, 20)]).counts).toMatchObject({ errors: 0, answered: 1 })
    const advised = fold([error(1, 'redirect-host'), error(1, 'redirect-host'), error(null, 'host-unreachable'), reply(1, 20)])
    expect(advised.counts).toMatchObject({ errors: 0, answered: 1 })
    expect(advised.icmpErrors).toMatchObject([{ error: 'redirect-host', count: 2 }, { error: 'host-unreachable', count: 1 }])
  })

  it('a burst that a late reply splits', () => {
    const events = [reply(1, 10), ...[2, 3, 4, 5, 6, 7, 8].map((probe) => awaited(probe)), reply(9, 10), other(START + 20_000)]
    expect(fold(events).bursts).toMatchObject([{ firstProbe: 2, lastProbe: 8, count: 7 }])
    const late = (probe: number, rttMs: number): Observed => ({ ...reply(probe, rttMs), atMs: START + (probe - 1) * 1000 + rttMs })
    expect(fold([...events, late(5, 18_000)]).bursts).toMatchObject([{ firstProbe: 2, lastProbe: 4 }, { firstProbe: 6, lastProbe: 8 }])
    expect(fold([...events, late(3, 19_000), late(5, 18_000)]).bursts).toMatchObject([{ firstProbe: 6, lastProbe: 8 }])
  })
})

describe('what must not enter the figures', () => {
  it('duplicates, damaged replies, replies across a clock step, lost and late ones', () => {
    const view = fold([
      reply(1, 10), reply(1, 500, { dup: true }), reply(2, 20), reply(3, 900, { corrupt: true }), reply(4, 0, { clockStep: true }), reply(5, 30), reply(6, 2500),
    ])
    expect(view.counts).toMatchObject({ sent: 6, answered: 5, late: 1, duplicates: 1, corrupt: 1 })
    expect(view.rtt).toMatchObject({ n: 3, meanMs: 20, minMs: 10, maxMs: 30 })
    expect(view.jitter).toMatchObject({ n: 1, meanAbsMs: 10 })
  })

  it('loss never goes below zero, however many answers one probe gets', () => {
    const view = fold([reply(1, 10), reply(1, 11), reply(1, 12, { dup: true }), awaited(2), other(START + 9000)])
    expect(view.counts).toMatchObject({ sent: 2, answered: 1, lost: 1, duplicates: 2, judged: 2 })
  })

  it('a reply that turns out damaged on the next line, as if its time had never been', () => {
    const wrong = (probe: number): Observed => ({ kind: 'ping.notice', ...base, notice: 'wrong-data', text: '', probe, atMs: START + probe * 1000 })
    const before = [reply(1, 10), reply(2, 12), reply(3, 11)]
    const after = [reply(5, 15), reply(6, 16)]
    const damaged = fold([...before, reply(4, 400), wrong(4), ...after])
    const untimed = fold([...before, reply(4, 400, { clockStep: true }), ...after])
    expect({ ...visible(damaged), revision: 0, counts: 0, rows: 0, work: 0, rttBefore: 0 }).toEqual({ ...visible(untimed), revision: 0, counts: 0, rows: 0, work: 0, rttBefore: 0 })
    expect(damaged.counts).toMatchObject({ answered: 6, corrupt: 1 })
    // Damage in a duplicate leaves the first answer as it was.
    expect(fold([reply(1, 10), reply(1, 12, { dup: true }), wrong(1)]).rtt).toMatchObject({ n: 1, meanMs: 10 })
  })

  it('answers from somebody else are named', () => {
    const view = fold([reply(1, 10, { from: '192.0.2.7' }), reply(2, 10, { from: '192.0.2.7', differentAddress: true }), reply(3, 10)])
    expect(view.counts.otherSource).toBe(2)
    expect(view.otherSources).toEqual([{ from: '192.0.2.7', count: 2, firstMs: START + 10 }])
    expect(view.ttls.map((span) => [span.from, span.replies])).toEqual([['192.0.2.7', 2], ['192.0.2.1', 1]])
  })

  it('without printed times the stamp tells late from in time', () => {
    const view = fold([awaited(1), awaited(2), { ...reply(1, null), atMs: START + 2500 }, { ...reply(2, null), atMs: START + 2600 }])
    expect(view.counts).toMatchObject({ late: 1, answered: 1 })
    expect(view.rtt.n).toBe(0)
  })
})

describe('the clock moves', () => {
  const shifted = (event: Observed, deltaMs: number): Observed => ({ ...event, atMs: event.atMs + deltaMs })

  it.each([-3_600_000, -5000])('back by %i ms, reported before or after the stamps show it: nothing is lost, one sample is left out', (delta) => {
    const before = [reply(1, 10), reply(2, 12), awaited(3)]
    const after = [reply(3, 1500), reply(4, 14), awaited(5), reply(6, 10)].map((event) => shifted(event, delta))
    const report = clock(delta, START + 3100 + delta)
    for (const events of [[...before, report, ...after], [...before, ...after.slice(0, 1), report, ...after.slice(1)], [...before, ...after.slice(0, 2), report, ...after.slice(2)]]) {
      const view = fold(events)
      expect(view.counts).toMatchObject({ sent: 6, answered: 5, lost: 0, late: 0, awaited: 1, clockSteps: 1 })
      expect(view.rtt.n).toBe(4)
      // The one under way still runs out on time.
      expect(fold([...events, other(START + 4000 + 1900 + delta)]).counts.lost).toBe(0)
      expect(fold([...events, other(START + 4000 + 2300 + delta)]).counts.lost).toBe(1)
    }
  })

  it('forward: a reply that crossed the step is answered without a time, not late', () => {
    const delta = 3_600_000
    const crossed = { ...reply(3, 1500 + delta), atMs: START + 2000 + 1500 + delta }
    const later = [reply(4, 14), reply(5, 14)].map((event) => shifted(event, delta))
    for (const events of [[clock(delta, START + 3100 + delta), crossed], [crossed, clock(delta, START + 3600 + delta)]]) {
      const view = fold([reply(1, 10), reply(2, 12), awaited(3), ...events, ...later, other(START + 9000 + delta)])
      expect(view.counts).toMatchObject({ sent: 5, answered: 5, late: 0, lost: 0, clockSteps: 1 })
      expect(view.rtt).toMatchObject({ n: 4, maxMs: 14 })
    }
  })

  it('the tool’s own remark is counted', () => {
    expect(fold([{ kind: 'ping.notice', ...base, notice: 'clock-back', text: '', atMs: START }, reply(1, 0, { clockStep: true })])).toMatchObject({ counts: { clockSteps: 1, answered: 1 }, rtt: { n: 0 } })
  })
})

describe('a lasting change of level', () => {
  it('is reported once with both medians, and not for a damaged or short excursion', () => {
    const calm = Array.from({ length: 30 }, (_, at) => reply(at + 1, 20 + (at % 3)))
    const slow = Array.from({ length: 30 }, (_, at) => reply(at + 31, 80 + (at % 3)))
    const view = fold([...calm, ...slow])
    expect(view.shifts).toEqual([{ atMs: START + 30_000, beforeMs: 21, afterMs: 81, madMs: expect.any(Number), samples: 40 }])
    expect(fold([...calm, ...slow.slice(0, 3), ...calm.map((event, at) => reply(34 + at, 20 + (at % 3), { line: event.atMs && 1 }))]).shifts).toEqual([])
  })
})

describe('the achieved rate', () => {
  it('is taken over the last minute of sent probes', () => {
    expect(fold([reply(1, 10)]).achievedPerS).toBeNaN()
    expect(fold([1, 2, 3].map((probe) => reply(probe, 10))).achievedPerS).toBeCloseTo(1, 9)
    const slow = Array.from({ length: 100 }, (_, at): Observed => ({ ...reply(at + 1, 1), atMs: START + at * 204 + 1 }))
    expect(fold(slow, context({ intervalMs: 200 })).achievedPerS).toBeCloseTo(1000 / 204, 6)
  })
})

describe('probes that the vantage itself refused', () => {
  const refusal = (atMs: number): Observed => ({ kind: 'ping.local-error', ...base, error: 'permission', text: 'ping: sendmsg: Operation not permitted', atMs })

  it('are neither sent nor lost, and the next ones count again', () => {
    // As iputils prints it: the refusal of probe n, then "no answer yet" for n when n + 1 is due.
    const view = fold([reply(1, 10), refusal(START + 1000), awaited(2), refusal(START + 2000), awaited(3), reply(4, 10), awaited(5), other(START + 60_000)])
    expect(states(view)).toEqual([PROBE.replied, PROBE.refused, PROBE.refused, PROBE.replied, PROBE.lost])
    expect(view.counts).toMatchObject({ sent: 3, judged: 3, answered: 2, lost: 1, refused: 2, awaited: 0 })
    expect(view.rollups[2]?.buckets.reduce((sum, bucket) => sum + bucket.sent, 0)).toBe(3)
    expect(view.bursts).toEqual([])
  })

  it('a run of nothing but refusals lost nothing', () => {
    const said = [1, 2, 3, 4].flatMap((probe) => [refusal(START + (probe - 1) * 1000), awaited(probe)])
    const view = fold([...said, summary(4, START + 3100), ended('finished', START + 13_100)])
    expect(view.counts).toMatchObject({ sent: 0, judged: 0, lost: 0, refused: 4 })
  })

  it('one that answers after all was sent', () => {
    const view = fold([refusal(START), awaited(1), reply(1, 1500)])
    expect(view.counts).toMatchObject({ sent: 1, judged: 1, answered: 1, refused: 0 })
  })
})

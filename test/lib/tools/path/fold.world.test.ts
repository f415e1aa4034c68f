/** The path fold against a naive second count, and against itself from snapshots and copies. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROBE } from '#lib/tools/ping/view.ts'
import type { HopView } from '#lib/tools/path/view.ts'
import { contextOf, fold, folded, numbered } from './context.ts'
import { mtrItself, naiveCounts, naiveJitter, naiveRtt, near, visible, type Row } from './naive.ts'
import { probesOf, stateOf, TARGET, tell, world, type Probe, type World } from './world.ts'

const context = contextOf(TARGET)

function rowsAt(world_: World, ttl: number, sinceMs = -Infinity): (Row & { from: string | null })[] {
  return probesOf(world_).filter((each) => each.ttl === ttl && each.sentMs >= sinceMs).map((each: Probe) => {
    const state = stateOf(world_, each)
    const answered = state === PROBE.replied || state === PROBE.late
    return { probe: each.probe, sentMs: each.sentMs, state, rttMs: answered ? (each.rttMs ?? NaN) : NaN, from: answered ? each.from : null }
  })
}

function expectHop(hop: HopView, rows: readonly (Row & { from: string | null })[]): void {
  expect(hop.counts).toEqual(naiveCounts(rows))
  expect({ ...hop.rtt, n: hop.rtt.n, meanMs: hop.rtt.meanMs, stdevMs: hop.rtt.stdevMs, minMs: hop.rtt.minMs, maxMs: hop.rtt.maxMs }).toMatchObject(naiveRtt(rows))
  expect(hop.jitter).toEqual(naiveJitter(rows))
  const inOrder = rows.filter((row) => row.state === PROBE.replied).sort((a, b) => a.sentMs + a.rttMs - b.sentMs - b.rttMs).map((row) => row.rttMs)
  const differences = inOrder.slice(1).map((rtt, at) => Math.abs(rtt - (inOrder[at] ?? NaN)))
  expect(hop.mtr).toMatchObject({
    Last: inOrder.at(-1) ?? NaN, Jttr: near(differences.at(-1) ?? NaN), Jmax: near(differences.length ? Math.max(...differences) : NaN),
    Javg: near(differences.reduce((sum, d) => sum + d, 0) / differences.length),
    Gmean: near(inOrder.length ? inOrder.reduce((product, rtt) => product * rtt ** (1 / inOrder.length), 1) : NaN),
  })
  const current = hop.responders.filter((one) => one.untilMs === null)
  expect(new Map(current.map((one) => [one.address, one.answered]))).toEqual(
    new Map(rows.flatMap((row) => row.from ?? []).map((from) => [from, rows.filter((row) => row.from === from).length])))
  expect(current.length).toBe(new Set(rows.flatMap((row) => row.from ?? [])).size)
  for (const one of current) expect(one.rtt).toMatchObject(naiveRtt(rows.filter((row) => row.from === one.address)))
}

describe('the path fold', () => {
  it('counts every hop of every world as a naive count does, in the whole run and since its epoch began', () => {
    fc.assert(fc.property(world, (any) => {
      const some = { ...any, extras: false }
      const view = folded(tell(some), context)
      const epoch = view.epochs.at(-1)
      for (const hop of view.hops) {
        expect(hop.total).toEqual(naiveCounts(rowsAt(some, hop.ttl)))
        expectHop(hop, rowsAt(some, hop.ttl, epoch?.sinceMs))
      }
      const beyond = probesOf(some).filter((each) => each.ttl > view.hops.length)
      expect(view.overshoot).toBe(beyond.length)
      expect(view.counts.sent + view.overshoot).toBe(probesOf(some).length)
    }), { numRuns: 150 })
  })

  it('goes on the same from a snapshot and from a copy, wherever it is cut', () => {
    fc.assert(fc.property(world, fc.nat(1000), (some, cut) => {
      const events = numbered(tell(some))
      const at = Math.floor((cut / 1000) * events.length)
      const whole = fold.empty(context)
      for (const event of events.slice(0, at)) fold.apply(whole, event)
      const copied = fold.copy(whole)
      const frozen = visible(whole)
      const text = JSON.stringify(fold.encode(whole))
      const resumed = fold.decode(JSON.parse(text), context)
      expect(visible(resumed)).toEqual(frozen)
      expect(visible(copied)).toEqual(frozen)
      for (const event of events.slice(at)) fold.apply(whole, event)
      expect(visible(copied)).toEqual(frozen)
      for (const event of events.slice(at)) for (const view of [copied, resumed]) fold.apply(view, event)
      expect(visible(copied)).toEqual(visible(whole))
      expect(visible(resumed)).toEqual(visible(whole))
      expect(JSON.stringify(fold.encode(resumed))).toBe(JSON.stringify(fold.encode(whole)))
    }), { numRuns: 150 })
  })

  it('prints mtr\'s own columns but for the documented differences', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 50, max: 900_000 }), { minLength: 1, maxLength: 60 }), (micros) => {
      const rtts = micros.map((us) => us / 1000)
      const view = folded(rtts.map((rttMs, at) => ({ kind: 'path.reply', runId: context.runId, line: 1, ttl: 1, probe: at + 1, rttMs, from: '10.0.0.1', sentAtMs: 1e12 + at * 1000, atMs: 1e12 + at * 1000 + rttMs })), context)
      const { mtr } = view.hops[0] ?? expect.fail()
      const its = mtrItself(rtts)
      expect([mtr.Last, mtr.Best, mtr.Wrst].map((ms) => Math.round(ms * 1000))).toEqual([its.last, its.best, its.worst])
      // It cuts each step to whole microseconds, so it drifts by up to one a step.
      expect(Math.abs(mtr.Avg * 1000 - its.avg)).toBeLessThanOrEqual(rtts.length)
      if (rtts.length < 2) return
      expect(Math.abs(mtr.StDev * 1000 - Math.sqrt(its.ssd / (its.returned - 1)))).toBeLessThanOrEqual(rtts.length)
      expect(mtr.Gmean * 1000 / its.gmean).toBeCloseTo(1, 6)
      expect(Math.round(mtr.Jttr * 1000)).toBe(its.jitter)
      expect(Math.round(mtr.Jmax * 1000)).toBe(its.jworst)
      // One too many in its divisor; 16 times the RFC's value.
      expect(Math.abs(mtr.Javg * 1000 * (rtts.length - 1) / rtts.length - its.javg)).toBeLessThanOrEqual(rtts.length)
      expect(Math.abs(mtr.Jint * 16_000 - its.jinta)).toBeLessThanOrEqual(16)
    }))
  })
})

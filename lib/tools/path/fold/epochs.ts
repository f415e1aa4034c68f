/** A new epoch: it begins with the first answer of another set, and all statistics begin anew with what was sent since then. */
import { PROBE } from '../../ping/view.ts'
import { EPOCHS_KEPT } from '../view.ts'
import { changedTtls, type Sets } from './epoch-sets.ts'
import { addArrival, addPair } from './figures.ts'
import type { HopState } from './hop.ts'
import { add } from './probes.ts'
import { ROLE } from './responders.ts'
import type { PathState } from './state.ts'

/** Probes under way when the change was noticed. */
const SPARE_ROUNDS = 8

/** One hop at the turn of epochs. */
interface Turn {
  hop: HopState
  /** First probe of the new epoch. */
  from: number
  /** Answers in it so far, by responder. */
  fresh: ReadonlyMap<number, number>
}

/** The change that was noticed at this hop becomes a new epoch. Other hops may have changed with it, and a little earlier. */
export function beginEpoch(view: PathState, trigger: HopState): void {
  const sinceMs = startOf(view, trigger)
  // Each hop gets one probe a round: no more of them can lie in the new epoch, also where the clock went back and times tell nothing.
  const atMost = trigger.watch.lastProbe - trigger.watch.firstProbe + SPARE_ROUNDS
  const turns = view.all.map((hop) => turnOf(hop, sinceMs, atMost))
  const top = close(view, turns, sinceMs)
  for (const turn of turns) restart(turn, sinceMs)
  view.findTarget()
  // Until the target answers again the path is no shorter than it was.
  view.epoch = { n: view.epoch.n + 1, sinceMs, changedTtls: [trigger.ttl], top }
  view.revision++
}

/** When the row of answers at the trigger began; at another hop within the round before, if one began there as well. */
function startOf(view: PathState, trigger: HopState): number {
  const began = rowStart(trigger)
  const { firstProbe, lastProbe } = trigger.watch
  const roundMs = (trigger.series.timeOf(trigger.series.slotOf(lastProbe)) - began) / Math.max(1, lastProbe - firstProbe)
  return view.all.reduce((first, hop) => {
    const other = hop.watch.streak > 0 ? rowStart(hop) : NaN
    return other >= began - roundMs ? Math.min(first, other) : first
  }, began)
}

function rowStart({ series, watch }: HopState): number {
  return series.timeOf(series.slotOf(Math.max(watch.firstProbe, series.first)))
}

function turnOf(hop: HopState, sinceMs: number, atMost: number): Turn {
  const { series } = hop
  const oldest = Math.max(series.first, hop.epochFrom, series.highest - atMost)
  let from = series.highest + 1
  for (let probe = series.highest; probe >= oldest; probe--) {
    const atMs = series.timeOf(series.slotOf(probe))
    if (atMs < sinceMs) break
    from = probe
  }
  const fresh = new Map<number, number>()
  for (let probe = from; probe <= series.highest; probe++) {
    const who = answeredBy(hop, probe)
    if (who !== undefined) fresh.set(who.index, (fresh.get(who.index) ?? 0) + 1)
  }
  return { hop, from, fresh }
}

function answeredBy({ series, table }: HopState, probe: number) {
  const slot = series.slotOf(probe)
  const state = series.state[slot]
  return state === PROBE.replied || state === PROBE.late ? table[series.responder[slot] ?? -1] : undefined
}

/** Puts the epoch that ends beside the ones before; answers the last TTL of its path. */
function close(view: PathState, turns: readonly Turn[], untilMs: number): number {
  const old = turns.map(({ hop, fresh }) => hop.table.filter((one) => one.role !== ROLE.former && one.seen > (fresh.get(one.index) ?? 0)))
  const targetAt = old.findIndex((set) => set.some((one) => one.isTarget))
  const top = targetAt < 0 ? Math.max(view.lastTtl, view.epoch.top) : targetAt + 1
  const sets: Sets = old.slice(view.firstTtl - 1, top).map((set) => set.map((one) => one.address).sort())
  const { n, sinceMs } = view.epoch
  view.closed.push({
    n, sinceMs: sinceMs ?? view.firstSentMs, untilMs, sets, targetTtl: targetAt < 0 ? null : top, changedTtls: changedTtls(view, sets),
  })
  if (view.closed.length >= EPOCHS_KEPT) view.closed.shift()
  return top
}

function restart({ hop, from, fresh }: Turn, sinceMs: number): void {
  hop.epochFrom = from
  hop.targetAnswers = 0
  hop.otherAnswers = 0
  hop.restartFigures()
  let settled = 0
  for (const one of hop.table) {
    const count = fresh.get(one.index) ?? 0
    settled += count
    if (count > 0) {
      one.role = ROLE.member
      one.restart()
    } else if (one.role !== ROLE.former) {
      one.role = ROLE.former
      one.untilMs = sinceMs
    }
  }
  hop.watch = { ...hop.watch, settled, streak: 0, firstProbe: 0, sender: -1 }
  recount(hop)
}

/** Statistics over the probes of the new epoch that are known already, in the order in which they were answered. */
function recount(hop: HopState): void {
  const { series } = hop
  const arrived: { atMs: number; probe: number }[] = []
  for (let probe = hop.epochFrom; probe <= series.highest; probe++) {
    const slot = series.slotOf(probe)
    const state = series.state[slot] ?? PROBE.none
    if (state === PROBE.none) continue
    if (probe >= hop.statsFrom) {
      hop.counts.sent++
      add(hop.counts, state, 1)
      addPair(hop.pairs, hop.sample(probe) - hop.sample(probe - 1))
    }
    if (state !== PROBE.replied && state !== PROBE.late) continue
    const rttMs = series.rttMs[slot] ?? NaN
    arrived.push({ atMs: series.timeOf(slot) + (Number.isNaN(rttMs) ? 0 : rttMs), probe })
  }
  hop.counts.judged = hop.counts.answered + hop.counts.lost + hop.counts.late
  arrived.sort((a, b) => a.atMs - b.atMs || a.probe - b.probe)
  for (const { atMs, probe } of arrived) recountAnswer(hop, probe, atMs)
}

function recountAnswer(hop: HopState, probe: number, atMs: number): void {
  const one = answeredBy(hop, probe)
  const rttMs = hop.sample(probe)
  const counts = probe >= hop.statsFrom
  if (one) {
    one.see(atMs)
    if (one.isTarget && !hop.series.isRefusal(hop.series.slotOf(probe))) hop.targetAnswers++
    else hop.otherAnswers++
    if (counts) one.answered++
    if (!Number.isNaN(rttMs)) one.rtt.push(rttMs)
  }
  if (Number.isNaN(rttMs)) return
  hop.rtt.push(rttMs)
  addArrival(hop.arrivals, rttMs)
}

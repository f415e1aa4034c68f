/** Compares a folded path with the truth: probe by probe, matched by TTL and order. */
import { expect } from 'vitest'
import { PROBE } from '#lib/tools/ping/view.ts'
import type { PathRun } from '#lib/session/runs.ts'
import type { HopView, PathView } from '#lib/tools/path/view.ts'
import { quantile } from './quantile.ts'
import type { TruthProbe } from './truth.ts'

/** Probes by TTL in the order they left; a SYN that the kernel repeated is no probe of the tool's. */
export function byTtl(truth: readonly TruthProbe[]): Map<number, TruthProbe[]> {
  const probes = truth.filter((probe) => probe.again !== true).toSorted((a, b) => a.at_ms - b.at_ms)
  return Map.groupBy(probes, (probe) => probe.sent_ttl)
}

interface Compared { sent: number; answered: number; unanswered: number; errorsMs: number[] }

interface RunEnd { timeoutMs: number; /** The run's end, epoch ms. */ endedAtMs: number; /** By us, in the middle of whatever went on. */ stopped: boolean }

/** Every probe of a hop against the truth: answered or not, by whom. A probe whose timeout the run's end cut off is awaited, never lost. */
export function compareHop(hop: HopView, truth: readonly TruthProbe[], { timeoutMs, endedAtMs, stopped }: RunEnd): Compared {
  const { series } = hop
  const compared: Compared = { sent: 0, answered: 0, unanswered: 0, errorsMs: [] }
  for (let i = 0; i < series.length; i += 1) {
    const slot = series.slot(i)
    const real = truth[series.first + i - 1]
    const where = `TTL ${hop.ttl}, probe ${series.first + i} of ${truth.length}`
    // A stop may fall between a probe's departure and the line that says so, or between its answer and its line.
    const cutOff = stopped && i === series.length - 1
    const state = STATES[series.state[slot] ?? PROBE.none]
    if (real === undefined && !cutOff) throw new Error(`${where} was never sent`)
    if (real === undefined || (cutOff && state === 'awaited')) continue
    const answer = real.answers[0]
    const inTime = answer !== undefined && (answer.real_ms ?? 0) < timeoutMs
    // By the vantage's own stamp of the departure: a busy machine reads the line of a probe late.
    const undecided = Math.max(real.at_ms, series.sentAtMs[slot] || 0) + timeoutMs > endedAtMs
    expect(state, `${where}: ${real.fate}`).toBeOneOf(inTime ? ['replied'] : undecided ? ['awaited', 'lost'] : ['lost'])
    compared.sent += 1
    if (!inTime) { compared.unanswered += 1; continue }
    compared.answered += 1
    const responder = hop.responders.find((one) => one.index === series.responder[slot])
    expect(responder?.address, where).toBe(answer.from)
    compared.errorsMs.push(Math.abs((series.rttMs[slot] ?? Number.NaN) - (answer.real_ms ?? Number.NaN)))
  }
  return compared
}

const STATES: readonly string[] = Object.keys(PROBE)

/** The whole path: hops dense from the first TTL, the target at its place, nothing beyond it, every probe as it was. */
export function comparePath({ view, endedAtMs, state }: Pick<PathRun, 'view' | 'endedAtMs' | 'state'>, truth: readonly TruthProbe[]): void {
  const stopped = state === 'stopped'
  const sent = byTtl(truth)
  const reachedAt = truth.filter((probe) => probe.fate === 'replied').map((probe) => probe.sent_ttl)
  expect(view.targetTtl).toBe(reachedAt.length === 0 ? null : Math.min(...reachedAt))
  expect(view.hops.map((hop) => hop.ttl)).toEqual(view.hops.map((_, index) => view.firstTtl + index))
  if (view.targetTtl !== null) expect(view.hops.at(-1)?.ttl).toBe(view.targetTtl)
  const errors: number[] = []
  for (const hop of view.hops) {
    const real = sent.get(hop.ttl) ?? []
    const compared = compareHop(hop, real, { timeoutMs: view.timeoutMs, endedAtMs: endedAtMs ?? Infinity, stopped })
    errors.push(...compared.errorsMs)
    // A stop may cut one probe off on either side.
    expect(Math.abs(real.length - hop.total.sent), `probes sent at TTL ${hop.ttl}`).toBeLessThanOrEqual(stopped ? 1 : 0)
    expect(hop.total.answered + hop.total.lost + hop.total.awaited + hop.total.late).toBe(hop.total.sent)
    expect(hop.total.answered - compared.answered, `answers at TTL ${hop.ttl}`).toBeOneOf(stopped ? [0, 1] : [0])
  }
  expect(errors.length).toBeGreaterThan(0)
  // The machine takes the processor away for 2 to 40 ms now and then, and every scenario runs at once.
  expect(quantile(errors, 0.5)).toBeLessThan(1.5)
  expect(quantile(errors, 0.9)).toBeLessThan(8)
}

/** Who answers now at each TTL, sorted; `-` where nobody does. */
export const addressesOf = (view: PathView): string[] =>
  view.hops.map((hop) => hop.responders.filter((one) => one.untilMs === null).map((one) => one.address).toSorted().join(' ') || '-')

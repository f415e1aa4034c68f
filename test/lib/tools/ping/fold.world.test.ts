/** The fold against an independent recount, and against itself: live, replayed, from any snapshot. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import { pingFold } from '#lib/tools/ping/fold.ts'
import { windowStats } from '#lib/tools/ping/window.ts'
import { PROBE } from '#lib/tools/ping/view.ts'
import { contextOf, numbered, parsePieces, RUN } from './context.ts'
import { IPUTILS, merged, type Fixture } from './fixtures.ts'
import { context, fold, visible } from './fold-helpers.ts'
import { naiveBuckets, naiveBursts, naiveFigures, naiveJitter, near } from './naive.ts'
import { judgeAll, naiveCounts, START, tell, world, type World } from './world.ts'

const worldContext = ({ intervalMs, timeoutMs }: World) => context({ intervalMs, timeoutMs })

describe('a random world', () => {
  it('is counted as an independent recount counts it', () => {
    fc.assert(fc.property(world(), (each) => {
      const view = fold(tell(each), worldContext(each))
      const rows = judgeAll(each)
      expect(view.counts).toEqual(naiveCounts(each))
      const seen = visible(view)
      expect(seen.rows.map(([probe, , , , state]) => [probe, state])).toEqual(rows.map((row) => [row.probe, row.state]))
      expect(seen.rows.map(([, sentMs]) => sentMs)).toEqual(rows.map((row) => near(row.sentMs)))
      expect(seen.rtt).toEqual({ ...naiveFigures(rows.map((row) => row.rttMs).filter((rtt) => !Number.isNaN(rtt))), lastMs: seen.rtt.lastMs })
      expect(seen.jitter).toEqual(naiveJitter(rows))
      expect(view.bursts).toEqual(naiveBursts(rows))
      for (const level of seen.levels) expect(level.buckets).toEqual(naiveBuckets(rows, level.widthMs))
      expect(view.ttls.reduce((sum, span) => sum + span.replies, 0)).toBe(view.counts.answered + view.counts.late)
      expect([view.firstSentMs, view.lastSentMs]).toEqual([near(rows[0]?.sentMs ?? NaN), near(rows.at(-1)?.sentMs ?? NaN)])
    }), { numRuns: 250 })
  })

  it('reads the same live, replayed and from a snapshot taken anywhere, also through JSON', () => {
    fc.assert(fc.property(world(), fc.nat(400), fc.nat(400), (each, first, second) => {
      const events = numbered(tell(each))
      const of = worldContext(each)
      const whole = pingFold.empty(of)
      let resumed = pingFold.empty(of)
      events.forEach((event, at) => {
        pingFold.apply(whole, event)
        // Reading must not change anything either.
        if (at === first) visible(whole)
        if (at === first || at === second) resumed = pingFold.decode(JSON.parse(JSON.stringify(pingFold.encode(resumed))), of)
        pingFold.apply(resumed, event)
      })
      expect(visible(resumed)).toEqual(visible(whole))
      expect(resumed).toEqual(whole)
      expect(pingFold.encode(resumed)).toEqual(pingFold.encode(whole))
    }), { numRuns: 200 })
  })

  it('windows agree with a recount of the probes sent in them', () => {
    fc.assert(fc.property(world(), fc.nat(130_000), fc.nat(130_000), (each, a, b) => {
      const [fromMs, toMs] = [START + Math.min(a, b), START + Math.max(a, b)]
      const stats = windowStats(fold(tell(each), worldContext(each)), fromMs, toMs)
      const inside = judgeAll(each).filter((row) => row.sentMs >= fromMs && row.sentMs < toMs)
      const rtts = inside.map((row) => row.rttMs).filter((rtt) => !Number.isNaN(rtt)).toSorted((x, y) => x - y)
      const { n, ...figures } = naiveFigures(rtts)
      const jitter = naiveJitter(inside)
      const among = (state: number) => inside.filter((row) => row.state === state).length
      const q = (p: number) => near((rtts[Math.floor((n - 1) * p)] ?? NaN) + ((rtts[Math.ceil((n - 1) * p)] ?? NaN) - (rtts[Math.floor((n - 1) * p)] ?? NaN)) * (((n - 1) * p) % 1))
      expect(stats).toEqual({
        fromMs, toMs, probes: inside.length - among(PROBE.awaited), answered: among(PROBE.replied), lost: among(PROBE.lost), late: among(PROBE.late), errors: among(PROBE.error), awaited: among(PROBE.awaited),
        ...figures, p10Ms: q(0.1), p25Ms: q(0.25), p50Ms: q(0.5), p75Ms: q(0.75), p90Ms: q(0.9), p95Ms: q(0.95), p99Ms: q(0.99),
        jitterMs: jitter.meanAbsMs, rfc3550Ms: jitter.rfc3550Ms, jitterN: jitter.n, exact: true,
      })
    }), { numRuns: 200 })
  })
})

describe('recorded outputs', () => {
  const hasProbes = ({ facts }: Fixture) => facts.summary !== null && facts.replies.length > 0 && facts.replies.every((reply) => reply.seq !== null)
  it.each(IPUTILS.filter(hasProbes).map((fixture) => [fixture.name, fixture] as const))('%s: our counts agree with a recount of its facts and with ping’s totals', (_name, { facts, ...fixture }) => {
    const of = contextOf(facts.ip ?? '', { timeoutMs: 10_000 })
    const events: Observed[] = parsePieces([merged({ facts, ...fixture })], of)
    const last = events.at(-1)?.atMs ?? 0
    const view = fold([...events, { kind: 'run.ended', runId: RUN, outcome: { kind: 'finished', code: 'exit', message: '' }, atMs: last }], of)
    const answered = new Set(facts.replies.map((reply) => reply.seq))
    const { summary } = facts
    if (!summary || summary.corrupted > 0) return
    const erred = new Set(facts.errors.map((error) => error.seq).filter((seq) => !answered.has(seq)))
    expect(view.counts).toMatchObject({
      sent: summary.transmitted, judged: summary.transmitted, answered: answered.size, late: 0, awaited: 0, errors: erred.size,
      lost: summary.transmitted - answered.size - erred.size, duplicates: facts.replies.length - answered.size, localErrors: facts.localErrors.length,
    })
    // Outputs whose replies are not all printed (-q, -f, shortened by their authors) cannot be set against their totals.
    if (facts.replies.length !== summary.received + summary.duplicates) return
    expect(view.counts.answered).toBe(summary.received)
    const times = facts.replies.map((reply) => reply.rttMs)
    if (!summary.rtt || summary.duplicates > 0 || times.includes(null) || view.counts.corrupt > 0 || view.rtt.n !== summary.received) return
    // ping prints single times to 3 digits, old versions cut them there.
    const slack = (theirs: number) => 10 ** (Math.floor(Math.log10(theirs)) - 2) + 0.0015
    for (const [ours, theirs] of [[view.rtt.minMs, summary.rtt.min], [view.rtt.meanMs, summary.rtt.avg], [view.rtt.maxMs, summary.rtt.max]] as const) {
      expect(Math.abs(ours - theirs)).toBeLessThan(slack(summary.rtt.max))
    }
    // Only outputs that nobody edited, and replies of one size, tell the deviation.
    if (fixture.command.length === 0 || summary.rtt.mdev === null) return
    expect(Math.abs(view.rtt.stdevMs - summary.rtt.mdev)).toBeLessThan(slack(summary.rtt.max))
  })
})

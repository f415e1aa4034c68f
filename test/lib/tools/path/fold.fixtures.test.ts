/** Recorded outputs of real mtrs, parsed and folded: what was sent and received at each hop, and where the target is. */
import { describe, expect, it } from 'vitest'
import { contextOf as mtrContext, parseLines } from '../mtr/context.ts'
import { RAW } from '../mtr/fixtures.ts'
import { contextOf, folded, RUN } from './context.ts'
import { rowsOf } from './naive.ts'

const END = { kind: 'run.ended', runId: RUN, outcome: { kind: 'finished', code: 'x', message: '' }, atMs: 1_795_349_000_000 } as const
const measured = RAW.filter(({ facts }) => facts.hops.some((hop) => hop.sent !== null))

describe('recorded outputs', () => {
  it('are there', () => expect(measured.length).toBeGreaterThan(20))

  it.each(measured.map((fixture) => [fixture.name, fixture] as const))('%s', (_, { stdout, facts, target }) => {
    const events = parseLines(new TextDecoder().decode(stdout), mtrContext(target))
    const view = folded([...events, END], contextOf(target, { timeoutMs: 8000 }))
    expect(view.epochs).toHaveLength(1)
    expect(view.targetTtl).toBe(facts.destinationTtl ?? null)
    for (const wanted of facts.hops) {
      // Beyond the target there is only overshoot.
      if (view.targetTtl !== null && wanted.ttl > view.targetTtl) continue
      const hop = view.hops.find(({ ttl }) => ttl === wanted.ttl) ?? expect.fail(`no hop ${wanted.ttl}`)
      expect(hop.total).toMatchObject({ sent: wanted.sent, judged: wanted.sent, answered: wanted.received, late: 0 })
      const micros = rowsOf(hop).map((row) => Math.round(row.rttMs * 1000)).filter((us) => !Number.isNaN(us))
      expect(micros.toSorted((a, b) => a - b)).toEqual(wanted.rttsUs.toSorted((a, b) => a - b))
      expect(hop.responders.every((one) => wanted.hosts.includes(one.address))).toBe(true)
    }
  })
})

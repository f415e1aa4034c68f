/** A made-up path: what happens to each probe is decided first, then told as mtr would tell it, then counted naively. */
import fc from 'fast-check'
import type { Observed } from '#lib/protocol/events.ts'
import { PROBE } from '#lib/tools/ping/view.ts'
import { random } from '#test/fixtures/ping-view.ts'
import { RUN } from './context.ts'

export const START = 1_795_346_700_000
export const TARGET = '192.0.2.9'
export const TIMEOUT = 2000

export interface World {
  seed: number
  rounds: number
  /** Routers by TTL, several: they take turns; none: silent. The target is behind them. */
  routers: number[]
  /** Round from which on the routers at these TTLs are others, and the path so much longer. */
  change: { round: number; ttls: number[]; longer: number } | null
  loss: number
  late: number
  nameless: number
  extras: boolean
  end: 'finished' | 'stopped' | 'interrupted'
}

export const world: fc.Arbitrary<World> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 30 }), rounds: fc.integer({ min: 1, max: 60 }),
  routers: fc.array(fc.constantFrom(0, 1, 1, 1, 2, 8), { minLength: 0, maxLength: 6 }),
  change: fc.option(fc.record({ round: fc.integer({ min: 1, max: 40 }), ttls: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }), longer: fc.constantFrom(0, 0, 1, 2, -1) })),
  loss: fc.constantFrom(0, 0, 0.1, 0.5), late: fc.constantFrom(0, 0.1), nameless: fc.constantFrom(0, 0, 0.2), extras: fc.boolean(),
  end: fc.constantFrom('finished', 'stopped', 'interrupted'),
})

export interface Probe { ttl: number; probe: number; sentMs: number; /** Null: never answered. */ rttMs: number | null; from: string | null }

/** Who is at this TTL: a choice of addresses. */
function atTtl(world_: World, round: number, ttl: number): string[] {
  const { routers, change } = world_
  const changed = change !== null && round >= change.round
  const length = Math.max(0, routers.length + (changed ? change.longer : 0))
  if (ttl > length) return [TARGET]
  const count = routers[ttl - 1] ?? 1
  const moved = changed && change.ttls.includes(ttl) ? 100 : 0
  return Array.from({ length: count }, (_, i) => `10.${ttl}.${moved}.${i + 1}`)
}

/** Sends rounds as mtr does: on to the first TTL whose last answer came from the target, in the first round one more. */
export function probesOf(world_: World): Probe[] {
  const next = random(world_.seed)
  const sent: Probe[] = []
  const last = new Map<number, string>()
  const numbers = new Map<number, number>()
  for (let round = 0; round < world_.rounds; round++) {
    for (let ttl = 1; ttl <= 12; ttl++) {
      const who = atTtl(world_, round, ttl)
      const address = who[Math.floor(next() * who.length)]
      const lost = address === undefined || next() < world_.loss
      const rttMs = Math.round((next() < world_.late ? 2000 + 3000 * next() : ttl + 40 * next() * next()) * 1000) / 1000
      const probe = (numbers.get(ttl) ?? 0) + 1
      numbers.set(ttl, probe)
      const hidden = next() < world_.nameless && address !== TARGET
      sent.push({ ttl, probe, sentMs: START + round * 1000 + ttl * 50, rttMs: lost ? null : rttMs, from: lost || hidden ? null : (address ?? null) })
      const before = last.get(ttl)
      if (!lost && address !== undefined) last.set(ttl, address)
      if (before === TARGET && last.get(ttl) === TARGET) break
      // Its answer is under way while the next probe leaves.
      if (round === 0 && who[0] === TARGET && last.get(ttl - 1) === TARGET) break
    }
  }
  return sent
}

export const endMs = (world_: World): number => START + world_.rounds * 1000 + (world_.end === 'finished' ? 20_000 : 300)

/** The run as the parser would tell it. */
export function tell(world_: World): Observed[] {
  const said: { atMs: number; make(line: number): Observed }[] = []
  const over = endMs(world_)
  const open: Probe[] = []
  const sent = probesOf(world_)
  for (const each of sent) {
    const { ttl, probe, sentMs, rttMs, from } = each
    const answeredMs = rttMs === null ? Infinity : sentMs + rttMs
    if (answeredMs <= over) said.push({ atMs: answeredMs, make: (line) => ({ kind: 'path.reply', runId: RUN, line, ttl, probe, rttMs, from, sentAtMs: sentMs, atMs: answeredMs }) })
    const following = sent.find((other) => other.ttl === ttl && other.probe === probe + 1)
    const toldMs = following?.sentMs ?? over
    if (answeredMs > toldMs || answeredMs > over) {
      open.push(each)
      said.push({ atMs: toldMs, make: (line) => ({ kind: 'path.awaited', runId: RUN, line, ttl, probe, sentAtMs: sentMs, atMs: toldMs }) })
    }
  }
  if (world_.extras) said.push(...extras(over))
  const events = said.filter((one) => one.atMs <= over).map((one, order) => ({ ...one, order })).sort((a, b) => a.atMs - b.atMs || a.order - b.order).map((one, at) => one.make(at + 1))
  return [...events, { kind: 'run.ended', runId: RUN, outcome: { kind: world_.end, code: 'x', message: '' }, atMs: over }]
}

function extras(over: number): { atMs: number; make(line: number): Observed }[] {
  const base = (atMs: number) => ({ runId: RUN, atMs })
  return [
    { atMs: START, make: (line) => ({ kind: 'path.header', ...base(START), line, target: 'x', address: TARGET, maxTtl: 30, packetBytes: 60 }) },
    { atMs: START + 900, make: () => ({ kind: 'path.name', ...base(START + 900), address: '10.1.0.1', name: 'one.example', source: 'dns' }) },
    { atMs: START + 950, make: () => ({ kind: 'path.as', ...base(START + 950), address: '10.1.0.1', asn: 64_500, asName: 'EXAMPLE', source: 'table' }) },
    { atMs: START + 1500, make: (line) => ({ kind: 'path.labels', ...base(START + 1500), line, ttl: 1, from: '10.1.0.1', labels: [{ label: 16_000, tc: 0, bottom: 1, ttl: 1 }] }) },
    { atMs: START + 1600, make: (line) => ({ kind: 'path.notice', ...base(START + 1600), line, notice: 'other', text: 'hm' }) },
    { atMs: START + 1700, make: (line) => ({ kind: 'path.unanswered', ...base(START + 1700), line, ttl: 14, probe: 1 }) },
    { atMs: START + 1800, make: (line) => ({ kind: 'path.reply', ...base(START + 1800), line, ttl: 14, probe: 3, rttMs: 5.5, from: '10.14.0.1', flag: 'X', error: 'admin-prohibited', asns: ['AS64500'] }) },
    { atMs: over, make: (line) => ({ kind: 'path.fatal', ...base(over), line, error: 'other', text: 'gone' }) },
  ]
}

/** Fate of a probe when the run is over, by definition. An interruption is told long after anybody listened. */
export function stateOf(world_: World, { sentMs, rttMs }: Probe): number {
  const over = endMs(world_)
  if (rttMs !== null && sentMs + rttMs <= over) return rttMs <= TIMEOUT ? PROBE.replied : PROBE.late
  const heardMs = world_.end === 'interrupted' ? Math.max(...tell(world_).slice(0, -1).map((event) => event.atMs)) : over
  return world_.end === 'finished' || heardMs - sentMs > TIMEOUT ? PROBE.lost : PROBE.awaited
}

/** A made-up network: what happened to each probe is decided first, then told in the words of the tool, then counted naively. */
import fc from 'fast-check'
import type { Observed } from '#lib/protocol/events.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { PROBE } from '#lib/tools/ping/view.ts'
import { RUN } from './context.ts'

export const START = 1_795_346_700_000

export interface Fate {
  /** Round trip in microseconds; null: no reply ever. */
  rttUs: number | null
  /** Delays after the first reply, in microseconds, of further copies. */
  copiesUs: number[]
  /** An ICMP error comes back after this many microseconds. */
  errorUs: number | null
  corrupt: boolean
  ttl: number
}

export interface World { intervalMs: number; timeoutMs: number; fates: Fate[]; end: 'finished' | 'stopped'; cut: number }

const usual = fc.integer({ min: 50, max: 60_000 })
const slow = fc.integer({ min: 200_000, max: 5_000_000 })

const fate: fc.Arbitrary<Fate> = fc.record({
  rttUs: fc.oneof({ weight: 8, arbitrary: usual }, { weight: 2, arbitrary: slow }, { weight: 3, arbitrary: fc.constant(null) }),
  copiesUs: fc.oneof({ weight: 9, arbitrary: fc.constant<number[]>([]) }, { weight: 1, arbitrary: fc.array(usual, { minLength: 1, maxLength: 2 }) }),
  errorUs: fc.oneof({ weight: 9, arbitrary: fc.constant<number | null>(null) }, { weight: 1, arbitrary: usual }),
  corrupt: fc.oneof({ weight: 19, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  ttl: fc.constantFrom(61, 61, 61, 57),
})

export const world = (maxProbes = 120): fc.Arbitrary<World> => fc.record({
  intervalMs: fc.constantFrom(200, 1000), timeoutMs: fc.constantFrom(500, 2000), fates: fc.array(fate, { minLength: 1, maxLength: maxProbes }),
  end: fc.constantFrom('finished', 'stopped'), cut: fc.nat(1000),
})

const of = (line: number) => ({ runId: RUN, line })
const ms = (us: number): number => us / 1000

/** When probe n (from 1) leaves, microseconds after START. */
const sentUs = (world_: World, probe: number): number => (probe - 1) * world_.intervalMs * 1000

/** When the run is over: at once after the last probe if stopped, long after everything if it ended by itself. */
export function endUs(world_: World): number {
  const last = sentUs(world_, world_.fates.length)
  return world_.end === 'stopped' ? last + 10_000 + world_.cut * 100 : last + 20_000_000
}

interface Said { atUs: number; order: number; make(line: number): Observed }

/** The tool's output of this world, as the parser would tell it, in the order of time. */
export function tell(world_: World): Observed[] {
  const said: Said[] = []
  const over = endUs(world_)
  const say = (atUs: number, make: (line: number, atMs: number) => Observed): void => {
    if (atUs <= over) said.push({ atUs, order: said.length, make: (line) => make(line, START + ms(atUs)) })
  }
  world_.fates.forEach((each, at) => {
    const probe = at + 1
    const sent = sentUs(world_, probe)
    const { rttUs } = each
    if (rttUs !== null) {
      say(sent + rttUs, (line, atMs) => ({ kind: 'ping.reply', ...of(line), probe, rttMs: ms(rttUs), ttl: each.ttl, bytes: 64, atMs, ...(each.corrupt ? { corrupt: true as const } : {}) }))
      for (const later of each.copiesUs) say(sent + rttUs + later, (line, atMs) => ({ kind: 'ping.reply', ...of(line), probe, rttMs: ms(rttUs + later), ttl: each.ttl, bytes: 64, dup: true, atMs }))
    }
    if (each.errorUs !== null) say(sent + each.errorUs, (line, atMs) => ({ kind: 'ping.icmp-error', ...of(line), probe, from: '198.51.100.1', error: 'host-unreachable', text: 'Destination Host Unreachable', atMs }))
    const isLast = probe === world_.fates.length
    if (!isLast && (rttUs === null || rttUs > world_.intervalMs * 1000)) say(sent + world_.intervalMs * 1000, (line, atMs) => ({ kind: 'ping.awaited', ...of(line), probe, atMs }))
  })
  const events = said.toSorted((a, b) => a.atUs - b.atUs || a.order - b.order).map((each, at) => each.make(at + 2))
  const atMs = START + ms(over)
  const received = replied(world_).length
  const transmitted = world_.fates.length
  const outcome: Outcome = { kind: world_.end, code: 'exit', message: '' }
  return [
    { kind: 'ping.header', ...of(1), target: 'x', address: '192.0.2.1', payloadBytes: 56, atMs: START },
    ...events,
    { kind: 'ping.summary', ...of(events.length + 2), transmitted, received, duplicates: 0, errors: 0, corrupted: 0, lossPct: 0, timeMs: 0, rtt: null, atMs },
    { kind: 'run.ended', runId: RUN, outcome, atMs },
  ]
}

const replied = (world_: World): number[] => world_.fates.flatMap((each, at) => (each.rttUs !== null && sentUs(world_, at + 1) + each.rttUs <= endUs(world_) ? [at + 1] : []))

export interface Row { probe: number; sentMs: number; state: number; /** In time and undamaged; NaN otherwise. */ rttMs: number }

/** The end of the world by definition, probe by probe. */
export function judgeAll(world_: World): Row[] {
  const over = endUs(world_)
  return world_.fates.map((each, at) => {
    const sent = sentUs(world_, at + 1)
    const row: Row = { probe: at + 1, sentMs: START + ms(sent), state: PROBE.awaited, rttMs: NaN }
    if (each.rttUs !== null && sent + each.rttUs <= over) {
      row.state = ms(each.rttUs) <= world_.timeoutMs ? PROBE.replied : PROBE.late
      if (row.state === PROBE.replied && !each.corrupt) row.rttMs = ms(each.rttUs)
    } else if (each.errorUs !== null && sent + each.errorUs <= over) row.state = PROBE.error
    else if (world_.end === 'finished' || ms(over - sent) > world_.timeoutMs) row.state = PROBE.lost
    return row
  })
}

export function naiveCounts(world_: World) {
  const rows = judgeAll(world_)
  const over = endUs(world_)
  const among = (state: number) => rows.filter((row) => row.state === state).length
  const arrivals = world_.fates.flatMap((each, at) => (each.rttUs !== null && sentUs(world_, at + 1) + each.rttUs <= over ? [{ probe: at + 1, atUs: sentUs(world_, at + 1) + each.rttUs, each }] : []))
    .map((arrival, order) => ({ ...arrival, order })).toSorted((a, b) => a.atUs - b.atUs || a.order - b.order)
  const reordered = arrivals.filter((arrival, at) => arrivals.slice(0, at).some((before) => before.probe > arrival.probe)).length
  const duplicates = arrivals.flatMap(({ atUs, each }) => each.copiesUs.filter((later) => atUs + later <= over)).length
  const [answered, lost, late, errors, awaited] = [PROBE.replied, PROBE.lost, PROBE.late, PROBE.error, PROBE.awaited].map(among) as [number, number, number, number, number]
  return {
    sent: rows.length, judged: answered + lost + late + errors, answered, lost, late, errors, awaited, duplicates, reordered,
    corrupt: arrivals.filter(({ each }) => each.corrupt).length, truncated: 0, otherSource: 0, localErrors: 0, refused: 0, clockSteps: 0,
  }
}

/** Runs the real ping in a lab with the product's argv, and reads its output with the product's parser and fold. */
import { pinTarget } from '#lib/policy/pin.ts'
import { DEFAULT_POLICY } from '#lib/policy/policy.ts'
import { parseTarget } from '#lib/policy/target.ts'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import type { Result } from '#lib/protocol/result.ts'
import { TOOLS } from '#lib/tools/index.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
import type { ExecResult, Lab } from './lab.ts'
import type { TruthProbe } from './truth.ts'

export interface Measured {
  events: Observed[]
  view: PingView
  exit: ExecResult
  /** Probes to this target in the order they left. */
  truth: TruthProbe[]
}

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** Pings a literal address; `options` are raw, as a form would send them. */
export async function pingInLab(lab: Lab, address: string, options: Record<string, unknown>): Promise<Measured> {
  const { ping } = TOOLS
  const parsed = value(parseTarget(address))
  const target = value(pinTarget({ parsed, resolution: null, policy: DEFAULT_POLICY }))
  const checked = value(ping.decodeOptions(options))
  const context = { runId: RunId.parse('LabLabLabLabLab0'), target, options: checked }
  const parser = ping.parser(context)
  const argv = ['/usr/bin/ping', ...ping.argv(checked, target)]
  const events: Observed[] = [{ kind: 'run.started', runId: context.runId, argv, pid: 1, user: 'test', deadlineMs: ping.deadlineMs(checked), atMs: Date.now() }]
  const exit = await lab.exec(argv, { onStdout: (chunk) => events.push(...parser.push(chunk, Date.now())) })
  events.push(...parser.end(Date.now()))
  events.push({ kind: 'run.ended', runId: context.runId, outcome: parser.verdict(exit), atMs: Date.now() })
  const view = ping.fold.empty(context)
  for (const [index, event] of events.entries()) ping.fold.apply(view, numbered(event, index + 1))
  await lab.settled()
  const truth = (await lab.truth()).filter((probe) => probe.dst === target.address).toSorted((a, b) => a.n - b.n)
  return { events, view, exit, truth }
}

const numbered = (event: Observed, seq: number): SessionEvent => ({ ...event, seq })

/** Events of one kind. */
export const eventsOf = <K extends Observed['kind']>(events: readonly Observed[], kind: K): Extract<Observed, { kind: K }>[] =>
  events.filter((event): event is Extract<Observed, { kind: K }> => event.kind === kind)

/** What the counts must be, worked out from the truth alone. Numbers are of probes unless said otherwise. */
export interface Expected { sent: number; answered: number; late: number; errors: number; unanswered: number; duplicates: number; reordered: number }

/** The same facts from the simulator's side. `reordered`: first answers that came after that of a later probe. */
export function expectedCounts(truth: readonly TruthProbe[], timeoutMs: number): Expected {
  const first = truth.map((probe) => probe.answers[0]?.real_ms ?? Number.NaN)
  const echo = truth.map((probe) => probe.fate === 'replied')
  const count = (test: (index: number) => boolean): number => truth.filter((_, index) => test(index)).length
  const arrivals = truth.map((probe, index) => ({ seq: probe.seq, atMs: probe.at_ms + (first[index] ?? Number.NaN) })).filter((_, index) => echo[index] === true).toSorted((a, b) => a.atMs - b.atMs)
  let highest = 0
  let reordered = 0
  for (const { seq } of arrivals) {
    if (seq < highest) reordered += 1
    highest = Math.max(highest, seq)
  }
  return {
    sent: truth.length,
    answered: count((index) => echo[index] === true && (first[index] ?? 0) <= timeoutMs),
    late: count((index) => echo[index] === true && (first[index] ?? 0) > timeoutMs),
    errors: count((index) => truth[index]?.fate === 'unreachable'),
    unanswered: count((index) => (truth[index]?.answers.length ?? 0) === 0),
    duplicates: truth.reduce((sum, probe) => sum + Math.max(0, probe.answers.length - 1), 0),
    reordered,
  }
}

/** Half a unit of the last digit that iputils prints for such a time, ms. */
const printedHalfUnit = (ms: number): number => (ms >= 100 ? 0.5 : ms >= 10 ? 0.05 : ms >= 1 ? 0.005 : 0.0005)

/**
 * How far printed round trips lie from what the packets really got, ms, beyond what rounding explains: one number for each
 * first answer. ping's own share (two context switches) is 0.03 to 0.3 ms on an idle machine.
 */
export function rttErrors(measured: Pick<Measured, 'events' | 'truth'>): number[] {
  const real = new Map(measured.truth.map((probe) => [probe.seq, probe.answers[0]?.real_ms ?? null]))
  return eventsOf(measured.events, 'ping.reply').flatMap((reply) => {
    const realMs = real.get(reply.probe)
    if (reply.dup || reply.rttMs === null || realMs === null || realMs === undefined) return []
    const off = Math.abs(reply.rttMs - realMs)
    return [Math.max(0, off - printedHalfUnit(reply.rttMs))]
  })
}

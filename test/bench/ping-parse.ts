/** Ping parser against a plain regular-expression parser on the same bytes, and the fold's pace, in one run. */
import { RunId } from '#lib/protocol/ids.ts'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import { pingFold } from '#lib/tools/ping/fold.ts'
import { decodePingOptions, type PingOptions } from '#lib/tools/ping/options.ts'
import { pingParser } from '#lib/tools/ping/parse.ts'
import { windowStats } from '#lib/tools/ping/window.ts'
import type { ParserContext } from '#lib/tools/tool.ts'
import type { Figure } from './run.ts'

const LINES = 200_000
const CHUNK = 64 * 1024
const ROUNDS = 7
const START_S = 1_795_346_700

const runId = RunId.parse('AAAAAAAAAAAAAAAA')

function contextOf(): ParserContext<PingOptions> {
  const options = decodePingOptions({})
  if (!options.ok) throw new Error(options.error.message)
  return { runId, options: options.value, target: { host: '192.0.2.1', address: '192.0.2.1', family: 4, addresses: ['192.0.2.1'] } }
}

/** A day's kind of output: replies to the microsecond, every fiftieth probe unanswered. */
function output(): Uint8Array[] {
  let random = 1
  const next = (below: number): number => (random = (Math.imul(random, 1664525) + 1013904223) >>> 0) % below
  const lines = ['PING 192.0.2.1 (192.0.2.1) 56(84) bytes of data.']
  for (let probe = 1; probe <= LINES; probe++) {
    const stamp = `[${START_S + probe}.${String(next(1_000_000)).padStart(6, '0')}]`
    if (probe % 50 === 0) lines.push(`${stamp} no answer yet for icmp_seq=${probe % 65536}`)
    else lines.push(`${stamp} 64 bytes from 192.0.2.1: icmp_seq=${probe % 65536} ttl=${50 + next(14)} time=${(next(9000) / 1000 + 0.03).toFixed(3)} ms`)
  }
  const bytes = new TextEncoder().encode(`${lines.join('\r\n')}\r\n`)
  return Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, at) => bytes.slice(at * CHUNK, (at + 1) * CHUNK))
}

const REPLY = /^(?:\[(\d+\.\d+)\] )?(\d+) bytes from (?:(\S+) \()?([^\s):]+)\)?: icmp_seq=(\d+) ttl=(\d+) time=([\d.]+) ms$/
const AWAITED = /^(?:\[(\d+\.\d+)\] )?no answer yet for icmp_seq=(\d+)$/

/** Takes the events of one chunk; as in the runner, they are handed on and forgotten. */
type Sink = (events: readonly Observed[]) => void

/** What one writes first: decode, split, match, make the same kind of event. It does not undo the wrap, see duplicates or cap a line. */
function regexParse(chunks: readonly Uint8Array[], sink: Sink): void {
  const decoder = new TextDecoder()
  let rest = ''
  let line = 0
  for (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    const events: Observed[] = []
    for (const each of lines) {
      line++
      const text = each.endsWith('\r') ? each.slice(0, -1) : each
      const reply = REPLY.exec(text)
      if (reply) events.push({ kind: 'ping.reply', runId, line, probe: Number(reply[5]), rttMs: Number(reply[7]), ttl: Number(reply[6]), bytes: Number(reply[2]), atMs: Number(reply[1]) * 1000 })
      const awaited = reply ? null : AWAITED.exec(text)
      if (awaited) events.push({ kind: 'ping.awaited', runId, line, probe: Number(awaited[2]), atMs: Number(awaited[1]) * 1000 })
    }
    sink(events)
  }
}

function ourParse(chunks: readonly Uint8Array[], sink: Sink): void {
  const parser = pingParser(contextOf())
  for (const chunk of chunks) sink(parser.push(chunk, 0))
  sink(parser.end(0))
}

/** Events and the sum of their times, so that no contender can skip its work. */
function totals(parse: (chunks: readonly Uint8Array[], sink: Sink) => void, chunks: readonly Uint8Array[]): { events: number; rttMs: number } {
  const sum = { events: 0, rttMs: 0 }
  parse(chunks, (events) => {
    for (const event of events) {
      if (event.kind === 'ping.header') continue
      sum.events++
      if (event.kind === 'ping.reply') sum.rttMs += event.rttMs ?? 0
    }
  })
  return sum
}

/** Best of some rounds, taken in turns, so that a busy neighbour meets both. */
function race(contenders: readonly (() => unknown)[]): number[] {
  const best = contenders.map(() => Infinity)
  for (let round = 0; round < ROUNDS; round++) {
    contenders.forEach((run, at) => {
      const from = performance.now()
      run()
      best[at] = Math.min(best[at] ?? Infinity, performance.now() - from)
    })
  }
  return best
}

/** Figures of this machine, now. */
export async function bench(): Promise<Figure[]> {
  const chunks = output()
  const [mine, theirs] = [totals(ourParse, chunks), totals(regexParse, chunks)]
  if (mine.events !== LINES || theirs.events !== LINES || Math.abs(mine.rttMs - theirs.rttMs) > 1e-3) throw new Error('the contenders do not agree on the output')
  const events: SessionEvent[] = []
  ourParse(chunks, (some) => {
    for (const event of some) events.push({ ...event, seq: events.length + 1 })
  })
  const foldAll = () => {
    const view = pingFold.empty(contextOf())
    for (const event of events) pingFold.apply(view, event)
    return view
  }
  const view = foldAll()
  const [ours = NaN, regex = NaN, folding = NaN, copying = NaN, window = NaN, packing = NaN] = race([
    () => totals(ourParse, chunks), () => totals(regexParse, chunks), foldAll, () => events.map((event) => ({ ...event })),
    () => windowStats(view, view.series.sentAtMs[view.series.slot(view.series.length - 100_000)] ?? 0, Infinity), () => JSON.stringify(pingFold.encode(view)),
  ])
  const perSecond = (ms: number): number => Math.round(((LINES / ms) * 1000) / 1000) / 1000
  return [
    { figure: 'ping lines parsed', ours: perSecond(ours), unit: 'M lines/s', against: `plain regex parser ${perSecond(regex)}`, ratio: regex / ours, goal: '>= 2.5' },
    { figure: 'ping events folded', ours: perSecond(folding), unit: 'M events/s', against: `copying the events ${perSecond(copying)}`, ratio: perSecond(folding) / 0.5, goal: '>= 1 (0.5 M events/s)' },
    { figure: 'window of 100,000 probes', ours: window, unit: 'ms', against: 'limit of 10 ms', ratio: window / 10, goal: '<= 1 (10 ms)' },
    { figure: 'snapshot of 131,072 probes packed', ours: packing, unit: 'ms', against: 'one fold of 200,000 events', ratio: packing / folding, goal: 'told, not judged' },
  ]
}

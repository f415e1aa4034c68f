/** What a chart frame costs: layout of 100 thousand and a million probes, appending, against drawing every probe again. */
import { createTimeline, layoutTimeline } from '#lib/timeline/layout.ts'
import { PROBE, type PingView, type ProbeSeries } from '#lib/tools/ping/view.ts'
import { makePingView, random } from '#test/fixtures/ping-view.ts'

export interface Figure { figure: string; ours: number; unit: string; against: string; ratio: number; goal: string }

const START = Date.UTC(2026, 10, 22)
const PLOT = { width: 1000, height: 400, scale: 'linear' as const }

/** A view whose series holds `n` probes at one a second, 1 % lost, with room for `extra` more. */
function wide(n: number, extra: number): { view: PingView; grow(by: number): PingView } {
  const next = random(n)
  const room = n + extra
  const series = { first: 1, length: n, slot: (i: number) => i, sentAtMs: new Float64Array(room), rttMs: new Float64Array(room), ttl: new Uint8Array(room).fill(56), state: new Uint8Array(room) }
  for (let i = 0; i < room; i += 1) {
    const lost = next() < 0.01
    series.sentAtMs[i] = START + i * 1000
    series.rttMs[i] = lost ? Number.NaN : 20 + 10 * next() * next()
    series.state[i] = lost ? PROBE.lost : PROBE.replied
  }
  const view: PingView = { ...makePingView({ seed: 1, probes: 2, scenario: 'calm', startMs: START }), series: series satisfies ProbeSeries, ttls: [], firstSentMs: START, lastSentMs: START + n * 1000 }
  return { view, grow(by) { series.length += by; view.lastSentMs = series.sentAtMs[series.length - 1] ?? 0; return view } }
}

/** What a chart without columns does for each frame: a coordinate for every probe. */
function naive(view: PingView, fromMs: number, toMs: number): number {
  const path: { x: number; y: number }[] = []
  for (let i = 0; i < view.series.length; i += 1) {
    const s = view.series.slot(i)
    path.push({ x: (((view.series.sentAtMs[s] ?? 0) - fromMs) / (toMs - fromMs)) * PLOT.width, y: PLOT.height - (view.series.rttMs[s] ?? 0) })
  }
  return path.length
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN
}

function timed(runs: number, work: (run: number) => unknown): number {
  const times: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now()
    work(run)
    times.push(performance.now() - began)
  }
  return median(times)
}

/** Milliseconds, each beside the naive redraw of the same probes in the same run. */
export async function bench(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [n, first, append] of [[100_000, 20, 3], [1_000_000, 60, 4]] as const) {
    const { view, grow } = wide(n, 200)
    const whole = { ...PLOT, fromMs: START, toMs: START + (n + 200) * 1000, nowMs: START }
    const every = timed(5, () => naive(view, whole.fromMs, whole.toMs))
    const ours = timed(5, () => layoutTimeline({ ...whole, view }))
    const timeline = createTimeline()
    timeline.layout({ ...whole, view })
    const added = timed(40, (run) => timeline.layout({ ...whole, view: grow(1), nowMs: START + run * 100 }))
    const name = n.toLocaleString('en')
    figures.push(
      { figure: `chart layout, ${name} probes, first frame`, ours, unit: 'ms', against: `every probe placed: ${every.toFixed(1)} ms`, ratio: ours / first, goal: `<= 1 (${first} ms)` },
      { figure: `chart layout, ${name} probes, one appended`, ours: added, unit: 'ms', against: `every probe placed: ${every.toFixed(1)} ms`, ratio: added / append, goal: `<= 1 (${append} ms)` },
    )
    await new Promise((resolve) => setImmediate(resolve))
  }
  return figures
}

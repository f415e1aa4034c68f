/** Runs in Chromium: draws the same probes with the product's painter, with uPlot and with a bare canvas. Started by chart-paint.ts. */
import uPlot from 'uplot'
import { createClock } from '#lib/format/time.ts'
import { createWindowStore } from '#lib/timeline/window-store.ts'
import { pingFold } from '#lib/tools/ping/fold.ts'
import { decodePingOptions } from '#lib/tools/ping/options.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { pingEvents, sampleRun } from '#test/lib/protocol/sample-events.ts'
import { createChartPainter } from '../../../app/_components/latency/chart-painter.ts'

const APPENDED = 30
const ROUNDS = 7

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Until the frame is really on the screen, software raster included. */
function timed(canvas: HTMLCanvasElement | null, work: () => void): number {
  const began = performance.now()
  work()
  canvas?.getContext('2d')?.getImageData(0, 0, 1, 1)
  return performance.now() - began
}

const canvas = (id: string): HTMLCanvasElement => {
  const found = document.getElementById(id)
  if (!(found instanceof HTMLCanvasElement)) throw new Error(`no canvas ${id}`)
  return found
}

function product(events: readonly SessionEvent[], probes: number): [number, number] {
  const options = decodePingOptions({})
  if (!options.ok) throw new Error(options.error.message)
  const view = pingFold.empty({ runId: sampleRun(1), options: options.value, target: { host: '192.0.2.1', address: '192.0.2.1', family: 4, addresses: ['192.0.2.1'] } })
  for (const event of events.slice(0, probes)) pingFold.apply(view, event)
  const source = { view: () => view, subscribe: () => () => undefined }
  const [main, brush] = [canvas('main'), canvas('brush')]
  const draw = (): { first: number; draw: () => void } => {
    const store = createWindowStore({ spanMs: null })
    store.setExtent(view.firstSentMs, view.lastSentMs)
    store.follow(null)
    const painter = createChartPainter({ main, brush, source, store })
    painter.setOptions({ clock: createClock('UTC'), notReceivedFromMs: null, brush: true })
    const first = timed(main, () => painter.draw())
    return { first, draw: () => { store.setExtent(view.firstSentMs, view.lastSentMs); painter.draw() } }
  }
  const first = median(Array.from({ length: ROUNDS }, () => draw().first))
  const kept = draw()
  const appended = median(events.slice(probes).map((event) => {
    pingFold.apply(view, event)
    return timed(main, kept.draw)
  }))
  return [first, appended]
}

function columns(events: readonly SessionEvent[]): { x: number[]; y: (number | null)[] } {
  const x: number[] = []
  const y: (number | null)[] = []
  for (const event of events) {
    x.push(event.atMs / 1000)
    y.push(event.kind === 'ping.reply' ? event.rttMs : null)
  }
  return { x, y }
}

function uplot(events: readonly SessionEvent[], probes: number): [number, number] {
  const at = document.getElementById('uplot') ?? document.body
  const { x, y } = columns(events.slice(0, probes))
  const options = { width: 1000, height: 400, series: [{}, { stroke: 'red' }] }
  const first = median(Array.from({ length: ROUNDS }, () => {
    let chart: uPlot | null = null
    // uPlot paints in a microtask; `flush` is how it is asked to do so now.
    const ms = timed(null, () => { chart = new uPlot(options, [x, y], at); flush(chart) })
    destroy(chart)
    return ms
  }))
  const chart = new uPlot(options, [x, y], at)
  flush(chart)
  const more = columns(events.slice(probes))
  const appended = median(more.x.map((sec, i) => {
    x.push(sec)
    y.push(more.y[i] ?? null)
    return timed(null, () => { chart.setData([x, y]); flush(chart) })
  }))
  return [first, appended]
}

function flush(chart: uPlot): void {
  chart.batch(() => undefined)
  chart.redraw(true)
  chart.ctx.getImageData(0, 0, 1, 1)
}
const destroy = (chart: uPlot | null): void => chart?.destroy()

/** The least a line chart can do: two values a pixel column, one stroke. */
function bare(events: readonly SessionEvent[], probes: number): [number, number] {
  const context = canvas('bare').getContext('2d')
  const { x, y } = columns(events)
  const xs = Float64Array.from(x)
  const ys = Float64Array.from(y, (value) => value ?? Number.NaN)
  const draw = (n: number): void => {
    if (!context) return
    const low = new Float64Array(1000).fill(Infinity)
    const high = new Float64Array(1000).fill(-Infinity)
    const from = xs[0] ?? 0
    const scale = 1000 / ((xs[n - 1] ?? 1) - from)
    for (let i = 0; i < n; i += 1) {
      const value = ys[i] ?? Number.NaN
      const column = Math.min(999, Math.floor(((xs[i] ?? 0) - from) * scale))
      if (value < (low[column] ?? 0)) low[column] = value
      if (value > (high[column] ?? 0)) high[column] = value
    }
    context.clearRect(0, 0, 1000, 400)
    context.beginPath()
    for (let column = 0; column < 1000; column += 1) {
      context.moveTo(column, 400 - (low[column] ?? 0) * 4)
      context.lineTo(column, 400 - (high[column] ?? 0) * 4)
    }
    context.stroke()
  }
  const first = median(Array.from({ length: ROUNDS }, () => timed(canvas('bare'), () => draw(probes))))
  const appended = median(Array.from({ length: APPENDED }, (_, i) => timed(canvas('bare'), () => draw(probes + i))))
  return [first, appended]
}

function measure(probes: number): { ours: [number, number]; bare: [number, number]; uplot: [number, number] } {
  const events = pingEvents(probes + APPENDED).map((event, i): SessionEvent => ({ ...event, seq: i + 1 }))
  return { ours: product(events, probes), bare: bare(events, probes), uplot: uplot(events, probes) }
}

Object.assign(globalThis, { measure })

/** Puts living canvases over the table: pacing, theme, size, the shared crosshair. No React in here. */
import type { WindowStore } from '#lib/timeline/window-store.ts'
import { createFramePacer } from '../../latency/frame-pacer.ts'
import { watchSize, watchTheme } from '../../latency/mount-chart.ts'
import { readPalette, type Palette } from '../../latency/paint/palette.ts'
import { prepare } from '../../latency/paint/surface.ts'
import type { Strips } from '../strips.ts'
import { cover, measure, type Cells } from './measure.ts'
import { paintHeat, readRamp, type Ramp } from './paint-heat.ts'
import { PAD_PX, paintRange } from './paint-range.ts'

export interface StripParts { box: HTMLElement; range: HTMLCanvasElement; heat: HTMLCanvasElement; line: HTMLElement }
export interface MountedStrips {
  /** Draws these with the next frame. */
  show(strips: Strips): void
  stop(): void
}

export function mountStrips(parts: StripParts, store: WindowStore): MountedStrips {
  const { box, range, heat, line } = parts
  let strips: Strips | null = null
  let colours: { palette: Palette; ramp: Ramp } | null = null
  let cells: Cells = { range: [], heat: [], height: 0 }
  const draw = (): void => {
    if (!strips) return
    colours ??= { palette: readPalette(box), ramp: readRamp(box) }
    cells = measure(box)
    const rows = new Map(strips.rows.map((row) => [row.key, row]))
    const onRange = cover(range, cells.range, { height: cells.height, pad: PAD_PX }) ? prepare(range, colours.palette) : null
    if (onRange) paintRange({ surface: onRange, cells: cells.range, rows, scale: strips.scale })
    const onHeat = cover(heat, cells.heat, { height: cells.height }) ? prepare(heat, colours.palette) : null
    if (onHeat) paintHeat({ surface: onHeat, cells: cells.heat, rows, strips, window: store.get(), ramp: colours.ramp })
    cross()
  }
  const cross = (): void => {
    const { crosshairMs, fromMs, toMs } = store.get()
    const first = cells.heat[0], last = cells.heat.at(-1)
    const share = crosshairMs === null ? NaN : (crosshairMs - fromMs) / Math.max(1, toMs - fromMs)
    line.hidden = !first || !last || !(share >= 0 && share <= 1)
    if (line.hidden || !first || !last) return
    line.style.transform = `translate(${Math.round(first.x + share * first.w)}px, ${Math.round(first.y - 12)}px)`
    line.style.height = `${Math.round(last.y - first.y + 24)}px`
  }
  const pacer = createFramePacer(draw)
  const ends = new AbortController()
  let drawn = ''
  const stops = [
    store.subscribe(() => {
      const { fromMs, toMs, following } = store.get()
      const key = `${fromMs} ${toMs}`
      if (key !== drawn) { drawn = key; if (following) pacer.data(); else pacer.now() }
      cross()
    }),
    watchTheme(() => { colours = null; pacer.now() }, ends.signal),
    watchSize(box, () => pacer.now()),
  ]
  listenToHeat({ box, cells: () => cells, store }, ends.signal)
  return {
    show(next) { strips = next; pacer.now() },
    stop() { ends.abort(); pacer.stop(); for (const stop of stops) stop() },
  }
}

/** A mouse over the strips moves the session's one crosshair. */
function listenToHeat({ box, cells, store }: { box: HTMLElement; cells: () => Cells; store: WindowStore }, signal: AbortSignal): void {
  let over = false
  const leave = (): void => {
    if (over) store.setCrosshair(null)
    over = false
  }
  box.addEventListener('pointermove', (event) => {
    const first = cells().heat[0]
    const x = event.clientX - box.getBoundingClientRect().left - (first?.x ?? 0)
    if (event.pointerType !== 'mouse' || !first || x < 0 || x > first.w) { leave(); return }
    over = true
    const { fromMs, toMs } = store.get()
    store.setCrosshair(fromMs + (x / first.w) * (toMs - fromMs))
  }, { signal })
  box.addEventListener('pointerleave', leave, { signal })
}

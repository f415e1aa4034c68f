/** Paints what lies below the plot: jitter, reply TTL, time labels, and what has not arrived or not been played. */
import { xOf, type TimelineLayout } from '#lib/timeline/layout.ts'
import type { TimeTick } from '#lib/timeline/time-ticks.ts'
import type { Geometry } from './geometry.ts'
import { fitting, hatch, label, rule, type Surface } from './surface.ts'

interface Frame { surface: Surface; geometry: Geometry; layout: TimelineLayout; ticks: readonly TimeTick[] }

export function paintStrips(frame: Frame): void {
  paintJitter(frame)
  paintTtl(frame)
  paintTimes(frame)
  paintUnknown(frame)
}

function paintJitter({ surface: { g, palette }, geometry, layout }: Frame): void {
  const { left, plotWidth, jitter, narrow } = geometry
  const base = jitter.y + jitter.h - 1, room = jitter.h - 6
  g.fillStyle = palette.axis
  g.textAlign = 'right'
  g.fillText('jitter', left - 8, jitter.y + jitter.h - 8)
  if (!narrow) g.fillText(String(layout.jitter.topMs), left - 8, jitter.y + 7)
  rule(g, { x: left, y: base, w: plotWidth }, palette.grid)
  rule(g, { x: left, y: base - room, w: plotWidth }, palette.grid)
  g.save()
  g.beginPath()
  g.rect(left, jitter.y, plotWidth, jitter.h)
  g.clip()
  g.fillStyle = palette.jit
  g.globalAlpha = 0.85
  for (let i = 0; i < layout.jitter.n; i += 1) {
    const h = room * Math.min(1, (layout.jitter.value[i] ?? 0) / layout.jitter.topMs)
    g.fillRect(left + (layout.jitter.x[i] ?? 0), base - h, layout.jitter.w[i] ?? 1, h)
  }
  g.restore()
}

function paintTtl({ surface: { g, palette }, geometry, layout }: Frame): void {
  const { left, ttl } = geometry
  if (ttl.h === 0) return
  const middle = ttl.y + ttl.h / 2 + 0.5
  g.fillStyle = palette.axis
  g.textAlign = 'right'
  g.fillText('ttl', left - 8, middle)
  g.textAlign = 'left'
  layout.ttl.forEach(({ x0, x1, changed, mixed, labels }, i) => {
    const from = left + x0 + (i > 0 ? 1 : 0), w = Math.max(1, x1 - x0 - 1)
    g.fillStyle = changed ? palette.warnSoft : palette.surface2
    g.fillRect(from, ttl.y + 2, w, ttl.h - 4)
    if (mixed) hatch(g, { x: from, y: ttl.y + 2, w, h: ttl.h - 4 }, { colour: palette.warn, alpha: 0.4, gap: 4 })
    const text = fitting(g, geometry.narrow ? labels.slice(-1) : labels, w - 12)
    g.fillStyle = changed ? palette.warn : palette.text2
    if (text !== null && !mixed) g.fillText(text, from + 7, middle)
  })
}

function paintTimes({ surface: { g, palette }, geometry, layout, ticks }: Frame): void {
  const { left, width, axis } = geometry
  g.fillStyle = palette.axis
  g.textAlign = 'center'
  for (const { ms, label: text } of ticks) {
    const x = left + xOf(layout, ms), half = g.measureText(text).width / 2
    if (x >= left + half && x <= width - half - 4) g.fillText(text, x, axis.y + axis.h / 2 + 1)
  }
}

/** Neutral, never red: what has not arrived is not lost. */
function paintUnknown({ surface: { g, palette }, geometry, layout }: Frame): void {
  const { left, lane, jitter, plot } = geometry
  const bottom = jitter.y + jitter.h
  const { notReceived, notPlayed } = layout
  if (notReceived) {
    const x = left + notReceived.x0, w = notReceived.x1 - notReceived.x0
    hatch(g, { x, y: lane.h, w, h: bottom - lane.h }, { colour: palette.line2 })
    g.font = `500 11px ${palette.font}`
    const text = fitting(g, ['not received yet'], w - 18)
    if (text !== null) label(g, text, { x: x + 6, y: lane.h + 12, ground: palette.surface2, ink: palette.text2, font: palette.font })
    g.font = `400 11px ${palette.font}`
  }
  if (notPlayed) {
    const x = left + notPlayed.x0, w = notPlayed.x1 - notPlayed.x0
    g.fillStyle = palette.surface1
    g.fillRect(x, 0, w, bottom)
    g.fillStyle = palette.accent
    g.fillRect(Math.round(x), 0, 1, bottom)
    g.fillStyle = palette.text3
    g.textAlign = 'center'
    if (fitting(g, ['not played yet'], w - 12) !== null) g.fillText('not played yet', x + w / 2, plot.y + plot.h / 2)
  }
}

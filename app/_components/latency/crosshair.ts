/** Crosshair, its time label and its tooltip: moved and filled directly, so that a pointer move renders nothing. */
import { formatFixed, formatMs } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import type { TimelineLayout } from '#lib/timeline/layout.ts'
import { fateOf, lossOf, probeAt, type ProbeAt } from '#lib/timeline/moment.ts'
import { shareOf } from '#lib/timeline/scale.ts'
import { planSmoke } from '#lib/timeline/smoke.ts'
import { PROBE, type PingView } from '#lib/tools/ping/view.ts'
import { windowStats } from '#lib/tools/ping/window.ts'
import type { SeriesWords } from '#lib/timeline/words.ts'
import type { Geometry } from './paint/geometry.ts'

export interface CrosshairParts { slider: HTMLElement; line: HTMLElement; time: HTMLElement; tip: HTMLElement; fields: Record<Field, HTMLElement> }
export type Field = 'when' | 'seq' | 'reply' | 'median' | 'jitter' | 'band' | 'ttl' | 'lost' | 'above'
export const FIELDS: readonly Field[] = ['when', 'seq', 'reply', 'median', 'jitter', 'band', 'ttl', 'lost', 'above']

interface State { view: PingView; layout: TimelineLayout; geometry: Geometry; clock: Clock; crosshairMs: number; words: SeriesWords }

/** Shows the crosshair at its moment; hides it when there is none or it lies outside the window. */
export function showCrosshair(parts: CrosshairParts, state: State | null): void {
  const x = state ? state.geometry.left + state.crosshairMs / state.layout.colMs - state.layout.k0 : -1
  const visible = state !== null && x >= state.geometry.left && x <= state.geometry.left + state.geometry.plotWidth
  parts.line.hidden = !visible
  parts.tip.hidden = !visible
  if (!visible) { parts.slider.setAttribute('aria-valuetext', 'No moment chosen'); return }
  const at = probeAt(state.view, state.crosshairMs)
  parts.line.style.transform = `translateX(${Math.round(x)}px)`
  parts.time.textContent = state.clock.hms(state.crosshairMs)
  const text = fill(parts, state, at)
  parts.slider.setAttribute('aria-valuenow', String(Math.round(state.crosshairMs)))
  parts.slider.setAttribute('aria-valuemin', String(Math.round(state.layout.fromMs)))
  parts.slider.setAttribute('aria-valuemax', String(Math.round(state.layout.toMs)))
  parts.slider.setAttribute('aria-valuetext', text)
  place(parts.tip, state, x)
}

/** Writes the tooltip and returns the same as one sentence. */
function fill({ fields }: CrosshairParts, { view, layout, clock, crosshairMs, words }: State, at: ProbeAt | null): string {
  const { windowMs } = planSmoke(layout.colMs, view.intervalMs)
  const stats = windowStats(view, crosshairMs - windowMs / 2, crosshairMs + windowMs / 2)
  const { lost, of } = lossOf(stats)
  const bad = at !== null && (at.state === PROBE.lost || at.state === PROBE.error)
  const put = (field: Field, text: string): void => { fields[field].textContent = text }
  put('when', `${clock.hms(crosshairMs)} ${clock.abbreviation(crosshairMs)}`)
  put('seq', at ? `${words.number} ${at.probe}` : '')
  put('reply', at ? fateOf(at, words) : '\u2013')
  put('median', formatMs(stats.p50Ms, 2))
  put('jitter', formatMs(stats.jitterMs, 2))
  put('band', Number.isNaN(stats.p10Ms) ? '\u2013' : `${formatFixed(stats.p10Ms, 1)}, ${formatFixed(stats.p90Ms, 1)}`)
  put('ttl', at && at.ttl > 0 ? String(at.ttl) : '\u2013')
  put('lost', of > 0 ? `${lost} of ${of}` : '\u2013')
  fields.lost.toggleAttribute('data-bad', lost > 0)
  fields.reply.toggleAttribute('data-bad', bad)
  const above = aboveAt(layout, crosshairMs)
  put('above', above > 0 ? `${above} above ${layout.scale.topMs} ms` : '')
  return `${fields.when.textContent}, ${words.one} ${at?.probe ?? 'none'}, ${at ? fateOf(at, words) : `no ${words.one}`}, median ${formatMs(stats.p50Ms, 2)}, ${of > 0 ? `${lost} of ${of} ${words.bad}` : 'none judged'}`
}

const TRIANGLE_REACH = 5

function aboveAt({ above, colMs, k0 }: TimelineLayout, ms: number): number {
  const x = ms / colMs - k0
  for (let i = 0; i < above.n; i += 1) if (Math.abs((above.x[i] ?? 0) - x) <= TRIANGLE_REACH) return above.count[i] ?? 0
  return 0
}

const GAP = 12

/** Below the band under the pointer if there is room, else above it; left of the line if there is room, else right. */
function place(tip: HTMLElement, { layout, geometry }: State, x: number): void {
  const w = tip.offsetWidth, h = tip.offsetHeight
  const { low, high } = bandAt(layout, geometry, x - geometry.left)
  const bottom = geometry.ttl.y + geometry.ttl.h
  const y = low + GAP + h <= bottom ? low + GAP : Math.max(geometry.lane.h, high - GAP - h)
  const left = x - GAP - w >= 4 ? x - GAP - w : Math.min(x + GAP, geometry.width - w - 4)
  tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(y)}px)`
}

function bandAt({ smoke, scale }: TimelineLayout, { plot }: Geometry, x: number): { low: number; high: number } {
  let best = -1, away = Infinity
  for (let i = 0; i < smoke.n; i += 1) {
    const d = Math.abs((smoke.x[i] ?? 0) - x)
    if (d < away) { away = d; best = i }
  }
  const y = (q: number): number => plot.y + plot.h * (1 - shareOf(scale, smoke.q[5 * best + q] ?? 0))
  return best < 0 || away > 24 ? { low: plot.y + plot.h / 2, high: plot.y + plot.h / 2 } : { low: y(0), high: y(4) }
}

/** What the range graph and the heat strips draw: a pure layout of rows, scale and columns of time. */
import { formatMs } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import { linearScale, logScale, type ScaleKind, type ValueScale } from '#lib/timeline/scale.ts'
import { hopHeat, type HopHeat } from '#lib/tools/path/heat.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import { routeChanges, type RouteChange } from './pane-state.ts'
import type { PathRow, PathRows, Span } from './path-rows.ts'
import { lossCell } from './row-words.ts'

/** `struck`: answers are rationed, loss is none. `silent`: nothing to draw but that. */
export type StripLook = 'plain' | 'struck' | 'silent'

export interface StripRow { key: string; ttl: number; look: StripLook; figures: PathRow['figures']; heat: HopHeat }

export interface Strips {
  rows: readonly StripRow[]
  scale: ValueScale
  /** Time of the heat columns: whole columns from a fixed beginning, so that the pattern does not crawl while the window follows now. */
  fromMs: number
  colMs: number
  columns: number
  changes: readonly RouteChange[]
}

const MOST_COLUMNS = 92
const LEAST_COLUMNS = 12
/** With fewer the strip would show gaps that are none. */
const PROBES_PER_COLUMN = 2

export function stripsOf({ view, rows, window, kind, clock }: { view: PathView; rows: PathRows; window: Span; kind: ScaleKind; clock: Clock }): Strips {
  const spanMs = Math.max(1, window.toMs - window.fromMs)
  const wanted = Math.floor(spanMs / (PROBES_PER_COLUMN * pauseOf(view)))
  const whole = Number.isFinite(wanted) ? Math.max(LEAST_COLUMNS, Math.min(MOST_COLUMNS, wanted)) : MOST_COLUMNS
  const colMs = spanMs / whole
  const fromMs = Math.floor(window.fromMs / colMs) * colMs
  const columns = whole + 1
  const hops = new Map(view.hops.map((hop) => [hop.ttl, hop]))
  const shown = rows.rows.flatMap((row): StripRow[] => {
    const hop = row.kind === 'hop' ? hops.get(row.ttl) : undefined
    return hop ? [{ key: row.key, ttl: row.ttl, look: lookOf(row), figures: row.figures, heat: hopHeat(hop, { fromMs, toMs: fromMs + columns * colMs, columns }) }] : []
  })
  return { rows: shown, scale: scaleOf(shown, kind), fromMs, colMs, columns, changes: routeChanges(view, clock) }
}

const lookOf = (row: PathRow): StripLook => (row.host === null ? 'silent' : lossCell(row)?.look === 'struck' ? 'struck' : 'plain')

/** Time between two probes to the same hop, as it was. */
function pauseOf({ intervalMs, hops, firstSentMs, lastSentMs }: PathView): number {
  const most = hops.reduce((n, hop) => Math.max(n, hop.total.sent), 0)
  return intervalMs ?? (most > 1 ? Math.max(1, (lastSentMs - firstSentMs) / (most - 1)) : NaN)
}

function scaleOf(rows: readonly StripRow[], kind: ScaleKind): ValueScale {
  const drawn = rows.filter((row) => row.look !== 'silent')
  const high = Math.max(0, ...drawn.map((row) => row.figures.p95Ms).filter(Number.isFinite))
  const low = Math.min(...drawn.map((row) => row.figures.minMs).filter(Number.isFinite))
  return kind === 'log' ? logScale(high, Number.isFinite(low) ? low : NaN) : linearScale(high)
}

/** The range graph in one breath. */
export function rangeSummary({ rows, scale }: Strips): string {
  const drawn = rows.filter((row) => Number.isFinite(row.figures.p50Ms))
  const last = drawn.at(-1)
  if (!last) return 'Round trips by hop. Nothing measured.'
  return `Round trips by hop, ${formatMs(scale.bottomMs)} to ${formatMs(scale.topMs)}. ${drawn.map((row) => `Hop ${row.ttl} median ${formatMs(row.figures.p50Ms)}`).join(', ')}.`
}

/** The strip of one hop in words, for those who cannot see it. */
export function heatWords({ figures }: PathRow): string {
  if (!Number.isFinite(figures.p50Ms)) return 'no answer'
  return `${figures.lost} unanswered, ${formatMs(figures.maxMs - figures.minMs)} above best at most`
}

export function heatSummary({ rows, changes }: Strips, window: Span, clock: Clock): string {
  const inside = changes.filter(({ atMs }) => atMs >= window.fromMs && atMs < window.toMs)
  return `Milliseconds above each hop's own best, ${clock.hms(window.fromMs)} to ${clock.hms(window.toMs)}, ${rows.length} hops.${inside.length === 0 ? '' : ` ${inside.map((change) => change.text).join('. ')}.`}`
}


/** The time window and the selection as the address bar writes them, so that a link reproduces the picture. Pure. */
import type { WindowQuery } from '#lib/timeline/window-store.ts'

const OWN = ['from', 'to', 'last', 'at', 'log', 'tz', 'sel', 'run'] as const

export interface PageQuery { window: WindowQuery; sel: string | null; run: string | null }

/** Reads `from` `to` (epoch s), `last=10m` or `last=all`, `at`, `log`, `tz`, `sel`, `run`; what does not parse is left out. */
export function readPageQuery(params: URLSearchParams): PageQuery {
  const seconds = (name: string): number | undefined => {
    const value = Number(params.get(name) ?? Number.NaN)
    return Number.isFinite(value) ? value * 1000 : undefined
  }
  const fromMs = seconds('from')
  const toMs = seconds('to')
  const atMs = seconds('at')
  const spanMs = readSpan(params.get('last'))
  return {
    window: {
      ...(fromMs !== undefined && toMs !== undefined && { fromMs, toMs }), ...(spanMs !== undefined && { spanMs }), ...(atMs !== undefined && { atMs }),
      ...(params.has('log') && { log: true }), ...(params.get('tz') === 'utc' && { utc: true }),
    },
    sel: params.get('sel'), run: params.get('run'),
  }
}

const DEFAULT_SPAN_MS = 600_000

/** Writes the same; what is as the page opens by itself is not written. Parameters of others are kept. */
export function writePageQuery(params: URLSearchParams, { window, sel, run }: PageQuery): URLSearchParams {
  const next = new URLSearchParams(params)
  for (const name of OWN) next.delete(name)
  if (window.fromMs !== undefined && window.toMs !== undefined) {
    next.set('from', String(Math.round(window.fromMs / 1000)))
    next.set('to', String(Math.round(window.toMs / 1000)))
  } else if (window.spanMs !== undefined && window.spanMs !== DEFAULT_SPAN_MS) next.set('last', writeSpan(window.spanMs))
  if (window.atMs !== undefined) next.set('at', String(Math.round(window.atMs) / 1000))
  if (window.log === true) next.set('log', '1')
  if (window.utc === true) next.set('tz', 'utc')
  if (sel !== null) next.set('sel', sel)
  if (run !== null) next.set('run', run)
  return next
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000 } as const

function readSpan(text: string | null): number | null | undefined {
  if (text === 'all') return null
  const match = /^(\d{1,6})([smh])$/.exec(text ?? '')
  return match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : undefined
}

function writeSpan(spanMs: number | null): string {
  if (spanMs === null) return 'all'
  return spanMs % 60_000 === 0 ? `${spanMs / 60_000}m` : `${Math.round(spanMs / 1000)}s`
}

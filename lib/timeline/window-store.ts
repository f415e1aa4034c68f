/** The session's one time window and one crosshair, shared by readout, chart, brush and URL. A small external store; no DOM, no clock. */
import type { ScaleKind } from './scale.ts'

/** An immutable snapshot: a new object whenever anything in it changed. */
export interface WindowState {
  fromMs: number
  toMs: number
  /** The window moves with the session's now. */
  following: boolean
  /** Width it follows with; null: the whole session. Also the last preset chosen while not following. */
  spanMs: number | null
  crosshairMs: number | null
  scale: ScaleKind
  /** Times are shown in UTC instead of the viewer's zone. */
  utc: boolean
  /** What there is to show: start of the session and its now (or its end). */
  startMs: number
  nowMs: number
  /** Nothing more will come: a short session then fills the width. */
  over: boolean
}

/** The part of the state that a link reproduces. Following live writes no `toMs`. */
export interface WindowQuery { fromMs?: number; toMs?: number; spanMs?: number | null; atMs?: number; log?: boolean; utc?: boolean }

export interface WindowStore {
  get(): WindowState
  subscribe(listener: () => void): () => void
  /** Start and now of the session, and whether it is over; while following, the window moves along. */
  setExtent(startMs: number, nowMs: number, over?: boolean): void
  /** Follows now with this width; null shows the whole session. */
  follow(spanMs: number | null): void
  /** Back to now with the width it had. */
  resume(): void
  /** Shows exactly this stretch and stops following, unless it reaches now. */
  setWindow(fromMs: number, toMs: number): void
  /** Zooms by a factor (> 1: out) around a moment, which keeps its place. */
  zoom(factor: number, aroundMs: number): void
  /** Turns to the page that holds the moment, if the window does not. Pages are counted from the start of the session. */
  keepVisible(ms: number): void
  /** The same even if the window does: a replay begins on a page of its own. */
  toPage(ms: number): void
  setCrosshair(ms: number | null): void
  setScale(scale: ScaleKind): void
  setUtc(utc: boolean): void
  toQuery(): WindowQuery
  fromQuery(query: WindowQuery): void
}

export const TEN_MIN = 600_000
const MIN = 60_000
const LEAST_SPAN = 5000
/** A session shorter than its window fills it from the left and the window grows by these steps, so the scale rarely moves. */
const GROWTH = [MIN, 2 * MIN, 5 * MIN, TEN_MIN] as const
const NEAR_NOW = 0.02

const EMPTY: WindowState = { fromMs: 0, toMs: MIN, following: true, spanMs: TEN_MIN, crosshairMs: null, scale: 'linear', utc: false, startMs: 0, nowMs: 0, over: false }

export function createWindowStore(initial: Partial<WindowState> = {}): WindowStore {
  let state: WindowState = { ...EMPTY, ...initial }
  const listeners = new Set<() => void>()
  const set = (change: Partial<WindowState>): void => {
    const next = { ...state, ...change }
    const same = (Object.keys(change) as (keyof WindowState)[]).every((key) => Object.is(state[key], next[key]))
    if (same) return
    state = next
    for (const listener of listeners) listener()
  }
  const followed = (spanMs: number | null, base: WindowState = state): Partial<WindowState> => ({ following: true, spanMs, ...windowAtNow(spanMs, base) })
  const setWindow = (fromMs: number, toMs: number): void => {
    const spanMs = Math.max(LEAST_SPAN, toMs - fromMs)
    const from = Math.max(state.startMs - spanMs / 2, Math.min(fromMs, state.nowMs))
    const reachesNow = Math.abs(from + spanMs - state.nowMs) <= spanMs * NEAR_NOW && from > state.startMs
    set(reachesNow ? followed(spanMs) : { fromMs: from, toMs: from + spanMs, following: false })
  }
  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    setExtent(startMs, nowMs, over = false) {
      const base = { ...state, startMs, nowMs, over }
      set({ startMs, nowMs, over, ...(state.following ? windowAtNow(state.spanMs, base) : {}) })
    },
    follow: (spanMs) => set(followed(spanMs)),
    resume: () => set(followed(state.spanMs)),
    setWindow,
    zoom(factor, aroundMs) {
      const spanMs = Math.max(LEAST_SPAN, (state.toMs - state.fromMs) * factor)
      const share = (aroundMs - state.fromMs) / (state.toMs - state.fromMs)
      if (spanMs >= state.nowMs - state.startMs && factor > 1) set(followed(null))
      else setWindow(aroundMs - share * spanMs, aroundMs + (1 - share) * spanMs)
    },
    keepVisible(ms) {
      if (ms < state.fromMs || ms > state.toMs) set(pageOf(state, ms))
    },
    toPage: (ms) => set(pageOf(state, ms)),
    setCrosshair: (ms) => set({ crosshairMs: ms === null ? null : Math.max(state.startMs, Math.min(ms, Math.max(state.nowMs, state.startMs))) }),
    setScale: (scale) => set({ scale }),
    setUtc: (utc) => set({ utc }),
    toQuery: () => queryOf(state),
    fromQuery(query) { set(appliedTo(state, query)) },
  }
}

/** Where the overview of the whole session ends: at now, or later while there is little to show and more to come. */
export const overviewEndMs = ({ startMs, nowMs, over }: Pick<WindowState, 'startMs' | 'nowMs' | 'over'>): number => Math.max(nowMs, startMs + (over ? LEAST_SPAN : MIN))

/** The window that ends at now. */
function windowAtNow(spanMs: number | null, { startMs, nowMs, over }: WindowState): { fromMs: number; toMs: number } {
  const livedMs = Math.max(0, nowMs - startMs)
  if (spanMs !== null && livedMs >= spanMs) return { fromMs: nowMs - spanMs, toMs: nowMs }
  const room = spanMs === null ? wholeSpan(livedMs, over ? LEAST_SPAN : MIN) : Math.min(spanMs, GROWTH.find((step) => step >= livedMs && step >= Math.min(spanMs, MIN)) ?? spanMs)
  return { fromMs: startMs, toMs: startMs + room }
}

/** The window's width, laid end to end from the start of the session: the page with this moment. */
function pageOf({ fromMs, toMs, startMs }: WindowState, ms: number): Partial<WindowState> {
  const spanMs = toMs - fromMs
  const from = startMs + Math.max(0, Math.floor((ms - startMs) / spanMs)) * spanMs
  return { fromMs: from, toMs: from + spanMs, following: false }
}

/** The whole session and at most 4 % more, in steps, so that the scale does not move with every reply. */
function wholeSpan(livedMs: number, leastMs: number): number {
  const step = Math.max(1000, 10 ** Math.floor(Math.log10(Math.max(1, livedMs))) / 4)
  return Math.max(leastMs, Math.ceil(livedMs / step) * step)
}

function queryOf({ following, fromMs, toMs, spanMs, crosshairMs, scale, utc }: WindowState): WindowQuery {
  return {
    ...(following ? { spanMs } : { fromMs, toMs }),
    ...(crosshairMs === null ? {} : { atMs: crosshairMs }), ...(scale === 'log' ? { log: true } : {}), ...(utc ? { utc: true } : {}),
  }
}

function appliedTo(state: WindowState, query: WindowQuery): Partial<WindowState> {
  const { fromMs, toMs, spanMs, atMs, log, utc } = query
  const exact = fromMs !== undefined && toMs !== undefined && toMs > fromMs
  const spanned = spanMs !== undefined && (spanMs === null || spanMs >= LEAST_SPAN)
  const span = spanned ? spanMs : state.spanMs
  return {
    ...(exact ? { fromMs, toMs, following: false } : spanned ? { following: true, spanMs: span, ...windowAtNow(span, state) } : {}),
    ...(atMs === undefined ? {} : { crosshairMs: atMs }), ...(log === undefined ? {} : { scale: log ? 'log' as const : 'linear' as const }), ...(utc === undefined ? {} : { utc }),
  }
}

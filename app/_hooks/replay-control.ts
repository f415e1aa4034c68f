/** Moving through a session's time: loads the log once, then folds up to wherever the playhead is. */
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { Player } from '#lib/replay/player.ts'
import type { SessionView } from '#lib/session/view.ts'
import { call } from '../_lib/api.ts'
import type { ReplayControls, ReplayState } from './session-store.ts'

const PAGE = 10_000
/** Playing moves this often; with reduced motion it steps once a second. */
const TICK_MS = 100
const STILL_TICK_MS = 1000

export interface Replay extends ReplayControls {
  /** The view at the playhead; null while live. */
  view(): SessionView | null
  stop(): void
}

interface Host {
  sessionId: SessionId
  live(): SessionView
  current(): ReplayState | null
  show(replay: ReplayState | null, urgent: boolean): void
}

export function createReplay(host: Host): Replay {
  let player: Player | null = null
  let view: SessionView | null = null
  let timer: ReturnType<typeof setInterval> | null = null
  let loading = false

  const hold = (): void => {
    if (timer !== null) clearInterval(timer)
    timer = null
  }
  const move = (change: Partial<ReplayState>, urgent: boolean): void => {
    const state = host.current()
    if (!state || !player) return
    const atMs = Math.min(player.toMs, Math.max(player.fromMs, change.atMs ?? state.atMs))
    view = player.seek(atMs)
    host.show({ ...state, ...change, atMs }, urgent)
  }
  const tick = (stepMs: number): void => {
    const state = host.current()
    if (!state || !player) return
    const atMs = state.atMs + stepMs * state.speed
    const over = atMs >= player.toMs
    if (over) hold()
    move({ atMs, playing: !over }, over)
  }
  const load = async (atMs: number | undefined): Promise<void> => {
    loading = true
    const made = await loadPlayer(host.sessionId)
    loading = false
    const state = host.current()
    if (!state) return // left while loading
    if (!made.ok) {
      host.show({ ...state, phase: 'failed', problem: made.error.message }, true)
      return
    }
    player = made.value
    const { fromMs, toMs, whole } = player
    host.show({ ...state, phase: 'ready', fromMs, toMs, whole, findings: whole.findings, problem: null }, true)
    move({ atMs: atMs ?? toMs }, true)
  }
  return {
    view: () => view,
    stop: hold,
    enter(atMs) {
      if (loading || host.current()?.phase === 'ready') return
      const live = host.live()
      host.show({ phase: 'loading', fromMs: live.createdAtMs, toMs: live.atMs, atMs: atMs ?? live.atMs, playing: false, speed: 8, findings: live.findings, whole: null, problem: null }, true)
      void load(atMs)
    },
    leave() {
      hold()
      player = null
      view = null
      host.show(null, true)
    },
    seek: (atMs) => move({ atMs }, true),
    play() {
      const state = host.current()
      if (!state || !player) return
      const stepMs = matchMedia('(prefers-reduced-motion: reduce)').matches ? STILL_TICK_MS : TICK_MS
      hold()
      timer = setInterval(() => tick(stepMs), stepMs)
      move({ playing: true, ...(state.atMs >= player.toMs && { atMs: player.fromMs }) }, true)
    },
    pause() {
      hold()
      move({ playing: false }, true)
    },
    setSpeed: (speed) => move({ speed }, true),
  }
}

/** Reads the whole log in pages; the player's code comes along only now. */
async function loadPlayer(sessionId: SessionId): Promise<Result<Player>> {
  const events: SessionEvent[] = []
  for (;;) {
    const page = await call('event.read', { sessionId, after: events.at(-1)?.seq ?? 0, limit: PAGE })
    if (!page.ok) return page
    events.push(...page.value.events)
    if (page.value.events.length === 0 || (events.at(-1)?.seq ?? 0) >= page.value.headSeq) break
  }
  if (events.length === 0) return fail({ code: 'not-found', message: 'The log of this session is empty. There is nothing to replay.' })
  const { createPlayer } = await import('#lib/replay/player.ts')
  return ok(createPlayer(events))
}

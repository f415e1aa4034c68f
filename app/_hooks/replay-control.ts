/** Moving through a session's time: loads the log once, then folds up to wherever the playhead is. */
import { fromBase64 } from '#lib/protocol/base64.ts'
import { decodeEvents } from '#lib/protocol/codec.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { Player } from '#lib/replay/player.ts'
import type { SessionView } from '#lib/session/view.ts'
import { call } from '../_lib/api.ts'
import type { ReplayControls, ReplayState } from './session-store.ts'

const PAGE = 10_000
/** Work between two pauses while loading. */
const SLICE_MS = 10
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

export class ReplayControl implements Replay {
  readonly #host: Host
  #player: Player | null = null
  #view: SessionView | null = null
  #timer: ReturnType<typeof setInterval> | null = null
  #loading = false

  constructor(host: Host) {
    this.#host = host
  }

  view = (): SessionView | null => this.#view

  stop = (): void => {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  enter = (atMs?: number, play = false): void => {
    if (this.#loading || this.#host.current()?.phase === 'ready') return
    const live = this.#host.live()
    this.#host.show({ phase: 'loading', fromMs: live.createdAtMs, toMs: live.atMs, atMs: atMs ?? live.atMs, playing: false, speed: 8, findings: live.findings, whole: null, problem: null }, true)
    void this.#load(atMs, play)
  }

  leave = (): void => {
    this.stop()
    this.#player = null
    this.#view = null
    this.#host.show(null, true)
  }

  seek = (atMs: number): void => this.#move({ atMs }, true)

  play = (): void => {
    const state = this.#host.current()
    if (!state || !this.#player) return
    const stepMs = matchMedia('(prefers-reduced-motion: reduce)').matches ? STILL_TICK_MS : TICK_MS
    this.stop()
    this.#timer = setInterval(() => this.#tick(stepMs), stepMs)
    this.#move({ playing: true, ...(state.atMs >= this.#player.toMs && { atMs: this.#player.fromMs }) }, true)
  }

  pause = (): void => {
    this.stop()
    this.#move({ playing: false }, true)
  }

  setSpeed = (speed: number): void => this.#move({ speed }, true)

  #move(change: Partial<ReplayState>, urgent: boolean): void {
    const state = this.#host.current()
    if (!state || !this.#player) return
    const atMs = Math.min(this.#player.toMs, Math.max(this.#player.fromMs, change.atMs ?? state.atMs))
    this.#view = this.#player.seek(atMs)
    this.#host.show({ ...state, ...change, atMs }, urgent)
  }

  #tick(stepMs: number): void {
    const state = this.#host.current()
    if (!state || !this.#player) return
    const atMs = state.atMs + stepMs * state.speed
    const over = atMs >= this.#player.toMs
    if (over) this.stop()
    this.#move({ atMs, playing: !over }, over)
  }

  async #load(atMs: number | undefined, play: boolean): Promise<void> {
    this.#loading = true
    const made = await loadPlayer(this.#host.sessionId)
    this.#loading = false
    const state = this.#host.current()
    if (!state) return // left while loading
    if (!made.ok) {
      this.#host.show({ ...state, phase: 'failed', problem: made.error.message }, true)
      return
    }
    this.#player = made.value
    const { fromMs, toMs, whole } = made.value
    this.#host.show({ ...state, phase: 'ready', fromMs, toMs, whole, findings: whole.findings, problem: null }, true)
    this.#move({ atMs: atMs ?? toMs }, true)
    if (play) this.play()
  }
}

/** Reads the whole log in its packed form; the player's code comes along only now. */
async function loadPlayer(sessionId: SessionId): Promise<Result<Player>> {
  const events: SessionEvent[] = []
  for (;;) {
    const page = await call('event.read', { sessionId, after: events.at(-1)?.seq ?? 0, limit: PAGE, packed: true })
    if (!page.ok) return page
    const before = events.length
    await unhurried(unpack(page.value.packed ?? [], events))
    if (events.length === before || (events.at(-1)?.seq ?? 0) >= page.value.headSeq) break
  }
  if (events.length === 0) return fail({ code: 'not-found', message: 'The log of this session is empty. There is nothing to replay.' })
  const { preparePlayer } = await import('#lib/replay/player.ts')
  return ok(await unhurried(preparePlayer(events)))
}

/** Appends the events that are not there yet, a batch a step. */
function* unpack(batches: readonly string[], events: SessionEvent[]): Generator<number, void> {
  for (const batch of batches) {
    const last = events.at(-1)?.seq ?? 0
    for (const event of decodeEvents(fromBase64(batch))) if (event.seq > last) events.push(event)
    yield events.length
  }
}

/** Takes the steps for a few milliseconds at a time, so that the page stays alive however long the log is. */
async function unhurried<T>(steps: Generator<unknown, T>): Promise<T> {
  for (let untilMs = performance.now() + SLICE_MS; ;) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() < untilMs) continue
    await new Promise((resolve) => setTimeout(resolve, 0))
    untilMs = performance.now() + SLICE_MS
  }
}

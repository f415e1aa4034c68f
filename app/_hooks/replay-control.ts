/** Moving through a session's time: at the end at once, anywhere else by folding the log up to there, as much of it as that takes. */
import type { SessionId } from '#lib/protocol/ids.ts'
import { ok, type Problem } from '#lib/protocol/result.ts'
import type { Reached } from '#lib/replay/log-fold.ts'
import { createPlayer, type Player } from '#lib/replay/player.ts'
import { copySession } from '#lib/session/copy.ts'
import type { SessionView } from '#lib/session/view.ts'
import { DAMAGED, ReplayLog } from './replay-log.ts'
import type { ReplayControls, ReplayState } from './session-store.ts'
import { nextTask, pauseFor, takeSlice } from './unhurried.ts'

/** Folding between two pauses: on the way to a moment, and ahead of time while nobody waits. */
const SLICE_MS = 10
const AHEAD_SLICE_MS = 4
const AHEAD_REST_MS = 25
/** Progress is told this often. */
const TELL_MS = 200
/** Playing moves this often; with reduced motion it steps once a second. */
const TICK_MS = 100
const STILL_TICK_MS = 1000
const DEFAULT_SPEED = 8
const EMPTY = 'The log of this session is empty. There is nothing to replay.'

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

/** On the way to a moment. `beganMs`: session time that folding began from. */
interface Journey { steps: Generator<Reached, void>; atMs: number; thenPlay: boolean; beganMs: number; toldMs: number }

const isMissing = ({ missing }: Reached): boolean => missing

export class ReplayControl implements Replay {
  readonly #host: Host
  #player: Player | null = null
  #log: ReplayLog | null = null
  #timer: ReturnType<typeof setInterval> | null = null
  #journey: Journey | null = null
  /** Whose turn it is to fold ahead; null: nobody's. */
  #explorer: symbol | null = null

  constructor(host: Host) {
    this.#host = host
  }

  view = (): SessionView | null => this.#player?.view() ?? null

  stop = (): void => {
    this.#stopTimer()
    this.#giveUp()
    this.#log?.close()
    this.#explorer = null
  }

  enter = (atMs?: number, play = false): void => {
    const state = this.#host.current()
    if (state && this.#player) {
      this.#go(state, { atMs: atMs ?? this.#player.toMs, thenPlay: play, urgent: true })
      return
    }
    const live = this.#host.live()
    const first = firstState(live)
    if (live.seq === 0) {
      this.#host.show({ ...first, phase: 'failed', problem: EMPTY }, true)
      return
    }
    const player = createPlayer(first.whole ?? live)
    this.#player = player
    this.#log = new ReplayLog({ sessionId: this.#host.sessionId, log: player.log, untilSeq: player.untilSeq })
    this.#go(first, { atMs: atMs ?? first.toMs, thenPlay: play, urgent: true })
  }

  leave = (): void => {
    this.stop()
    this.#player = null
    this.#log = null
    this.#host.show(null, true)
  }

  seek = (atMs: number): void => {
    const state = this.#host.current()
    if (state) this.#go(state, { atMs, thenPlay: this.#journey?.thenPlay ?? false, urgent: true })
  }

  play = (): void => {
    const state = this.#host.current()
    if (!state || !this.#player) return
    const stepMs = matchMedia('(prefers-reduced-motion: reduce)').matches ? STILL_TICK_MS : TICK_MS
    this.#stopTimer()
    this.#timer = setInterval(() => this.#tick(stepMs), stepMs)
    if (this.#journey) this.#host.show({ ...state, playing: true }, true)
    else this.#go({ ...state, playing: true }, { atMs: state.atMs >= this.#player.toMs ? this.#player.fromMs : state.atMs, urgent: true })
  }

  pause = (): void => {
    this.#stopTimer()
    if (this.#journey) this.#journey.thenPlay = false
    const state = this.#host.current()
    if (state) this.#host.show({ ...state, playing: false }, true)
  }

  setSpeed = (speed: number): void => {
    const state = this.#host.current()
    if (state) this.#host.show({ ...state, speed }, true)
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  /** What was folded on the way is left to the next journey. */
  #giveUp(): void {
    this.#journey?.steps.return()
    this.#journey = null
    if (this.#log) this.#log.hurry = false
  }

  #tick(stepMs: number): void {
    const state = this.#host.current()
    if (!state || !this.#player || this.#journey) return
    const atMs = state.atMs + stepMs * state.speed
    const over = atMs >= this.#player.toMs
    if (over) this.#stopTimer()
    this.#go({ ...state, playing: !over }, { atMs, urgent: over })
  }

  /** Moves the playhead: now if a slice of work is enough, else by a journey. A journey that was under way is over. */
  #go(state: ReplayState, { atMs, thenPlay = false, urgent }: { atMs: number; thenPlay?: boolean; urgent: boolean }): void {
    const player = this.#player
    if (!player) return
    this.#giveUp()
    const journey = { steps: player.seek(clamp(atMs, player)), atMs: clamp(atMs, player), thenPlay, beganMs: Number.NaN, toldMs: performance.now() }
    this.#journey = journey
    const step = this.#slice(journey)
    if (step === null) return
    if (step.done) {
      this.#arrive(state, { journey, urgent })
      return
    }
    this.#host.show({ ...state, phase: 'loading', atMs: journey.atMs, toMs: player.toMs, problem: null, ...progressOf(journey, { reached: step.value, player }) }, true)
    void this.#travel(journey, step.value)
  }

  /** One slice of a journey; null when the log turned out to be damaged, which has been said. */
  #slice(journey: Journey): IteratorResult<Reached, void> | null {
    try {
      return takeSlice(journey.steps, { ms: SLICE_MS, until: isMissing })
    } catch {
      this.#fail(DAMAGED)
      return null
    }
  }

  async #travel(journey: Journey, first: Reached): Promise<void> {
    const log = this.#log
    if (!log) return
    log.hurry = true
    for (let reached = first; ;) {
      const more = reached.missing ? await log.more(true) : await nextTask().then(() => ok(null))
      if (this.#journey !== journey) return
      if (!more.ok) {
        this.#fail(more.error)
        return
      }
      const step = this.#slice(journey)
      if (step === null) return
      if (step.done) await nextTask() // drawing is work enough for one task
      const state = this.#host.current()
      if (this.#journey !== journey) return
      if (step.done) {
        if (state) this.#arrive(state, { journey, urgent: true })
        return
      }
      reached = step.value
      if (state && this.#player && performance.now() - journey.toldMs >= TELL_MS) {
        journey.toldMs = performance.now()
        this.#host.show({ ...state, ...progressOf(journey, { reached, player: this.#player }) }, false)
      }
    }
  }

  #arrive(state: ReplayState, { journey, urgent }: { journey: Journey; urgent: boolean }): void {
    this.#giveUp()
    const { atMs } = journey
    this.#host.show({ ...state, phase: 'ready', toMs: this.#player?.toMs ?? state.toMs, atMs, shownMs: atMs, progress: null, reachedMs: null, problem: null }, urgent)
    if (journey.thenPlay) this.play()
    if (this.#explorer === null && this.#player && this.#log) void this.#explore(this.#player, this.#log)
  }

  /** The playhead goes back to the moment that is shown. */
  #fail(problem: Problem): void {
    this.#stopTimer()
    this.#giveUp()
    const state = this.#host.current()
    if (state) this.#host.show({ ...state, phase: 'failed', playing: false, atMs: state.shownMs, progress: null, reachedMs: null, problem: problem.message }, true)
  }

  /** Loads and folds the log while nobody waits. What goes wrong here is said when somebody needs it; the next arrival tries again. */
  async #explore(player: Player, log: ReplayLog): Promise<void> {
    const me = Symbol('explorer')
    this.#explorer = me
    const steps = player.explore()
    const mine = (): boolean => this.#explorer === me
    try {
      for (;;) {
        await pauseFor(AHEAD_REST_MS)
        if (!mine()) return
        if (this.#journey) continue
        const step = takeSlice(steps, { ms: AHEAD_SLICE_MS, until: isMissing })
        this.#learnEnd(player)
        if (step.done || (step.value.missing && !(await log.more(false)).ok)) break
      }
    } catch { /* damaged bytes are forgotten, and said when they are needed */ }
    if (mine()) this.#explorer = null
  }

  /** A clock that was set back makes the session longer than its last event said; the end stays the end. */
  #learnEnd({ toMs }: Player): void {
    const state = this.#host.current()
    if (!state || this.#journey || state.toMs >= toMs) return
    const atEnd = state.shownMs >= state.toMs
    this.#host.show({ ...state, toMs, ...(atEnd && { atMs: toMs, shownMs: toMs }) }, false)
  }
}

const clamp = (atMs: number, { fromMs, toMs }: Player): number => Math.min(toMs, Math.max(fromMs, atMs))

/** The end of what is here now: later events are not part of the replay. */
function firstState(live: SessionView): ReplayState {
  const whole = copySession(live)
  return {
    phase: 'ready', fromMs: live.createdAtMs, toMs: live.atMs, atMs: live.atMs, shownMs: live.atMs, playing: false, speed: DEFAULT_SPEED,
    findings: whole.findings, whole, progress: null, reachedMs: null, problem: null,
  }
}

/** Share of the way that is folded, in session time: from where folding began to where the playhead goes. */
function progressOf(journey: Journey, { reached, player }: { reached: Reached; player: Player }): Pick<ReplayState, 'progress' | 'reachedMs'> {
  const reachedMs = Math.max(player.fromMs, reached.reachedMs)
  if (Number.isNaN(journey.beganMs)) journey.beganMs = reachedMs
  const way = journey.atMs - journey.beganMs
  return { reachedMs, progress: way > 0 ? Math.min(1, Math.max(0, (reachedMs - journey.beganMs) / way)) : 0 }
}

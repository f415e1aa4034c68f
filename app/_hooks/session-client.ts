/** The session store over a socket: folds what comes, remembers what it has, tells React seldom and canvases at once. */
import type { EventBatch, Subscribed } from '#lib/protocol/socket.ts'
import { fail, type Result } from '#lib/protocol/result.ts'
import { decodeEvents } from '#lib/protocol/codec.ts'
import { fromBase64 } from '#lib/protocol/base64.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import { emptySession } from '#lib/session/fold.ts'
import { decodeSession } from '#lib/session/snapshot.ts'
import { judgeBatch, takeEvents, urgentMark } from '#lib/session/source.ts'
import type { SessionView } from '#lib/session/view.ts'
import { call } from '../_lib/api.ts'
import { createClockFilter } from './clock-filter.ts'
import { createEventRate } from './event-rate.ts'
import { ReplayControl } from './replay-control.ts'
import { createSessionLink, type SessionLink } from './session-link.ts'
import type { Connection, EndReason, SessionState, SessionStore } from './session-store.ts'
import { createThrottle } from './throttle.ts'
import type { SessionSocket } from './use-session.ts'

/** React sees at most this many states a second. */
const STATES_PER_S = 4
const ANSWER_WITHIN_MS = 10_000
const NO_ANSWER = { code: 'internal', message: 'The console did not answer. Nothing may have happened; look before trying again.' } as const

export class SessionClient implements SessionStore {
  readonly replay: ReplayControl
  readonly #sessionId: SessionId
  readonly #link: SessionLink
  readonly #listeners = new Set<() => void>()
  readonly #dataListeners = new Set<() => void>()
  readonly #rate = createEventRate()
  readonly #clock = createClockFilter()
  readonly #throttle = createThrottle(1000 / STATES_PER_S, () => this.#publish())
  #live: SessionView = emptySession()
  /** Null until joined: batches that come earlier would look like a gap. */
  #early: EventBatch[] | null = []
  #headSeq = Number.POSITIVE_INFINITY
  #urgent = ''
  #next: SessionState
  #published: SessionState
  #closing: ReturnType<typeof setTimeout> | null = null

  /** `socket`: not connected yet, with no reconnection of its own. */
  constructor(sessionId: SessionId, socket: SessionSocket) {
    this.#sessionId = sessionId
    this.#next = firstState(this.#live)
    this.#published = this.#next
    this.replay = new ReplayControl({
      sessionId, live: () => this.#live, current: () => this.#next.replay,
      show: (replay, urgent) => {
        this.#patch({ replay, view: this.view() }, urgent)
        this.#tellData()
      },
    })
    this.#link = createSessionLink({
      socket, sessionId, afterSeq: () => this.#live.seq, whyRefused: () => whyRefused(sessionId),
      events: {
        connection: (connection) => this.#onConnection(connection), joined: (subscribed) => this.#onJoined(subscribed),
        batch: (batch) => this.#onBatch(batch), clock: (sample) => this.#patch(this.#clock.add(sample)),
      },
    })
    socket.on('session:behind', ({ sessionId: id, missing }) => { if (id === sessionId) this.#patch({ behind: missing }, true) })
    socket.on('session:presence', ({ sessionId: id, ...presence }) => { if (id === sessionId) this.#patch({ presence }) })
    socket.on('session:point', ({ sessionId: id, atMs, by }) => { if (id === sessionId) this.#patch({ point: { atMs, by, n: (this.#next.point?.n ?? 0) + 1 } }, true) })
    socket.on('vantage', (vantage) => this.#patch({ vantage }, true))
    socket.on('storage', (storage) => this.#patch({ storage }, true))
  }

  state = (): SessionState => this.#published
  view = (): SessionView => this.replay?.view() ?? this.#live

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  subscribeData = (listener: () => void): (() => void) => {
    this.#dataListeners.add(listener)
    return () => void this.#dataListeners.delete(listener)
  }

  /** Closing waits a turn, so that a remount of the same page (React's strict mode) keeps its connection. */
  start = (): (() => void) => {
    if (this.#closing !== null) clearTimeout(this.#closing)
    else this.#link.open()
    this.#closing = null
    return () => {
      this.#closing = setTimeout(() => {
        this.#closing = null
        this.#throttle.cancel()
        this.replay.stop()
        this.#link.close()
      }, 0)
    }
  }

  retryNow = (): void => this.#link.retryNow()

  stop: SessionStore['stop'] = (runId) => this.#ask((socket) => socket.emitWithAck('run:stop', { sessionId: this.#sessionId, runId }))

  point = (atMs: number): void => {
    void this.#ask((socket) => socket.emitWithAck('presence:point', { sessionId: this.#sessionId, atMs }))
  }

  readTranscript: SessionStore['readTranscript'] = (request) => this.#ask((socket) => socket.emitWithAck('transcript:read', { sessionId: this.#sessionId, ...request }))

  async #ask<T>(question: (socket: ReturnType<SessionLink['socket']['timeout']>) => Promise<Result<T>>): Promise<Result<T>> {
    if (!this.#link.socket.connected) return fail(NO_ANSWER)
    try {
      return await question(this.#link.socket.timeout(ANSWER_WITHIN_MS))
    } catch {
      return fail(NO_ANSWER)
    }
  }

  #onConnection(connection: Connection): void {
    if (connection.state !== 'live') this.#early = []
    const away = connection.state === 'reconnecting'
    const before = this.#next.notReceivedSinceMs
    this.#patch({ connection, notReceivedSinceMs: away && this.#live.seq > 0 ? (before ?? this.#live.atMs) : null }, true)
    this.#tellData()
  }

  #onJoined(subscribed: Subscribed): void {
    const { snapshot, headSeq, canRun, canShare, nowMs } = subscribed
    this.#headSeq = headSeq
    if (snapshot && snapshot.seq > this.#live.seq) this.#live = decodeSession(JSON.parse(snapshot.json)) ?? this.#live
    const early = this.#early ?? []
    this.#early = null
    this.#patch({ canRun, canShare, serverOffsetMs: this.#next.serverOffsetMs ?? nowMs - Date.now() })
    for (const batch of early) this.#onBatch(batch)
    this.#changed()
  }

  #onBatch(batch: EventBatch): void {
    if (this.#early) {
      this.#early.push(batch)
      return
    }
    const verdict = judgeBatch(this.#live.seq, batch)
    if (verdict === 'old') return
    const taken = verdict === 'gap' ? null : this.#take(batch)
    if (taken === null) {
      this.#early = []
      this.#link.rejoin()
      return
    }
    if (this.#next.caughtUp) this.#measure(taken)
    this.#changed()
  }

  /** Events folded, or null when the bytes were damaged or left a gap. */
  #take(batch: EventBatch): number | null {
    try {
      const intake = takeEvents(this.#live, decodeEvents(fromBase64(batch.packed)))
      return intake.kind === 'gap' ? null : intake.kind === 'old' ? 0 : intake.events
    } catch {
      return null // damaged on the way: the log still has them
    }
  }

  /** Pace and lag of the stream; what is caught up on would count as neither. */
  #measure(events: number): void {
    this.#rate.add(events, performance.now())
    const offsetMs = this.#next.serverOffsetMs
    if (offsetMs !== null) this.#patch({ lagMs: Math.max(0, Date.now() + offsetMs - this.#live.atMs) })
  }

  /** The live view moved on. */
  #changed(): void {
    const mark = urgentMark(this.#live)
    const caughtUp = this.#next.caughtUp || this.#live.seq >= this.#headSeq
    const urgent = caughtUp && (mark !== this.#urgent || !this.#next.caughtUp)
    this.#urgent = mark
    this.#patch({
      view: this.view(), version: this.#next.version + 1, caughtUp,
      eventsPerS: this.#rate.perS(performance.now()),
    }, urgent)
    this.#tellData()
  }

  #patch(change: Partial<SessionState>, urgent = false): void {
    this.#next = { ...this.#next, ...change }
    this.#throttle.touch(urgent)
  }

  #publish(): void {
    this.#published = this.#next
    for (const listener of this.#listeners) listener()
  }

  #tellData(): void {
    for (const listener of this.#dataListeners) listener()
  }
}

function firstState(view: SessionView): SessionState {
  return {
    version: 0, view, caughtUp: false, connection: { state: 'connecting' }, presence: { people: [], guests: 0 }, canRun: false, canShare: false, behind: 0,
    serverOffsetMs: null, roundTripMs: null, lagMs: null, eventsPerS: 0, notReceivedSinceMs: null, storage: null, vantage: null, point: null, replay: null,
  }
}

/** A refused socket says no reason to a browser; the HTTP API does. */
async function whyRefused(sessionId: SessionId): Promise<EndReason | null> {
  const result = await call('session.read', { sessionId })
  if (result.ok) return null
  if (result.error.code === 'not-signed-in') return 'signed-out'
  return result.error.code === 'not-found' || result.error.code === 'not-allowed' ? 'gone' : null
}

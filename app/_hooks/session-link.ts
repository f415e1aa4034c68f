/** The socket of a session page: connects, joins from a seq, retries with a countdown, notices sleep. Knows nothing of views. */
import type { Result } from '#lib/protocol/result.ts'
import type { EventBatch, Subscribed } from '#lib/protocol/socket.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import { retryDelayMs } from './retry-delay.ts'
import type { Connection, EndReason } from './session-store.ts'
import type { SessionSocket } from './use-session.ts'

export interface LinkEvents {
  connection(connection: Connection): void
  /** Joined; batches that come after this belong to the subscription. */
  joined(subscribed: Subscribed): void
  batch(batch: EventBatch): void
  /** Round trip and the server's clock, every ten seconds while connected. */
  clock(sample: { roundTripMs: number; serverOffsetMs: number }): void
}

export interface SessionLink {
  readonly socket: SessionSocket
  open(): void
  close(): void
  retryNow(): void
  /** Asks again from `after`: a gap was seen, or bytes were damaged. */
  rejoin(): void
}

const CLOCK_EVERY_MS = 10_000
/** A second question soon after connecting: the first one competes with the page's own start. */
const CLOCK_AGAIN_MS = 2_000
const ANSWER_WITHIN_MS = 5_000
/** A tick that comes this late means that the machine slept. */
const SLEPT_MS = 20_000

interface Options {
  socket: SessionSocket
  sessionId: SessionId
  events: LinkEvents
  afterSeq: () => number
  /** Asked after a refused connection: is this viewer out, or is only the line down (null)? */
  whyRefused: () => Promise<EndReason | null>
}

/** Created closed; `open` may be called again after `close`. */
export function createSessionLink({ socket, sessionId, events, afterSeq, whyRefused }: Options): SessionLink {
  const retry = createRetry({ connect: () => void socket.connect(), say: events.connection })
  let ended = false
  let waiting = new AbortController()

  const end = (reason: EndReason): void => {
    ended = true
    retry.stop()
    events.connection({ state: 'ended', reason })
    socket.disconnect()
  }
  const join = (): void => {
    waiting.abort()
    const mine = new AbortController()
    waiting = mine
    void joinOnce(socket, { sessionId, after: afterSeq() }).then((result) => {
      if (mine.signal.aborted || ended) return
      if (result.ok) {
        events.joined(result.value)
        retry.connected()
      } else if (result.error.code === 'not-signed-in') end('signed-out')
      else if (result.error.code === 'not-found' || result.error.code === 'not-allowed') end('gone')
      else retry.lost(false)
    })
  }
  socket.on('connect', join)
  socket.on('disconnect', () => { if (!ended) retry.lost(false) })
  socket.on('connect_error', () => {
    if (ended) return
    retry.failed()
    void whyRefused().then((reason) => { if (reason !== null && !ended && !socket.connected) end(reason) })
  })
  socket.on('server:restarting', () => retry.lost(true))
  socket.on('access:ended', ({ reason }) => end(reason))
  socket.on('session:gone', (gone) => { if (gone.sessionId === sessionId) end(gone.reason === 'deleted' ? 'gone' : gone.reason) })
  socket.on('session:events', (batch) => { if (batch.sessionId === sessionId) events.batch(batch) })

  const watch = createWatch(socket, { clock: events.clock, wake: () => retry.now() })
  return {
    socket,
    open() {
      ended = false
      events.connection({ state: 'connecting' })
      socket.connect()
      watch.start()
    },
    close() {
      ended = true
      waiting.abort()
      retry.stop()
      watch.stop()
      socket.disconnect()
    },
    retryNow: () => { if (!ended) retry.now() },
    rejoin: join,
  }
}

/** Subscribes; no answer within 5 s counts as a lost connection. */
async function joinOnce(socket: SessionSocket, request: { sessionId: SessionId; after: number }): Promise<Result<Subscribed>> {
  try {
    return await socket.timeout(ANSWER_WITHIN_MS).emitWithAck('session:subscribe', request)
  } catch {
    return { ok: false, error: { code: 'internal', message: 'The console did not answer in time.' } }
  }
}

interface Retry { connected(): void; lost(restarting: boolean): void; failed(): void; now(): void; stop(): void }

/** Counts attempts, waits, and says when the next one is due. */
function createRetry({ connect, say }: { connect: () => void; say: (connection: Connection) => void }): Retry {
  let timer: ReturnType<typeof setTimeout> | null = null
  let attempt = 0
  let sinceMs: number | null = null
  let restarting = false
  const clear = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  const attemptNow = (): void => {
    clear()
    say({ state: 'reconnecting', sinceMs: sinceMs ?? Date.now(), attempt, nextTryAtMs: null, restarting })
    connect()
  }
  const wait = (): void => {
    clear()
    attempt += 1
    const delayMs = retryDelayMs(attempt, Math.random())
    timer = setTimeout(attemptNow, delayMs)
    say({ state: 'reconnecting', sinceMs: sinceMs ?? Date.now(), attempt, nextTryAtMs: Date.now() + delayMs, restarting })
  }
  return {
    connected() {
      clear()
      attempt = 0
      sinceMs = null
      restarting = false
      say({ state: 'live' })
    },
    lost(because) {
      sinceMs ??= Date.now()
      restarting ||= because
      if (timer === null) wait()
    },
    failed() {
      sinceMs ??= Date.now()
      wait()
    },
    now() { if (sinceMs !== null) attemptNow() },
    stop: clear,
  }
}

/** Measures the clock, and drops a connection that no longer answers: after sleep it may look open for a long time. */
function createWatch(socket: SessionSocket, host: { clock: LinkEvents['clock']; wake: () => void }) {
  let timer: ReturnType<typeof setInterval> | null = null
  let tickMs = 0
  const ask = (): void => {
    if (!socket.connected) return
    const startMs = Date.now()
    socket.timeout(ANSWER_WITHIN_MS).emitWithAck('clock', {}).then((answer) => {
      const endMs = Date.now()
      if (answer.ok) host.clock({ roundTripMs: endMs - startMs, serverOffsetMs: answer.value.nowMs - (startMs + endMs) / 2 })
    }).catch(() => { if (socket.connected) socket.io.engine.close() })
  }
  const connected = (): void => {
    ask()
    setTimeout(ask, CLOCK_AGAIN_MS)
  }
  const tick = (): void => {
    const slept = Date.now() - tickMs > CLOCK_EVERY_MS + SLEPT_MS
    tickMs = Date.now()
    if (slept) host.wake()
    ask()
  }
  const wake = (): void => {
    if (document.visibilityState !== 'visible') return
    host.wake()
    ask()
  }
  return {
    start() {
      tickMs = Date.now()
      timer ??= setInterval(tick, CLOCK_EVERY_MS)
      socket.on('connect', connected)
      document.addEventListener('visibilitychange', wake)
      window.addEventListener('online', wake)
    },
    stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      socket.off('connect', connected)
      document.removeEventListener('visibilitychange', wake)
      window.removeEventListener('online', wake)
    },
  }
}

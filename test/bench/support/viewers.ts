/** A process of its own that is many viewers: connects, counts, takes latencies, and reports when asked. A line that is a time says itself when it was printed. */
import { io } from 'socket.io-client'
import { decodeEvents } from '#lib/protocol/codec.ts'

/** `sessionId` null: a bare server that sends `one` (an event) or `many` (a list) to everybody. */
export interface ViewersOrder { url: string; viewers: number; sessionId: string | null; cookie: string | null; origin: string }
export interface ViewersReport { received: number; bytes: number; latenciesMs: number[]; cpuMs: number }

/** Viewers that measure latency; all the others only count. */
const WATCHES = 20

/** Comparable between processes of one machine to a fraction of a millisecond. */
const nowMs = (): number => performance.timeOrigin + performance.now()

const count = { received: 0, bytes: 0, latenciesMs: [] as number[] }

function took(atMs: number): void {
  count.latenciesMs.push(nowMs() - atMs)
}

function connect({ url, sessionId, cookie, origin }: ViewersOrder, n: number): Promise<void> {
  const watches = n < WATCHES
  const socket = io(url, {
    transports: ['websocket'], reconnection: false, forceNew: true,
    extraHeaders: { origin, 'x-forwarded-for': `198.51.${100 + (n >> 8)}.${n & 255}`, ...(cookie !== null && { cookie }) },
  })
  socket.on('one', (event: { atMs: number }) => {
    count.received += 1
    if (watches) took(event.atMs)
  })
  socket.on('many', (events: { atMs: number }[]) => {
    count.received += events.length
    if (watches) for (const event of events) took(event.atMs)
  })
  socket.on('session:events', (batch: { firstSeq: number; lastSeq: number; packed: string }) => {
    count.received += batch.lastSeq - batch.firstSeq + 1
    if (watches) for (const event of decodeEvents(Buffer.from(batch.packed, 'base64'))) took(event.kind === 'unrecognised' ? Number(event.text) : event.atMs)
  })
  return new Promise((resolve, reject) => {
    socket.once('connect_error', reject)
    socket.once('connect', () => {
      if (sessionId === null) return resolve()
      socket.emitWithAck('session:subscribe', { sessionId, after: 0 }).then((answer: { ok: boolean }) => (answer.ok ? resolve() : reject(new Error(JSON.stringify(answer)))), reject)
    })
  })
}

function reset(): void {
  count.received = 0
  count.bytes = 0
  count.latenciesMs = []
}

let cpu = process.cpuUsage()
process.on('message', (message: ViewersOrder | 'reset' | 'report') => {
  if (message === 'reset') {
    reset()
    cpu = process.cpuUsage()
    process.send?.('ready')
  } else if (message === 'report') {
    const used = process.cpuUsage(cpu)
    process.send?.({ ...count, cpuMs: (used.user + used.system) / 1000 } satisfies ViewersReport)
  } else {
    const all = Array.from({ length: message.viewers }, (_, n) => n)
    // A few at a time, as people come.
    const some = async (): Promise<void> => {
      for (let n = all.shift(); n !== undefined; n = all.shift()) await connect(message, n)
    }
    Promise.all(Array.from({ length: 20 }, some)).then(() => process.send?.('ready'), (error: unknown) => {
      console.error(error)
      process.exit(1)
    })
  }
})
process.on('disconnect', () => process.exit(0))

/** A viewer by hand: one raw WebSocket that logs every seq it was shown, can stop reading, lose its connection at any moment, and come back where it was. */
import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { decodeEvents } from '#lib/protocol/codec.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import type { Result } from '#lib/protocol/result.ts'
import type { Subscribed } from '#lib/protocol/socket.ts'

export interface ViewerOptions { port: number; cookie: string; sessionId: SessionId; from: string; after?: number }

const PATH = '/socket.io/?EIO=4&transport=websocket'

export class LogViewer {
  /** Every event shown, each once, in order. */
  readonly events: SessionEvent[] = []
  /** Other messages: name and payload. */
  readonly told: { event: string; payload: unknown }[] = []
  /** ms from an event's own time to its arrival here; the newest `keepDelays`. */
  readonly delays: number[] = []
  /** Things that must not happen. */
  readonly faults: string[] = []
  /** Bytes received since the start. */
  bytes = 0
  seq: number
  subscribed: Subscribed | null = null
  readonly #options: ViewerOptions
  #stream: Duplex | null = null
  #closed: Promise<void> = Promise.resolve()
  #ack: ((result: Result<Subscribed>) => void) | null = null
  #rest: Buffer = Buffer.alloc(0)
  #checks = new Set<() => void>()
  #keep: boolean

  /** `keep` false: only seqs are checked, events are not kept. */
  constructor(options: ViewerOptions, keep = true) {
    this.#options = options
    this.#keep = keep
    this.seq = options.after ?? 0
  }

  get open(): boolean { return this.#stream !== null }
  /** Resolves when the connection of now has ended. */
  get closed(): Promise<void> { return this.#closed }
  get localPort(): number { return (this.#stream as Socket | null)?.localPort ?? 0 }

  /** Connects and subscribes from the last seq seen. Rejects when refused. */
  async connect(): Promise<Subscribed> {
    this.#rest = Buffer.alloc(0)
    const acked = new Promise<Result<Subscribed>>((done, fail) => {
      this.#ack = done
      this.#handshake().then(() => {
        void this.#closed.then(() => fail(new Error('closed before the subscription was answered')))
      }, fail)
    })
    const answer = await acked
    if (!answer.ok) {
      this.cut()
      throw new Error(`${answer.error.code}: ${answer.error.message}`)
    }
    this.subscribed = answer.value
    return answer.value
  }

  /** As `connect`, again and again until the server lets it in. */
  async comeBack(limitMs = 30_000): Promise<void> {
    const end = performance.now() + limitMs
    for (;;) {
      const failed = await this.connect().then(() => null, (error: unknown) => error)
      if (failed === null) return
      if (performance.now() > end) throw failed
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  #handshake(): Promise<void> {
    const { port, cookie, from } = this.#options
    return new Promise((done, fail) => {
      const request = httpRequest({
        host: '127.0.0.1', port, path: PATH, agent: false, localAddress: from,
        headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': randomBytes(16).toString('base64'), cookie, origin: `http://127.0.0.1:${port}` },
      })
      request.on('upgrade', (_, stream, head) => {
        this.#take(stream, head)
        done()
      })
      request.on('response', (response) => {
        response.resume()
        fail(new Error(`the handshake was answered ${response.statusCode}`))
      })
      request.on('error', fail)
      request.end()
    })
  }

  #take(stream: Duplex, head: Buffer): void {
    this.#stream = stream
    this.#closed = new Promise((done) => stream.once('close', () => {
      if (this.#stream === stream) this.#stream = null
      done()
    }))
    stream.on('error', () => stream.destroy())
    stream.on('end', () => stream.destroy())
    stream.on('data', (chunk: Buffer) => this.#read(chunk))
    this.#text('40')
    if (head.length > 0) this.#read(head)
  }

  #read(chunk: Buffer): void {
    this.bytes += chunk.length
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (let frame = frameOf(this.#rest); frame !== null; frame = frameOf(this.#rest)) {
      this.#rest = this.#rest.subarray(frame.size)
      if (frame.opcode === 1) this.#packet(frame.payload.toString('utf8'))
      // As a browser does: a close is answered with a close.
      if (frame.opcode === 8) this.#stream?.end(Buffer.from([0x88, 0x80, 0, 0, 0, 0]))
    }
    for (const check of [...this.#checks]) check()
  }

  #packet(text: string): void {
    if (text === '2') return this.#text('3')
    if (text.startsWith('40')) return this.#text(`420["session:subscribe",${JSON.stringify({ sessionId: this.#options.sessionId, after: this.seq })}]`)
    if (text.startsWith('430')) return this.#acked(text)
    if (!text.startsWith('42')) return
    const [event, payload] = JSON.parse(text.slice(2)) as [string, { firstSeq: number; lastSeq: number; packed: string }]
    if (event === 'session:events') this.#events(payload)
    else this.told.push({ event, payload })
  }

  /** At once, not when a promise gets its turn: events may follow in the same packet. */
  #acked(text: string): void {
    const [result] = JSON.parse(text.slice(3)) as [Result<Subscribed>]
    if (result.ok && result.value.snapshot !== null) this.seq = result.value.snapshot.seq
    this.#ack?.(result)
  }

  #events(batch: { firstSeq: number; lastSeq: number; packed: string }): void {
    const nowMs = Date.now()
    if (batch.firstSeq > this.seq + 1) this.faults.push(`a gap: ${batch.firstSeq} after ${this.seq}`)
    if (!this.#keep) {
      this.seq = Math.max(this.seq, batch.lastSeq)
      return
    }
    for (const event of decodeEvents(Buffer.from(batch.packed, 'base64'))) {
      if (event.seq <= this.seq) continue
      if (event.seq !== this.seq + 1) this.faults.push(`${event.seq} after ${this.seq}`)
      this.seq = event.seq
      this.events.push(event)
      if (event.kind === 'ping.reply') this.delays.push(nowMs - event.atMs)
    }
  }

  /** Resolves once `done` says so, asked after everything that arrives. */
  until(what: string, done: (viewer: LogViewer) => boolean, limitMs = 20_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (error: Error | null): void => {
        this.#checks.delete(check)
        clearTimeout(timer)
        if (error === null) resolve()
        else reject(error)
      }
      const check = (): void => { if (done(this)) finish(null) }
      const timer = setTimeout(() => finish(new Error(`not within ${limitMs} ms: ${what} (at seq ${this.seq})`)), limitMs)
      this.#checks.add(check)
      check()
    })
  }

  /** Stops and goes on reading; the kernel's buffers fill meanwhile. */
  pause(): void { this.#stream?.pause() }
  resume(): void { this.#stream?.resume() }
  /** Sends anything. */
  send(text: string): void { this.#text(text) }

  /** The connection ends without a word: RST, as when a laptop wakes in another network. */
  cut(): void {
    const stream = this.#stream as Socket | null
    this.#stream = null
    stream?.resetAndDestroy()
  }

  #text(text: string): void {
    const payload = Buffer.from(text)
    const head = payload.length < 126 ? Buffer.from([0x81, 0x80 | payload.length]) : Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255])
    this.#stream?.write(Buffer.concat([head, Buffer.alloc(4), payload]))
  }
}

function frameOf(bytes: Buffer): { opcode: number; payload: Buffer; size: number } | null {
  if (bytes.length < 2) return null
  const short = (bytes[1] ?? 0) & 127
  const start = short === 126 ? 4 : short === 127 ? 10 : 2
  if (bytes.length < start) return null
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
  if (bytes.length < start + length) return null
  return { opcode: (bytes[0] ?? 0) & 15, payload: bytes.subarray(start, start + length), size: start + length }
}

/** What viewers were shown and the log does not hold, and what they were shown twice or out of order. Empty: as promised. */
export function compare(viewers: readonly LogViewer[], log: readonly SessionEvent[]): string[] {
  const stored = new Map(log.map((event) => [event.seq, JSON.stringify(event)]))
  const gaps = log.flatMap((event, i) => (event.seq === i + 1 ? [] : [`the log has seq ${event.seq} at place ${i + 1}`])).slice(0, 3)
  return [...gaps, ...viewers.flatMap((viewer, n) => [
    ...viewer.faults,
    ...viewer.events.filter((event) => stored.get(event.seq) !== JSON.stringify(event)).slice(0, 3).map((event) => `viewer ${n} was shown ${JSON.stringify(event)}, the log has ${stored.get(event.seq) ?? 'nothing'}`),
  ])]
}

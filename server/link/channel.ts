/** One end of a link connection: decodes every frame that arrives, bounds what waits to be sent, cuts off a peer that misbehaves. */
import type { Socket } from 'node:net'
import { LINK_FRAME_MAX } from '#lib/protocol/link.ts'
import { createFrameReader } from './framing.ts'

/** Most bytes that may wait for a peer that does not read. Beyond it the connection is closed: unbounded memory helps nobody. */
export const LINK_QUEUE_MAX = 16 * 1024 * 1024

/** The part of a zod schema that the channel needs. */
export interface FrameDecoder<T> { safeParse(raw: unknown): { success: true; data: T } | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } } }

export interface Channel<Out> {
  /** Queues one frame. False: the connection is closed, or was just closed because the peer does not read or the frame is too large. */
  send(frame: Out): boolean
  /** Sends what is queued, then closes. `reason` is handed to `onClose`. */
  close(reason: string): void
}

export interface ChannelOptions<In> {
  socket: Socket
  decoder: FrameDecoder<In>
  onFrame(frame: In): void
  /** Called once, with one sentence on why the connection ended. */
  onClose(reason: string): void
  maxQueuedBytes?: number
}

/** Starts reading frames of type `In` from a connected socket and returns the sending side. */
export function openChannel<In, Out>(options: ChannelOptions<In>): Channel<Out> {
  const { socket } = options
  const maxQueued = options.maxQueuedBytes ?? LINK_QUEUE_MAX
  let reason: string | null = null
  let closed = false

  const cut = (why: string): void => {
    if (reason === null) reason = why
    socket.destroy()
  }
  const reader = createFrameReader({
    maxBytes: LINK_FRAME_MAX,
    onFrame(text) {
      if (closed || reason !== null) return
      const frame = decodeFrame(text, options.decoder)
      if (frame.ok) options.onFrame(frame.value)
      else cut(`The peer sent a frame that does not decode (${frame.why}).`)
    },
    onFault: (fault) => cut(fault === 'oversize' ? `The peer sent a frame of more than ${LINK_FRAME_MAX} bytes.` : 'The peer sent bytes that are not UTF-8.'),
  })
  socket.on('data', (chunk: Buffer) => reader.push(chunk))
  socket.on('error', (error) => cut(`The connection failed: ${error.message}.`))
  socket.on('close', () => {
    if (closed) return
    closed = true
    options.onClose(reason ?? 'The peer closed the connection.')
  })

  return {
    send(frame) {
      if (closed || reason !== null || socket.destroyed) return false
      const text = `${JSON.stringify(frame)}\n`
      if (Buffer.byteLength(text) > LINK_FRAME_MAX + 1) { cut('A frame of ours was too large to send.'); return false }
      socket.write(text)
      if (socket.writableLength > maxQueued) { cut(`The peer left ${socket.writableLength} bytes unread.`); return false }
      return true
    },
    close(why) {
      if (closed) return
      if (reason === null) reason = why
      // end() flushes; a peer that does not read is not waited for.
      socket.end()
      setTimeout(() => socket.destroy(), 500).unref()
    },
  }
}

function decodeFrame<T>(text: string, decoder: FrameDecoder<T>): { ok: true; value: T } | { ok: false; why: string } {
  let raw: unknown
  try { raw = JSON.parse(text) } catch { return { ok: false, why: 'not JSON' } }
  const decoded = decoder.safeParse(raw)
  if (decoded.success) return { ok: true, value: decoded.data }
  const issue = decoded.error.issues[0]
  return { ok: false, why: issue === undefined ? 'no reason given' : `${issue.path.map(String).join('.') || 'frame'}: ${issue.message}` }
}

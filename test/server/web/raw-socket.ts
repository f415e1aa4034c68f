/** A WebSocket client by hand: any handshake, any frame, and it can stop reading. For tests that play a hostile or sleeping peer. */
import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import type { Duplex } from 'node:stream'

export interface Shake { path?: string; headers?: Record<string, string> }

export interface RawSocket {
  status: 101
  stream: Duplex
  /** Text frames received so far. */
  received: string[]
  text(payload: string): void
  frame(opcode: number, payload: Buffer): void
  /** Resolves with the first text frame, received or still to come, that fits. */
  next(fits: (text: string) => boolean): Promise<string>
  closed: Promise<void>
}

const PATH = '/socket.io/?EIO=4&transport=websocket'

/** The open socket, or the status of the refusal; `cut` when the connection was closed without one. */
export function rawSocket(port: number, { path = PATH, headers = {} }: Shake): Promise<RawSocket | { status: number | 'cut' }> {
  return new Promise((resolve) => {
    const request = httpRequest({
      host: '127.0.0.1', port, path, agent: false,
      headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': randomBytes(16).toString('base64'), ...headers },
    })
    request.on('upgrade', (_, stream, head) => resolve(wrap(stream, head)))
    request.on('response', (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0 })
    })
    request.on('error', () => resolve({ status: 'cut' }))
    request.end()
  })
}

/** As `rawSocket`, for peers that must get in. */
export async function openRawSocket(port: number, shake: Shake): Promise<RawSocket> {
  const socket = await rawSocket(port, shake)
  if ('stream' in socket) return socket
  throw new Error(`the handshake was answered ${socket.status}`)
}

function wrap(stream: Duplex, head: Buffer): RawSocket {
  const received: string[] = []
  const waiting = new Set<() => void>()
  let rest = head
  const frame = (opcode: number, payload: Buffer): void => void stream.write(encodeFrame(opcode, payload))
  const take = (chunk: Buffer): void => {
    rest = Buffer.concat([rest, chunk])
    for (let parsed = decodeFrame(rest); parsed !== null; parsed = decodeFrame(rest)) {
      rest = rest.subarray(parsed.size)
      if (parsed.opcode === 1) received.push(parsed.payload.toString('utf8'))
      if (parsed.opcode === 8) stream.destroy()
      if (parsed.opcode === 1 && received.at(-1) === '2') frame(1, Buffer.from('3'))
    }
    for (const check of [...waiting]) check()
  }
  const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()))
  stream.on('error', () => stream.destroy())
  stream.on('end', () => stream.destroy())
  stream.on('data', take)
  take(Buffer.alloc(0))
  return {
    status: 101, stream, received, frame, closed,
    text: (payload) => frame(1, Buffer.from(payload)),
    next: (fits) => new Promise((resolve) => {
      let looked = 0
      const check = (): void => {
        for (; looked < received.length; looked += 1) {
          const text = received[looked] ?? ''
          if (!fits(text)) continue
          waiting.delete(check)
          return resolve(text)
        }
      }
      waiting.add(check)
      check()
    }),
  }
}

/** Client frames are masked; a mask of zeros is a mask. */
function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const length = payload.length < 126 ? Buffer.from([0x80 | payload.length]) : payload.length < 65_536 ? Buffer.alloc(3) : Buffer.alloc(9)
  if (length.length === 3) {
    length[0] = 0x80 | 126
    length.writeUInt16BE(payload.length, 1)
  } else if (length.length === 9) {
    length[0] = 0x80 | 127
    length.writeBigUInt64BE(BigInt(payload.length), 1)
  }
  return Buffer.concat([Buffer.from([0x80 | opcode]), length, Buffer.alloc(4), payload])
}

function decodeFrame(bytes: Buffer): { opcode: number; payload: Buffer; size: number } | null {
  if (bytes.length < 2) return null
  const opcode = (bytes[0] ?? 0) & 15
  const short = (bytes[1] ?? 0) & 127
  const start = short === 126 ? 4 : short === 127 ? 10 : 2
  if (bytes.length < start) return null
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
  if (bytes.length < start + length) return null
  return { opcode, payload: bytes.subarray(start, start + length), size: start + length }
}

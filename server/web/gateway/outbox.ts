/** How much one socket still has to send, and sending in spite of it: the log waits, the latest value of anything else replaces the one before. */
import type { ServerToClient } from '#lib/protocol/socket.ts'
import type { LiveSocket } from './types.ts'

/** Unsent bytes and packets of one socket beyond which nothing more is handed to it. */
export const UNSENT_BYTES_MAX = 256 * 1024
export const UNSENT_PACKETS_MAX = 32

export interface Outbox {
  /** False while the socket holds more than its allowance. */
  ready(): boolean
  /** Sends now, or keeps the newest of its key until the socket has drained. */
  latest<E extends keyof ServerToClient>(key: string, event: E, ...args: Parameters<ServerToClient[E]>): void
  /** Bytes that were handed to the socket and are not written yet. */
  unsent(): number
  /** Called each time the socket has written what it had. */
  onDrained(listener: () => void): void
}

export function createOutbox(socket: LiveSocket): Outbox {
  const held = new Map<string, () => void>()
  const listeners: (() => void)[] = []
  // Whether anybody was told no since the last drain: only then does somebody wait for one. Most sockets drain 30 times a second for nobody.
  let awaited = false
  const ready = (): boolean => {
    const hasRoom = unsentPackets(socket) <= UNSENT_PACKETS_MAX && unsentBytes(socket) <= UNSENT_BYTES_MAX
    if (!hasRoom) awaited = true
    return hasRoom
  }
  // A WebSocket transport says `ready` when everything handed to it has been written; only that one transport is allowed here.
  socket.conn.transport.on('ready', () => {
    if (!awaited || !ready()) return
    awaited = false
    const waiting = [...held.values()]
    held.clear()
    for (const send of waiting) send()
    for (const listener of listeners) listener()
  })
  return {
    ready,
    latest(key, event, ...args) {
      const send = (): void => void socket.emit(event, ...args)
      if (ready()) send()
      else held.set(key, send)
    },
    unsent: () => unsentBytes(socket),
    onDrained: (listener) => void listeners.push(listener),
  }
}

/** Packets that the engine holds because the transport is busy. The array is private in engine.io's types; its name is stable since 2013. */
function unsentPackets(socket: LiveSocket): number {
  const conn: object = socket.conn
  const packets: unknown = 'writeBuffer' in conn ? conn.writeBuffer : []
  return Array.isArray(packets) ? packets.length : 0
}

/** Bytes that ws has accepted and not written. The field is not in engine.io's types; without it only packets are counted. */
function unsentBytes(socket: LiveSocket): number {
  const transport: object = socket.conn.transport
  const raw: unknown = 'socket' in transport ? transport.socket : null
  const bytes: unknown = typeof raw === 'object' && raw !== null && 'bufferedAmount' in raw ? raw.bufferedAmount : 0
  return typeof bytes === 'number' ? bytes : 0
}

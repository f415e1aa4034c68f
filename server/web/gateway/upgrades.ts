/** Every HTTP upgrade: ours go to the engine once admitted, hot reload to Next in development, all others are destroyed before Next sees them (S7). */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Web } from '../context.ts'
import { isOurHost, mayComeFrom } from '../http/callers.ts'
import { admit, type Admission, type Refusal } from './admission.ts'

export const SOCKET_PATH = '/socket.io/'

/** Admissions waiting for the engine to make a socket of their request. */
export type Admitted = WeakMap<IncomingMessage, Admission>

export interface Upgrades { engine: Server; admitted: Admitted; development: Server | null }

/** A server that never listens: what attaches to it only gets what is emitted on it here. */
export const quietServer = (): Server => createServer()

export function takeUpgrade(web: Web, upgrades: Upgrades, incoming: { request: IncomingMessage; socket: Duplex; head: Buffer }): void {
  const { request, socket, head } = incoming
  socket.on('error', () => socket.destroy())
  const url = request.url ?? ''
  if (url.startsWith(`${SOCKET_PATH}?`)) return takeSocket(web, upgrades, incoming)
  const hot = upgrades.development !== null && url.startsWith('/_next/') && isOurHost(request, web.config) && mayComeFrom(request, web.config)
  if (hot) upgrades.development?.emit('upgrade', request, socket, head)
  else socket.destroy()
}

function takeSocket(web: Web, { engine, admitted }: Upgrades, { request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer }): void {
  // An engine session id in a handshake is only needed to upgrade from polling, which does not exist here.
  if (/[?&]sid=/.test(request.url ?? '')) return answer(socket, { status: 400, reason: 'Bad Request' })
  const decision = admit(web, request)
  if ('refusal' in decision) return answer(socket, decision.refusal)
  admitted.set(request, decision.admission)
  socket.once('close', decision.admission.release)
  engine.emit('upgrade', request, socket, head)
}

function answer(socket: Duplex, { status, reason }: Refusal): void {
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\r\n`, () => socket.destroy())
}

/** One TCP connection to a literal address, and what became of it. */
// @ts-check
import { connect, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { codeOf, toMicro, wallMs } from './output.mjs'

/** @typedef {'open' | 'refused' | 'timeout' | 'unreachable' | 'denied' | 'error'} State */
/** @typedef {{ address: string, sentAtMs: number, state: State, ms: number | null, code: string | null }} Tried */
/** @typedef {Tried & { socket?: import('node:net').Socket }} Opened `socket` is there where the state is open, and then the caller's. */
/** @typedef {{ address: string, port: number, timeoutMs: number, signal?: AbortSignal }} Place */

/** After the connection stood: how long, and how many bytes, a peer may take to say good-bye. */
const FAREWELL_MS = 1000
const FAREWELL_BYTES = 4096

/** @type {Readonly<Record<string, State>>} */
const STATES = {
  ECONNREFUSED: 'refused', ETIMEDOUT: 'timeout', EHOSTUNREACH: 'unreachable', ENETUNREACH: 'unreachable', EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable', ENONET: 'unreachable', EPROTO: 'unreachable', ENOPROTOOPT: 'unreachable', EPERM: 'denied', EACCES: 'denied',
}

/**
 * Connects; never rejects. `ms` is null for what the vantage's own kernel refused before anything was sent. Null: `signal` came first.
 * @param {Place} place
 * @returns {Promise<Opened | null>}
 */
export function openTcp({ address, port, timeoutMs, signal }) {
  // The system takes the name of a link that is not there for "any link".
  if (!hasLink(address)) return Promise.resolve({ address, sentAtMs: wallMs(), state: 'error', ms: null, code: 'ENODEV' })
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve(null)
    let sentAtMs = 0
    let startMs = 0
    let isAtOnce = true
    // Node connects in a tick of its own: the ticks around it mark the moment, and tell what failed within the call.
    process.nextTick(() => { sentAtMs = wallMs(); startMs = performance.now() })
    const socket = connect({ host: address, port, family: isIP(address), noDelay: true, allowHalfOpen: true })
    process.nextTick(() => { isAtOnce = socket.destroyed })
    /** @param {State} state @param {string | null} code */
    const end = (state, code) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      const isSent = state === 'open' || !isAtOnce
      const told = { address, sentAtMs, state, ms: isSent ? toMicro(performance.now() - startMs) : null, code, ...(state === 'open' ? { socket } : {}) }
      if (state !== 'open') socket.destroy()
      else socket.removeListener('error', failed)
      // The socket is never without somebody who takes its errors.
      socket.on('error', ignored)
      resolve(told)
    }
    /** @param {Error} error */
    const failed = (error) => {
      const code = codeOf(error)
      end(stateOf(code, isAtOnce), code)
    }
    const stop = () => {
      clearTimeout(timer)
      socket.on('error', ignored).destroy()
      resolve(null)
    }
    const timer = setTimeout(() => end('timeout', null), timeoutMs)
    signal?.addEventListener('abort', stop, { once: true })
    socket.once('connect', () => { isAtOnce = false; end('open', null) }).once('error', failed)
  })
}

/**
 * "Not permitted" that comes back from the network is a router's word (ICMPv6 administratively prohibited), not the vantage's own.
 * @param {string | null} code @param {boolean} isAtOnce
 * @returns {State}
 */
function stateOf(code, isAtOnce) {
  const state = STATES[code ?? ''] ?? 'error'
  return state === 'denied' && !isAtOnce ? 'unreachable' : state
}

/** @param {string} address */
function hasLink(address) {
  const zone = address.split('%')[1]
  return zone === undefined || Object.hasOwn(networkInterfaces(), zone)
}

const ignored = () => undefined

/**
 * Closes with a FIN and lets the peer close too, so that a server sees a client that left, not one that broke: a reset is logged as an error by
 * many. What it says meanwhile is thrown away, within bounds.
 * @param {import('node:net').Socket} socket
 */
export function leave(socket) {
  let bytes = 0
  const timer = setTimeout(() => socket.destroy(), FAREWELL_MS)
  socket.once('close', () => clearTimeout(timer))
  socket.once('end', () => socket.destroy())
  socket.on('data', (/** @type {Buffer} */ chunk) => {
    bytes += chunk.length
    if (bytes > FAREWELL_BYTES) socket.destroy()
  })
  socket.end()
}

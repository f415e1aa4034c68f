/** TCP connections to some addresses at a steady interval, each told in a line as it ends. */
// @ts-check
import { setTimeout as wait } from 'node:timers/promises'
import { leave, openTcp } from './connect.mjs'
import { printTcp } from './output.mjs'

/**
 * Rounds lie on a grid of the interval from the first one; one that is missed (the vantage slept) is left out, not caught up. Resolves when every
 * connection has ended, or at once when `signal` comes: what is under way then is not told.
 * @param {import('./words.mjs').TcpOrder} order @param {AbortSignal} signal
 */
export async function tcpPing({ addresses, port, count, intervalMs, timeoutMs, first }, signal) {
  /** @type {Set<Promise<void>>} */
  const underWay = new Set()
  const startMs = performance.now()
  let slot = 0
  for (let sent = 0; (count === 0 || sent < count) && !signal.aborted; sent++) {
    for (const address of addresses) {
      const one = tryOne({ address, port, timeoutMs, signal }, first + sent)
      underWay.add(one)
      void one.finally(() => underWay.delete(one))
    }
    if (count !== 0 && sent + 1 >= count) break
    slot = Math.max(slot + 1, Math.ceil((performance.now() - startMs) / intervalMs))
    await wait(Math.max(0, startMs + slot * intervalMs - performance.now()), undefined, { signal }).catch(() => undefined)
  }
  await Promise.all(underWay)
}

/** @param {import('./connect.mjs').Place} place @param {number} n */
async function tryOne(place, n) {
  const tried = await openTcp(place)
  if (tried === null) return
  if (tried.socket) leave(tried.socket)
  printTcp({ ...tried, port: place.port, n })
}

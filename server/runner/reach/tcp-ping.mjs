/** TCP connections to some addresses at a steady interval, each told in a line as it ends. */
// @ts-check
import { setTimeout as wait } from 'node:timers/promises'
import { leave, openTcp } from './connect.mjs'
import { printTcp } from './output.mjs'

/**
 * Rounds lie on a grid of the interval from the first one; one that is missed (the vantage slept) is left out, not caught up. Resolves when every
 * connection has ended, or at once when `signal` comes: what is under way then is not told. `watch` ends it early.
 * @param {import('./words.mjs').TcpOrder} order @param {AbortSignal} signal
 */
export async function tcpPing({ addresses, port, count, intervalMs, timeoutMs, first, watch }, signal) {
  /** @type {Set<Promise<void>>} */
  const underWay = new Set()
  const trouble = new AbortController()
  const watched = addresses.map((address) => ({ address, sees: watcher(watch, () => trouble.abort()) }))
  const over = AbortSignal.any([signal, trouble.signal])
  const startMs = performance.now()
  let slot = 0
  const most = count === 0 ? Infinity : count
  for (let sent = 0; sent < most && !over.aborted; sent++) {
    for (const { address, sees } of watched) {
      const one = tryOne({ address, port, timeoutMs, signal }, first + sent).then(sees)
      underWay.add(one)
      void one.finally(() => underWay.delete(one))
    }
    if (sent + 1 >= most) break
    slot = Math.max(slot + 1, Math.ceil((performance.now() - startMs) / intervalMs))
    await wait(Math.max(0, startMs + slot * intervalMs - performance.now()), undefined, { signal: over }).catch(() => undefined)
  }
  await Promise.all(underWay)
}

/**
 * Resolves to how it ended; null: it was stopped.
 * @param {import('./connect.mjs').Place} place @param {number} n
 */
async function tryOne(place, n) {
  const tried = await openTcp(place)
  if (tried === null) return null
  if (tried.socket) leave(tried.socket)
  printTcp({ ...tried, port: place.port, n })
  return tried.state
}

/**
 * Takes what becomes of one address, and tells once it is another trouble than at first, so many times in a row. 0: never.
 * @param {number} times @param {() => void} tell
 */
function watcher(times, tell) {
  /** @type {string | null} */
  let before = null
  let last = ''
  let row = 0
  return (/** @type {string | null} */ state) => {
    if (state === null || times === 0) return
    before ??= state
    row = state === last ? row + 1 : 1
    last = state
    if (state !== 'open' && state !== before && row >= times) tell()
    // Trouble that went away and comes back is new.
    if (state === 'open' && row >= times) before = 'open'
  }
}

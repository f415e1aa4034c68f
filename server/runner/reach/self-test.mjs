/** Shows that TCP works on this host at all: a connection of the probe to itself. */
// @ts-check
import { createServer } from 'node:net'
import { leave, openTcp } from './connect.mjs'

const TIMEOUT_MS = 2000

/** @returns {Promise<string | null>} Why it does not work; null: it does. */
export async function selfTest() {
  const server = createServer((peer) => peer.on('error', () => undefined).end())
  /** @type {string | null} */
  const problem = await new Promise((resolve) => {
    server.once('error', (error) => resolve(error.message))
    server.listen({ host: '127.0.0.1', port: 0 }, () => resolve(null))
  })
  if (problem !== null) return problem
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const tried = await openTcp({ address: '127.0.0.1', port, timeoutMs: TIMEOUT_MS })
  if (tried?.socket) leave(tried.socket)
  server.close()
  return tried?.state === 'open' ? null : `a connection to 127.0.0.1 ended as ${tried?.state ?? 'nothing'} ${tried?.code ?? ''}`.trim()
}

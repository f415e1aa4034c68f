/**
 * hopscope-reach: opens TCP connections to literal addresses and, where asked, speaks TLS and asks for the head of one page. Resolves no name,
 * sends no body, follows nothing. Its lines are read by lib/tools/reach/lines.ts.
 */
// @ts-check
import { check } from './check.mjs'
import { selfTest } from './self-test.mjs'
import { tcpPing } from './tcp-ping.mjs'
import { readOrder, UsageError } from './words.mjs'

const stop = new AbortController()
for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(name, () => stop.abort())

/** @returns {Promise<number>} The exit code. */
async function main() {
  const order = readOrder(process.argv.slice(2))
  if (order.command === 'version') console.log('hopscope-reach 1')
  else if (order.command === 'self-test') {
    const problem = await selfTest()
    console.log(problem === null ? 'ok' : `not ok: ${problem}`)
    return problem === null ? 0 : 1
  } else if (order.command === 'tcp') await tcpPing(order, stop.signal)
  else await check(order, stop.signal)
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`hopscope-reach: ${error.message}`)
  process.exitCode = 2
}
if (stop.signal.aborted) process.exit(0)

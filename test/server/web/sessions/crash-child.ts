/**
 * Writes events to a store as fast as it takes them and says of each published batch, with one write(2), what a viewer saw.
 * Ends itself with SIGKILL at the moment it is told: argv = folder, fake fold URL, moment, count.
 */
import { writeSync } from 'node:fs'
import { decodeEvents } from '#lib/protocol/codec.ts'
import { SqliteSessionStore } from '#server/web/sessions/store.ts'
import { pingEvents } from '#test/lib/protocol/sample-events.ts'
import { idOf, newSession, queued, runOne, storeOptions } from './harness.ts'

const [dir = '', moment = 'publish', count = '1'] = process.argv.slice(2)
const limit = Number(count)
const kill = (): void => void process.kill(process.pid, 'SIGKILL')

const store = await SqliteSessionStore.open(storeOptions(dir, { limits: { commitEveryMs: 0, transactionGapMs: 0 } }))
await store.create(newSession(1), 1)
await store.append(idOf(1), [queued(runOne, 2)])
let published = 0
await store.subscribe(idOf(1), 0, {
  ready: () => true,
  send(batch) {
    const seen = decodeEvents(batch.bytes).map((event) => `${event.seq} ${event.atMs}`)
    writeSync(1, `${seen.join('\n')}\n`)
    if (moment === 'publish' && ++published >= limit) kill()
  },
  behind: () => undefined,
}, { noSnapshot: true })
if (moment === 'time') setTimeout(kill, limit)
const events = pingEvents(20_000)
let asked = 0
for (let at = 0; at < events.length; at += 7) {
  const work = store.append(idOf(1), events.slice(at, at + 7))
  // Some appends are awaited, so that commits of one and of many batches both occur.
  if (at % 3 === 0) await work
  if (moment === 'append' && ++asked >= limit) kill()
}
kill()

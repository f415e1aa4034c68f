/** Fills a small tmpfs under a running store and frees it again. Runs in a mount namespace of its own; argv = an empty folder. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { SqliteSessionStore } from '#server/web/sessions/store.ts'
import { numbered, pingEvents } from '#test/lib/protocol/sample-events.ts'
import { idOf, newSession, queued, runOne, stateOf, storeOptions, Watcher } from './harness.ts'

const dir = process.argv[2] ?? ''
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'hopscope-test', dir])

/** Writes until there is no room for another byte. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  for (let size = 65536; size >= 1;) {
    try {
      writeSync(file, Buffer.alloc(size))
    } catch {
      size = Math.floor(size / 2)
    }
  }
  closeSync(file)
}

const store = await SqliteSessionStore.open(storeOptions(dir, { limits: { retryMs: 20 } }))
await store.create(newSession(1), 1)
await store.append(idOf(1), [queued(runOne, 2)])
const watcher = new Watcher()
await store.subscribe(idOf(1), 0, watcher, { noSnapshot: true })
await watcher.reached(2)
fill(join(dir, 'ballast'))

const events = pingEvents(3000)
const failed = stateOf(store, false)
for (let at = 0; at < 2000; at += 100) void store.append(idOf(1), events.slice(at, at + 100))
const state = await failed
assert.ok(!state.ok)
assert.match(state.message, /disk .* is full.*Free some space/)
assert.deepEqual(await store.append(idOf(1), events.slice(2000)), { firstSeq: 0, lastSeq: -1 })
await assert.rejects(store.create(newSession(2), 5), { name: 'StorageError', fault: 'full' })
const stored = await store.read(idOf(1), 0, 10_000)
assert.ok(watcher.seq <= stored.length, 'a viewer saw more than is stored')
assert.ok(stored.length < 3002, 'the disk was not full')

rmSync(join(dir, 'ballast'))
await stateOf(store, true)
await watcher.reached(3002)
assert.deepEqual(watcher.events.slice(2), numbered(events, 3))
assert.deepEqual(await store.read(idOf(1), 0, 10_000), watcher.events)
assert.equal((await store.create(newSession(2), 5)).lastSeq, 1)
await store.close()
process.stdout.write('stored again\n')

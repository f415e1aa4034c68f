/** What happens when the disk is full, locked or damaged; and how the file is brought up to date. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StorageError } from '#server/web/sessions/options.ts'
import { SqliteSessionStore } from '#server/web/sessions/store.ts'
import type { AppendState } from '#server/web/sessions/types.ts'
import { MIGRATIONS, openDatabase } from '#server/web/sessions/worker/schema.ts'
import { pingEvents } from '#test/lib/protocol/sample-events.ts'
import { ended, idOf, newSession, queued, removeDir, runOne, stateOf, storeOptions, tempDir, Watcher, withStore } from './harness.ts'

const database = (dir: string): DatabaseSync => new DatabaseSync(join(dir, 'sessions.db'))
/** Another program that holds the write lock until it is told to let go. */
function lock(dir: string): () => void {
  const other = database(dir)
  other.exec('begin immediate')
  return () => {
    other.exec('rollback')
    other.close()
  }
}
/** Only root may mount, and only in a mount namespace of its own, which ends with the child. */
const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0
const FULL_DISK = fileURLToPath(new URL('./full-disk-child.ts', import.meta.url))

describe('a full disk', () => {
  it.skipIf(!canMount)('is told at once, loses nothing that fits the buffer, and mends itself (NOT RUN unless root: it mounts a 4 MB tmpfs)', () => {
    const dir = tempDir()
    onTestFinished(() => removeDir(dir))
    const { status, stdout, stderr } = spawnSync('unshare', ['-m', '--propagation', 'private', process.execPath, FULL_DISK, dir], { encoding: 'utf8' })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'stored again\n', stderr: '' })
  })
})

describe('a locked database', () => {
  it('is waited for without a word when it is short', () => withStore(async (store, dir) => {
    await store.create(newSession(1), 1)
    const states: AppendState[] = []
    store.on('state', (state) => states.push(state))
    const release = lock(dir)
    const work = store.append(idOf(1), pingEvents(3))
    setTimeout(release, 150)
    expect(await work).toEqual({ firstSeq: 2, lastSeq: 4 })
    expect(states).toEqual([])
  }))

  it('holds what comes within bounds, then drops the oldest measurements, counts them, and never the ends of runs', () => withStore(async (store, dir) => {
    await store.create(newSession(1), 1)
    await store.append(idOf(1), [queued(runOne, 2)])
    const watcher = new Watcher()
    await store.subscribe(idOf(1), 0, watcher)
    const release = lock(dir)
    const events = pingEvents(400)
    const first = store.append(idOf(1), events.slice(0, 100))
    const state = await stateOf(store, false)
    expect(state).toMatchObject({ ok: false, message: expect.stringContaining('holds the session log locked') })
    expect(state.ok ? 0 : state.notStoredFromMs).toBeGreaterThan(Date.now() - 10_000)
    expect(await first).toEqual({ firstSeq: 0, lastSeq: -1 })
    await store.append(idOf(1), [ended(runOne, 77)])
    // 10 kB hold about 100 events: the first hundreds go, the run's end stays.
    for (let at = 100; at < 400; at += 10) await store.append(idOf(1), events.slice(at, at + 10))
    expect(watcher.seq).toBe(2)
    release()
    await stateOf(store, true)
    const again = await store.append(idOf(1), [{ kind: 'clock.step', deltaMs: 5, atMs: 9e12 }])
    await watcher.reached(again.lastSeq)
    const log = await store.read(idOf(1), 2, 10_000)
    expect(watcher.events.slice(2)).toEqual(log)
    const gap = log.find((event) => event.kind === 'log.gap')
    const kept = log.filter((event) => event.kind.startsWith('ping.') || event.kind === 'unrecognised')
    expect(kept.length).toBeGreaterThan(40)
    expect(kept.map((event) => event.atMs)).toEqual(events.slice(400 - kept.length).map((event) => event.atMs))
    const dropped = events.slice(0, 400 - kept.length).map((event) => event.atMs)
    expect(gap).toMatchObject({ events: 400 - kept.length, fromMs: Math.min(...dropped), toMs: Math.max(...dropped), atMs: Math.max(...dropped) })
    expect(log.map((event) => event.kind).slice(0, 2)).toEqual(['run.ended', 'log.gap'])
    expect(log.at(-1)).toMatchObject({ kind: 'clock.step' })
    expect(await store.summary(idOf(1))).toMatchObject({ live: false, lastSeq: again.lastSeq })
  }, { limits: { patienceMs: 300, retryMs: 20, holdBytes: 10_000 } }))

  it('keeps the line numbers of output that had to be dropped', () => withStore(async (store, dir) => {
    await store.create(newSession(1), 1)
    await store.append(idOf(1), [queued(runOne, 2)])
    const release = lock(dir)
    const failed = stateOf(store, false)
    for (let n = 1; n <= 50; n++) void store.appendTranscript(idOf(1), runOne, Buffer.from(`line ${n}\n`), n)
    await failed
    await store.append(idOf(1), pingEvents(1))
    release()
    await stateOf(store, true)
    await store.settled()
    const page = await store.transcript(idOf(1), runOne, 1, 100)
    expect(page.totalLines).toBe(50)
    expect(page.lines[0]?.text).toBe('')
    expect(page.lines[49]?.text).toBe('line 50')
  }, { limits: { patienceMs: 300, retryMs: 20, holdBytes: 200 } }))
})

describe('a damaged chunk', () => {
  it('is refused with a sentence that names the events, and the rest stays readable', async () => {
    const dir = tempDir()
    onTestFinished(() => removeDir(dir))
    const store = await SqliteSessionStore.open(storeOptions(dir))
    await store.create(newSession(1), 1)
    await store.append(idOf(1), pingEvents(1500))
    await store.settled()
    await store.close()
    const other = database(dir)
    const row = other.prepare('select id, first, last, body from chunk order by first limit 1 offset 1').get()
    const body = row?.['body']
    if (!(body instanceof Uint8Array)) throw new Error('no second chunk')
    other.prepare('update chunk set body = ? where id = ?').run(body.subarray(0, body.length - 9), row?.['id'] ?? 0)
    other.close()
    const again = await SqliteSessionStore.open(storeOptions(dir))
    const refused = again.read(idOf(1), 0, 10_000)
    await expect(refused).rejects.toBeInstanceOf(StorageError)
    await expect(refused).rejects.toThrow(`Events ${String(row?.['first'])} to ${String(row?.['last'])} of this session are damaged`)
    await expect(again.readPacked(idOf(1), 600, 1e6)).rejects.toMatchObject({ fault: 'damaged' })
    expect(await again.read(idOf(1), 0, 500)).toHaveLength(500)
    expect((await again.read(idOf(1), 1300, 10_000)).at(-1)?.seq).toBe(1501)
    await again.close()
  })
})

describe('the schema', () => {
  it('is made in an empty folder and found again', () => {
    const dir = tempDir()
    onTestFinished(() => removeDir(dir))
    openDatabase(join(dir, 'deeper')).close()
    const db = openDatabase(join(dir, 'deeper'))
    expect(db.prepare('pragma user_version').get()).toMatchObject({ user_version: MIGRATIONS.length })
    expect(db.prepare('pragma journal_mode').get()).toMatchObject({ journal_mode: 'wal' })
    expect(db.prepare('pragma auto_vacuum').get()).toMatchObject({ auto_vacuum: 2 })
    db.close()
    expect(readdirSync(join(dir, 'deeper')).filter((name) => name.includes('schema'))).toEqual([])
  })

  it('of a newer version is refused with a sentence and left alone', async () => {
    const dir = tempDir()
    onTestFinished(() => removeDir(dir))
    const db = openDatabase(dir)
    db.exec('pragma user_version = 99')
    db.close()
    await expect(SqliteSessionStore.open(storeOptions(dir))).rejects.toMatchObject({ fault: 'newer', message: expect.stringMatching(/newer version of Hopscope \(schema 99; this one knows \d+\)/) })
    const after = database(dir)
    expect(after.prepare('pragma user_version').get()).toMatchObject({ user_version: 99 })
    after.close()
  })

  it('goes forward step by step, after a copy of the older file; a step that fails changes nothing', () => {
    const dir = tempDir()
    onTestFinished(() => removeDir(dir))
    const one = openDatabase(dir, MIGRATIONS.slice(0, 1))
    one.prepare("insert into session (id, title, target, vantage, by_name, visibility, created_ms, last_ms) values ('a','t','x','v','k','team',1,1)").run()
    one.close()
    const good = 'alter table session add column extra text'
    expect(() => openDatabase(dir, [...MIGRATIONS.slice(0, 1), good, 'create table session (x)'])).toThrow(/already exists/)
    const half = database(dir)
    expect(half.prepare('pragma user_version').get()).toMatchObject({ user_version: 2 })
    half.close()
    expect(existsSync(join(dir, 'sessions.db.schema-1'))).toBe(true)
    const two = openDatabase(dir, [...MIGRATIONS.slice(0, 1), good, 'create table more (x) strict'.replace(' strict', '')])
    expect(two.prepare('select id, extra from session').all()).toMatchObject([{ id: 'a', extra: null }])
    expect(two.prepare('pragma user_version').get()).toMatchObject({ user_version: 3 })
    two.close()
    const copy = new DatabaseSync(join(dir, 'sessions.db.schema-1'))
    expect(copy.prepare('select id from session').all()).toMatchObject([{ id: 'a' }])
    expect(copy.prepare('pragma user_version').get()).toMatchObject({ user_version: 1 })
    copy.close()
  })
})

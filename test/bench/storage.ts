/** The session store beside a bare node:sqlite that inserts JSON rows, in the same run and on the same disk. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import type { Observed } from '#lib/protocol/events.ts'
import type { SessionFold, StoreLimits, StoreOptions } from '#server/web/sessions/options.ts'
import { fold as product } from '#server/web/sessions/session-fold.ts'
import { SqliteSessionStore } from '#server/web/sessions/store.ts'
import { pingEvents } from '#test/lib/protocol/sample-events.ts'
import { idOf, newSession, queued, removeDir, runOne, storeOptions, tempDir } from '#test/server/web/sessions/harness.ts'
import type { Figure } from './codec.ts'
import { fold as counting } from './counting-fold.ts'

const EVENTS = 200_000
const GROUP = 100
const FLOW_SECONDS = 5
const FLOW_RATE = 200

const round = (value: number): number => Number(value.toPrecision(3))

/** Rows of JSON, a hundred a transaction, on this very thread: the plain way. */
function bare(dir: string, events: readonly Observed[]): { perSecond: number; bytes: number; readMs: number } {
  const path = join(dir, 'bare.db')
  const db = new DatabaseSync(path)
  db.exec('pragma journal_mode = wal; pragma synchronous = normal; create table e (session integer, seq integer, body text, primary key (session, seq)) without rowid')
  const insert = db.prepare('insert into e values (1, ?, ?)')
  const started = performance.now()
  for (let at = 0; at < events.length; at += GROUP) {
    db.exec('begin')
    for (let i = at; i < Math.min(at + GROUP, events.length); i++) insert.run(i + 1, JSON.stringify(events[i]))
    db.exec('commit')
  }
  const perSecond = (events.length / (performance.now() - started)) * 1000
  db.exec('pragma wal_checkpoint(truncate)')
  const read = performance.now()
  for (const row of db.prepare('select body from e where session = 1 order by seq').iterate()) JSON.parse(String(row['body']))
  const readMs = performance.now() - read
  db.close()
  return { perSecond, bytes: statSync(path).size / events.length, readMs }
}

/** Appends without waiting for each, as the runs of several sessions do; done when the last is committed, folded and published. */
async function appendAll(store: SqliteSessionStore, events: readonly Observed[]): Promise<number> {
  const started = performance.now()
  let pending: Promise<unknown>[] = []
  for (let at = 0; at < events.length; at += GROUP) {
    pending.push(store.append(idOf(1), events.slice(at, at + GROUP)))
    if (pending.length < 50) continue
    await Promise.all(pending)
    pending = []
  }
  await Promise.all(pending)
  return (events.length / (performance.now() - started)) * 1000
}

/** 200 events a second for some seconds: the time this very thread worked, and the longest single stall. */
async function flow(append: (events: readonly Observed[]) => Promise<unknown>): Promise<{ busyMsPerS: number; longestMs: number }> {
  const events = pingEvents(FLOW_RATE * FLOW_SECONDS, { intervalMs: 1000 / FLOW_RATE })
  const loop = monitorEventLoopDelay({ resolution: 2 })
  const before = process.threadCpuUsage()
  loop.enable()
  const pending: Promise<unknown>[] = []
  let asked = 0
  const started = performance.now()
  while (asked < events.length) {
    const due = Math.min(events.length, Math.ceil(((performance.now() - started) / 1000) * FLOW_RATE))
    while (asked < due) pending.push(append(events.slice(asked, ++asked)))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await Promise.all(pending)
  loop.disable()
  const used = process.threadCpuUsage(before)
  return { busyMsPerS: (used.user + used.system) / 1000 / FLOW_SECONDS, longestMs: loop.max / 1e6 - 2 }
}

/** One row of JSON and one commit an event, on this very thread. */
function bareAppend(dir: string): (events: readonly Observed[]) => Promise<unknown> {
  const db = new DatabaseSync(join(dir, 'bare.db'))
  db.exec('pragma synchronous = normal')
  const insert = db.prepare('insert into e values (2, ?, ?)')
  let seq = 0
  return (events) => {
    for (const event of events) insert.run(++seq, JSON.stringify(event))
    return Promise.resolve()
  }
}

const options = (dir: string, which: { fold: SessionFold; module: string }, limits: Partial<StoreLimits> = {}): StoreOptions =>
  ({ ...storeOptions(dir, { limits }), fold: which.fold, foldModule: new URL(which.module, import.meta.url).href })
const COUNTING = { fold: counting, module: './counting-fold.ts' }
const PRODUCT = { fold: product, module: '../../server/web/sessions/session-fold.ts' }

export async function bench(): Promise<Figure[]> {
  const dir = tempDir()
  try {
    const events = pingEvents(EVENTS)
    const plain = bare(dir, events)
    const data = join(dir, 'data')
    const store = await SqliteSessionStore.open(options(data, COUNTING, { commitEveryMs: 0, transactionGapMs: 0 }))
    await store.create(newSession(1), 1)
    await store.append(idOf(1), [queued(runOne, 2)])
    const perSecond = await appendAll(store, events)
    await store.settled()
    const read = performance.now()
    const back = await store.read(idOf(1), 0, EVENTS + 2)
    const readMs = performance.now() - read
    if (back.length !== EVENTS + 2) throw new Error('not everything was read back')
    await store.close()
    const bytes = statSync(join(data, 'sessions.db')).size / EVENTS
    const again = await SqliteSessionStore.open(options(data, COUNTING))
    const open = performance.now()
    await again.view(idOf(1))
    const openMs = performance.now() - open
    await again.close()
    const flowing = await SqliteSessionStore.open(options(join(dir, 'flow'), PRODUCT))
    await flowing.create(newSession(2), 2)
    await flowing.append(idOf(2), [queued(runOne, 3)])
    const idle = await flow(async () => undefined)
    const plainFlow = await flow(bareAppend(dir))
    const { busyMsPerS, longestMs } = await flow((some) => flowing.append(idOf(2), some))
    await flowing.close()
    const ours = busyMsPerS - idle.busyMsPerS
    const theirs = plainFlow.busyMsPerS - idle.busyMsPerS
    return [
      { figure: 'events stored and published', ours: round(perSecond), unit: '/s', against: `bare SQLite, JSON rows, 100 a transaction ${round(plain.perSecond)} /s`, ratio: round(perSecond / plain.perSecond), goal: '>= 0.6 (and 150,000 /s on a quiet machine)' },
      { figure: 'file at rest, a reply', ours: round(bytes), unit: 'B', against: `JSON rows ${round(plain.bytes)} B`, ratio: round(bytes / plain.bytes), goal: '<= 0.1 (and 12 B)' },
      { figure: `read ${EVENTS / 1000}k events back`, ours: round(readMs), unit: 'ms', against: `JSON rows ${round(plain.readMs)} ms`, ratio: round(readMs / plain.readMs), goal: '<= 0.5, decoded to objects' },
      { figure: `open the view of ${EVENTS / 1000}k events`, ours: round(openMs), unit: 'ms', against: `reading JSON rows ${round(plain.readMs)} ms`, ratio: round(openMs / 300), goal: '<= 1 (300 ms)' },
      { figure: 'main thread at work at 200 events/s', ours: round(ours), unit: 'ms/s', against: '5 ms/s', ratio: round(ours / 5), goal: '<= 1' },
      { figure: 'main thread at work at 200 events/s', ours: round(ours), unit: 'ms/s', against: `one commit each on the main thread ${round(theirs)} ms/s`, ratio: round(ours / theirs), goal: '<= 1, with the product\'s fold, packing and fan-out' },
      { figure: 'longest stall at 200 events/s', ours: round(longestMs), unit: 'ms', against: `an idle loop ${round(idle.longestMs)} ms`, ratio: round((longestMs - idle.longestMs) / 10), goal: '<= 1 (10 ms more than idle)' },
    ]
  } finally {
    removeDir(dir)
  }
}

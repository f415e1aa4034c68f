/** The store as the rest of web sees it: order, restart, views, lists, transcripts. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SessionId, UserId } from '#lib/protocol/ids.ts'
import { StorageError } from '#server/web/sessions/options.ts'
import { SqliteSessionStore } from '#server/web/sessions/store.ts'
import { numbered, pingEvents, sampleRun } from '#test/lib/protocol/sample-events.ts'
import { fold } from './fake-fold.ts'
import { ended, foldOf, idOf, newSession, queued, removeDir, runOne, storeOptions, tempDir, Watcher, withStore } from './harness.ts'

const ME = 'user-00000000001' as UserId
const OTHER = 'user-00000000002' as UserId

describe('session store', () => {
  it('writes session.created first, numbers what follows, and reads back exactly that', () => withStore(async (store) => {
    const summary = await store.create(newSession(1), 1000)
    expect(summary).toMatchObject({ sessionId: idOf(1), lastSeq: 1, live: false, createdAtMs: 1000, endedAtMs: null, worst: null, spark: { medianMs: [], lost: [] } })
    const events = [queued(runOne, 1001), ...pingEvents(1500)]
    expect(await store.append(idOf(1), events.slice(0, 700))).toEqual({ firstSeq: 2, lastSeq: 701 })
    expect(await store.append(idOf(1), events.slice(700))).toEqual({ firstSeq: 702, lastSeq: 1502 })
    const all = await store.read(idOf(1), 0, 10_000)
    expect(all[0]).toMatchObject({ kind: 'session.created', seq: 1, sessionId: idOf(1) })
    expect(all.slice(1)).toEqual(numbered(events, 2))
    expect(await store.read(idOf(1), 700, 3)).toEqual(all.slice(700, 703))
    expect(await store.read(idOf(1), 1502, 3)).toEqual([])
    expect(await store.append(idOf(1), [])).toEqual({ firstSeq: 1503, lastSeq: 1502 })
  }))

  it('keeps the order of asking, whoever awaits', () => withStore(async (store) => {
    await store.create(newSession(1), 1)
    const events = pingEvents(300)
    await Promise.all(events.map((event) => store.append(idOf(1), [event])))
    expect((await store.read(idOf(1), 1, 1000)).map((event) => event.atMs)).toEqual(events.map((event) => event.atMs))
  }))

  it('is the same after a restart, before and after merging', async () => {
    const dir = tempDir()
    try {
      const first = await SqliteSessionStore.open(storeOptions(dir))
      await first.create(newSession(1), 1)
      for (const event of [queued(runOne, 2), ...pingEvents(120)]) await first.append(idOf(1), [event])
      const before = await first.read(idOf(1), 0, 1000)
      await first.settled()
      expect(await first.read(idOf(1), 0, 1000)).toEqual(before)
      expect((await first.readPacked(idOf(1), 0, 1e9)).length).toBeLessThanOrEqual(33)
      const view = structuredClone(await first.view(idOf(1)))
      await first.close()
      const second = await SqliteSessionStore.open(storeOptions(dir))
      expect(await second.read(idOf(1), 0, 1000)).toEqual(before)
      expect(await second.view(idOf(1))).toEqual(view)
      expect(await second.unfinished()).toEqual([{ sessionId: idOf(1), runIds: [runOne] }])
      expect(await second.append(idOf(1), [ended(runOne, 5, 'interrupted')])).toEqual({ firstSeq: 123, lastSeq: 123 })
      expect(await second.summary(idOf(1))).toMatchObject({ live: false, interrupted: true, endedAtMs: 5, lastSeq: 123 })
      expect(await second.unfinished()).toEqual([])
      await second.settled()
      expect((await second.readPacked(idOf(1), 0, 1e9)).length).toBe(1)
      expect((await second.read(idOf(1), 0, 1000)).slice(0, 122)).toEqual(before)
      await second.close()
      expect(statSync(join(dir, 'sessions.db')).mode & 0o777).toBe(0o600)
    } finally {
      removeDir(dir)
    }
  })

  it('serves a view that is the fold of the log: live, loaded, and from a snapshot', async () => {
    const dir = tempDir()
    try {
      const store = await SqliteSessionStore.open(storeOptions(dir, { limits: { commitEveryMs: 0, transactionGapMs: 0 } }))
      await store.create(newSession(1), 1)
      const events = pingEvents(9000)
      for (let at = 0; at < events.length; at += 90) await store.append(idOf(1), events.slice(at, at + 90))
      await store.settled()
      const expected = foldOf(await store.read(idOf(1), 0, 10_000))
      expect(await store.view(idOf(1))).toEqual(expected)
      await store.close()
      const again = await SqliteSessionStore.open(storeOptions(dir))
      const watcher = new Watcher()
      const { snapshot, headSeq } = await again.subscribe(idOf(1), 0, watcher)
      expect(headSeq).toBe(9001)
      expect(snapshot?.seq).toBeGreaterThan(9001 - 2100)
      expect(await again.view(idOf(1))).toEqual(expected)
      expect(await again.subscribe(idOf(1), 0, new Watcher(), { noSnapshot: true })).toMatchObject({ snapshot: null })
      await again.append(idOf(1), pingEvents(10))
      expect(await again.view(idOf(1))).toEqual(foldOf(await again.read(idOf(1), 0, 10_000)))
      await again.close()
    } finally {
      removeDir(dir)
    }
  })

  it('answers an append to a session that is gone, and drops what waits for one', () => withStore(async (store) => {
    expect(await store.append(idOf(9), pingEvents(1))).toEqual({ firstSeq: 0, lastSeq: -1 })
    await store.create(newSession(1), 1)
    const deleted: SessionId[] = []
    store.on('deleted', (sessionId) => deleted.push(sessionId))
    await store.append(idOf(1), pingEvents(5))
    await store.delete(idOf(1))
    expect(deleted).toEqual([idOf(1)])
    expect(await store.append(idOf(1), pingEvents(1))).toEqual({ firstSeq: 0, lastSeq: -1 })
    expect(await store.summary(idOf(1))).toBeNull()
    expect(await store.list({ limit: 10 })).toEqual([])
    await expect(store.view(idOf(1))).rejects.toBeInstanceOf(StorageError)
    await expect(store.read(idOf(1), 0, 1)).rejects.toMatchObject({ fault: 'missing' })
    await store.appendTranscript(idOf(1), runOne, new Uint8Array(3), 1)
  }))

  it('lists by owner, visibility, words and liveness, page by page without a gap', () => withStore(async (store) => {
    const changed: SessionId[] = []
    store.on('changed', (sessionId) => changed.push(sessionId))
    // Four in the same millisecond.
    for (let n = 1; n <= 4; n++) await store.create(newSession(n, { title: n === 2 ? '100% loss_here' : `Plain ${n}` }), 5000)
    await store.create(newSession(5, { ownerId: OTHER, visibility: 'private', target: 'db.internal' }), 6000)
    await store.append(idOf(3), [queued(runOne, 7000)])
    const ids = async (filter: Omit<Parameters<typeof store.list>[0], 'limit'>): Promise<SessionId[]> => (await store.list({ ...filter, limit: 10 })).map((row) => row.sessionId)
    expect(await ids({})).toEqual([5, 4, 3, 2, 1].map(idOf))
    expect(await ids({ ownerId: OTHER })).toEqual([idOf(5)])
    expect(await ids({ visibleTo: ME })).toEqual([4, 3, 2, 1].map(idOf))
    expect(await ids({ visibleTo: OTHER })).toEqual([5, 4, 3, 2, 1].map(idOf))
    expect(await ids({ live: true })).toEqual([idOf(3)])
    expect(await ids({ text: 'internal' })).toEqual([idOf(5)])
    expect(await ids({ text: '0% S_H' })).toEqual([idOf(2)])
    expect(await ids({ text: '%' })).toEqual([idOf(2)])
    const paged: SessionId[] = []
    for (let before = Infinity; ;) {
      const page = await store.list({ ...(before < Infinity ? { beforeMs: before } : {}), limit: 2 })
      paged.push(...page.map((row) => row.sessionId))
      const last = page.at(-1)
      if (!last) break
      before = last.createdAtMs
    }
    expect(paged).toEqual([5, 4, 3, 2, 1].map(idOf))
    await store.edit(idOf(1), { title: 'Renamed', visibility: 'private' })
    expect(await store.summary(idOf(1))).toMatchObject({ title: 'Renamed', visibility: 'private' })
    expect(changed).toContain(idOf(1))
    await expect(store.edit(idOf(99), { title: 'x' })).rejects.toMatchObject({ fault: 'missing' })
  }))

  it('is live while any run is open, and ends with the last of them', () => withStore(async (store) => {
    await store.create(newSession(1), 1)
    await store.append(idOf(1), [queued(runOne, 2), queued(sampleRun(2), 3)])
    await store.append(idOf(1), [ended(runOne, 10)])
    expect(await store.summary(idOf(1))).toMatchObject({ live: true, endedAtMs: null })
    await store.append(idOf(1), [ended(sampleRun(2), 20)])
    expect(await store.summary(idOf(1))).toMatchObject({ live: false, endedAtMs: 20, interrupted: false })
  }))

  it('keeps a session readable when the fold fails on an event', () => withStore(async (store, _, complaints) => {
    await store.create(newSession(1), 1)
    await store.append(idOf(1), pingEvents(3))
    expect((await store.view(idOf(1))).seq).toBe(4)
    const watcher = new Watcher(4)
    await store.subscribe(idOf(1), 4, watcher)
    await store.append(idOf(1), [{ ...pingEvents(1)[0], atMs: Number.NaN, poison: true } as unknown as ReturnType<typeof pingEvents>[number]])
    await watcher.reached(5)
    expect((await store.read(idOf(1), 0, 10)).length).toBe(5)
    await expect(store.view(idOf(1))).rejects.toThrow('poisoned')
    expect(complaints.map((one) => one.message)).toContain('A session could not be folded')
  }, {
    fold: {
      ...fold,
      applyEvent: (view, event) => {
        if ('poison' in event) throw new Error('poisoned')
        fold.applyEvent(view, event)
      },
    },
  }))
})

describe('events that cannot be stored', () => {
  it('cost only the session that sent them', () => withStore(async (store, _, complaints) => {
    await store.create(newSession(1), 1)
    await store.create(newSession(2), 2)
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    const bad = { kind: 'run.queued', runId: runOne, tool: 'ping', options: cyclic, atMs: 3 } as unknown as ReturnType<typeof pingEvents>[number]
    const [none, nan, good] = await Promise.all([
      store.append(idOf(1), [bad]),
      store.append(idOf(1), []).then(() => store.append(idOf(1), [queued(runOne, Number.NaN)])),
      store.append(idOf(2), pingEvents(3)),
    ])
    expect([none, nan, good]).toEqual([{ firstSeq: 0, lastSeq: -1 }, { firstSeq: 0, lastSeq: -1 }, { firstSeq: 2, lastSeq: 4 }])
    expect(complaints.map((one) => one.message)).toContain(`Events of session ${idOf(1)} that cannot be stored were left out`)
    expect(store.state()).toEqual({ ok: true })
    expect(await store.append(idOf(1), pingEvents(2))).toEqual({ firstSeq: 2, lastSeq: 3 })
  }))
})

describe('transcripts', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

  it('gives pages by line with the time each line was read, however it was cut', () => withStore(async (store) => {
    await store.create(newSession(1), 1)
    await store.append(idOf(1), [queued(runOne, 2)])
    const lines = Array.from({ length: 2000 }, (_, i) => (i % 97 === 0 ? '' : `64 bytes from 192.0.2.7: icmp_seq=${i} żółć ${'x'.repeat(i % 40)}`))
    const whole = bytes(lines.join('\r\n'))
    const times: number[] = []
    for (let at = 0, step = 1; at < whole.length; at += step, step = 1 + ((step * 31) % 700)) {
      await Promise.race([store.appendTranscript(idOf(1), runOne, whole.subarray(at, at + step), 1000 + at), Promise.resolve()])
      times.push(at)
    }
    await store.settled()
    expect(Buffer.compare(await store.transcriptBytes(idOf(1), runOne), whole)).toBe(0)
    for (const fromLine of [1, 2, 98, 500, 1999, 2000]) {
      const page = await store.transcript(idOf(1), runOne, fromLine, 50)
      expect(page).toMatchObject({ fromLine, totalLines: 2000, totalBytes: whole.length })
      expect(page.lines.map((line) => line.text)).toEqual(lines.slice(fromLine - 1, fromLine + 49))
      expect(page.lines.map((line) => line.line)).toEqual(lines.slice(fromLine - 1, fromLine + 49).map((_, i) => fromLine + i))
      for (const { line, atMs } of page.lines) {
        const start = bytes(lines.slice(0, line - 1).map((text) => `${text}\r\n`).join('')).length
        expect(atMs, `line ${line}`).toBe(1000 + (times.findLast((time) => time <= start) ?? 0))
      }
    }
    expect((await store.transcript(idOf(1), runOne, 2001, 10)).lines).toEqual([])
    expect(await store.transcript(idOf(1), sampleRun(7), 1, 10)).toEqual({ fromLine: 1, lines: [], totalLines: 0, totalBytes: 0 })
  }, { limits: { commitEveryMs: 0, transactionGapMs: 0 } }))

  it('cuts long lines at 4 KiB and keeps 8 MiB of a run', () => withStore(async (store) => {
    await store.create(newSession(1), 1)
    await store.append(idOf(1), [queued(runOne, 2)])
    await store.appendTranscript(idOf(1), runOne, bytes(`${'a'.repeat(4096)}\r\n${'b'.repeat(100_000)}\nshort\n`), 3)
    const page = await store.transcript(idOf(1), runOne, 1, 10)
    expect(page.lines.map(({ text, cut }) => [text.length, cut ?? false])).toEqual([[4096, false], [4096, true], [5, false]])
    expect((await store.transcript(idOf(1), runOne, 3, 10)).lines).toMatchObject([{ line: 3, text: 'short' }])
    await store.appendTranscript(idOf(1), runOne, new Uint8Array(9 * 1024 * 1024).fill(0x2e), 4)
    expect((await store.transcriptBytes(idOf(1), runOne)).length).toBe(8 * 1024 * 1024)
    expect(await store.transcript(idOf(1), runOne, 4, 10)).toMatchObject({ totalBytes: 8 * 1024 * 1024, totalLines: 4, lines: [{ line: 4, cut: true }] })
  }))
})

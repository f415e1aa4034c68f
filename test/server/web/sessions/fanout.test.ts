/** Every viewer gets every event once, in order, however it stalls, leaves and comes back; and none is queued for. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packedBatch } from '#server/web/sessions/commit-plan.ts'
import { Hub, type Viewer } from '#server/web/sessions/fanout.ts'
import type { PackedBatch } from '#server/web/sessions/types.ts'
import { numbered, pingEvents } from '#test/lib/protocol/sample-events.ts'
import { idOf, newSession, Watcher, withStore } from './harness.ts'

const EVENTS = numbered(pingEvents(400))

/** A log in memory whose reads are answered when the test says so; merges rows now and then as the real one does. */
class SlowLog {
  rows: PackedBatch[] = []
  #waiting: (() => void)[] = []
  reads = 0

  append(count: number): PackedBatch {
    const from = this.rows.at(-1)?.lastSeq ?? 0
    const batch = packedBatch(EVENTS.slice(from, from + count))
    this.rows.push(batch)
    return batch
  }

  merge(): void {
    const last = this.rows.at(-1)?.lastSeq ?? 0
    if (last > 0) this.rows = [packedBatch(EVENTS.slice(0, last >> 1)), packedBatch(EVENTS.slice(last >> 1, last))].filter((row) => row.lastSeq >= row.firstSeq && row.lastSeq > 0)
  }

  read = async (after: number, maxBytes: number): Promise<PackedBatch[]> => {
    this.reads++
    // Seen as it is when the read is taken up, answered later.
    const rows: PackedBatch[] = []
    let bytes = 0
    for (const row of this.rows.filter((one) => one.lastSeq > after)) {
      if (rows.length > 0 && (bytes += row.bytes.length) > Math.min(maxBytes, 300)) break
      rows.push(row)
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return rows
  }

  async answer(): Promise<void> {
    for (const resolve of this.#waiting.splice(0)) resolve()
    await new Promise((resolve) => setImmediate(resolve))
  }

  get pending(): boolean {
    return this.#waiting.length > 0
  }
}

type Step =
  | { do: 'append'; count: number } | { do: 'answer' } | { do: 'merge' }
  | { do: 'stall' | 'drain' | 'close' | 'join' | 'quietly open'; viewer: number }

const steps = fc.array(fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'answer' as const }) },
  fc.constant({ do: 'merge' as const }),
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('stall' as const, 'drain' as const, 'close' as const, 'join' as const, 'quietly open' as const), viewer: fc.nat(3) }) },
), { maxLength: 60 })

class Person {
  readonly watcher = new Watcher()
  viewer: Viewer | null = null
  /** Sinks of subscriptions that were closed must never be called again. */
  #generation = 0

  join(hub: Hub): void {
    if (this.viewer) return
    const generation = ++this.#generation
    const { watcher } = this
    this.viewer = hub.add(watcher.seq, {
      ready: () => watcher.ready(),
      send: (batch) => {
        if (generation !== this.#generation || !this.viewer) throw new Error('sent to a closed subscription')
        if (!watcher.open) throw new Error('sent to a stalled viewer')
        watcher.send(batch)
      },
      behind: (missing) => watcher.behind(missing),
    })
  }

  leave(): void {
    this.viewer?.close()
    this.viewer = null
  }
}

function play(step: Step, world: { hub: Hub; log: SlowLog; people: Person[] }): Promise<void> | void {
  const { hub, log, people } = world
  if (step.do === 'append') return hub.publish([log.append(step.count)])
  if (step.do === 'merge') return log.merge()
  if (step.do === 'answer') return log.answer()
  const person = people[step.viewer % people.length]
  if (!person) return
  switch (step.do) {
    case 'stall':
      person.watcher.open = false
      break
    case 'quietly open':
      person.watcher.open = true
      break
    case 'drain':
      person.watcher.open = true
      person.viewer?.drained()
      break
    case 'close':
      person.leave()
      break
    default:
      person.join(hub)
  }
}

describe('fan-out', () => {
  it('serves any mix of appends, stalls, drains, closes and returns exactly once and in order', async () => {
    await fc.assert(fc.asyncProperty(steps, async (plan) => {
      const log = new SlowLog()
      const warnings: unknown[] = []
      const hub = new Hub({ head: 0, read: log.read, warn: (message, error) => warnings.push([message, error]) })
      const world = { hub, log, people: [new Person(), new Person(), new Person(), new Person()] }
      for (const step of plan) await play(step, world)
      for (const person of world.people) {
        person.watcher.open = true
        person.join(hub)
        person.viewer?.drained()
      }
      do await log.answer()
      while (log.pending || world.people.some((person) => person.watcher.seq < hub.head))
      expect(warnings).toEqual([])
      for (const { watcher } of world.people) expect(watcher.events).toEqual(EVENTS.slice(0, hub.head))
      // And all are live again: one more event reaches them without a read.
      await log.answer()
      const before = log.reads
      hub.publish([log.append(1)])
      for (const { watcher } of world.people) expect(watcher.seq).toBe(hub.head)
      expect(log.reads).toBe(before)
    }), { numRuns: 500 })
  })

  it('hands the same batch to all viewers at the head, with one base64 text', async () => {
    const log = new SlowLog()
    const hub = new Hub({ head: 0, read: log.read, warn: () => undefined })
    const people = Array.from({ length: 50 }, () => new Person())
    for (const person of people) person.join(hub)
    await new Promise((resolve) => setImmediate(resolve))
    const batch = log.append(5)
    hub.publish([batch])
    expect(people.every((person) => person.watcher.batches[0] === batch)).toBe(true)
    expect(batch.text?.()).toBe(Buffer.from(batch.bytes).toString('base64'))
    expect(log.reads).toBe(0)
  })

  it('tells a stalled viewer once that it is behind, and once that it has caught up', async () => {
    const log = new SlowLog()
    const hub = new Hub({ head: 0, read: log.read, warn: () => undefined })
    const person = new Person()
    person.join(hub)
    await new Promise((resolve) => setImmediate(resolve))
    person.watcher.open = false
    for (let i = 0; i < 5; i++) hub.publish([log.append(3)])
    expect(person.watcher.told).toEqual([3])
    person.watcher.open = true
    person.viewer?.drained()
    while (person.watcher.seq < 15 || log.pending) await log.answer()
    expect(person.watcher.told).toEqual([3, 0])
  })

  it('drops a viewer whose sink throws and keeps the others', async () => {
    const log = new SlowLog()
    const hub = new Hub({ head: 0, read: log.read, warn: () => undefined })
    hub.add(0, { ready: () => true, send: () => { throw new Error('broken') }, behind: () => undefined })
    const person = new Person()
    person.join(hub)
    await new Promise((resolve) => setImmediate(resolve))
    hub.publish([log.append(3)])
    expect(hub.viewers).toBe(1)
    expect(person.watcher.seq).toBe(3)
  })

  it('starts at the head for a viewer that claims more than the log has', async () => {
    const log = new SlowLog()
    log.append(10)
    const hub = new Hub({ head: 10, read: log.read, warn: () => undefined })
    const watcher = new Watcher(10)
    expect(hub.add(50, watcher).cursor).toBe(10)
    await new Promise((resolve) => setImmediate(resolve))
    hub.publish([log.append(2)])
    expect(watcher.seq).toBe(12)
  })
})

describe('fan-out of the real store', () => {
  it('serves late, stalled and returning viewers while events come, without holding what a stalled one misses', () => withStore(async (store) => {
    await store.create(newSession(1), 1)
    const events = pingEvents(6000)
    const early = new Watcher()
    const stalled = new Watcher()
    const subscription = await store.subscribe(idOf(1), 0, stalled)
    await store.subscribe(idOf(1), 0, early)
    let late: Watcher | null = null
    let comesAndGoes = new Watcher()
    for (let at = 0; at < events.length; at += 20) {
      if (at === 200) stalled.open = false
      if (at === 3000) {
        late = new Watcher()
        await store.subscribe(idOf(1), 0, late, { noSnapshot: true })
      }
      if (at % 400 === 0) {
        const back = new Watcher(comesAndGoes.seq)
        comesAndGoes.open = false
        comesAndGoes = back
        await store.subscribe(idOf(1), back.seq, back)
      }
      await store.append(idOf(1), events.slice(at, at + 20))
    }
    expect(stalled.seq).toBeLessThan(300)
    expect(stalled.told).toHaveLength(1)
    stalled.open = true
    subscription.drained()
    await Promise.all([early.reached(6001), late?.reached(6001), stalled.reached(6001), comesAndGoes.reached(6001)])
    const log = await store.read(idOf(1), 0, 10_000)
    expect(early.events).toEqual(log)
    expect(late?.events).toEqual(log)
    expect(stalled.events).toEqual(log)
  }, { limits: { commitEveryMs: 0, transactionGapMs: 0 } }))

  it('sends nothing before the caller has had its answer, and nothing after it closed', () => withStore(async (store) => {
    await store.create(newSession(1), 1)
    await store.append(idOf(1), pingEvents(10))
    const watcher = new Watcher()
    const subscription = await store.subscribe(idOf(1), 0, watcher)
    expect(watcher.batches).toEqual([])
    expect(subscription).toMatchObject({ headSeq: 11, snapshot: null })
    await watcher.reached(11)
    subscription.close()
    await store.append(idOf(1), pingEvents(1))
    expect(watcher.seq).toBe(11)
  }))

  it('sends the first event after a quiet spell at once and then at most about 30 batches a second', () => withStore(async (store) => {
    await store.create(newSession(1), 1)
    const watcher = new Watcher(1)
    await store.subscribe(idOf(1), 1, watcher)
    const started = performance.now()
    const work: Promise<unknown>[] = []
    for (const event of pingEvents(100)) {
      work.push(store.append(idOf(1), [event]))
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await Promise.all(work)
    await watcher.reached(101)
    const seconds = (performance.now() - started) / 1000
    expect(watcher.events).toHaveLength(100)
    // The first at once, every other one a full pause apart.
    expect(watcher.batches.length).toBeLessThanOrEqual(seconds / 0.032 + 2)
    expect(watcher.batches[0]).toMatchObject({ firstSeq: 2, lastSeq: 2 })
  }))
})

/** What is held while nothing can be stored, and what is dropped first. */
import { describe, expect, it } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import { Pending, type AppendRange, type Entry } from '#server/web/sessions/pending.ts'
import { pingEvents } from '#test/lib/protocol/sample-events.ts'
import { ended, runOne } from './harness.ts'

const entry = (events: readonly Observed[], arrivedMs: number, done: (range: AppendRange) => void = () => undefined): Entry => ({ kind: 'events', events, arrivedMs, done })
const kinds = (entries: readonly Entry[]): string[] => entries.flatMap((one) => (one.kind === 'events' ? one.events.map((event) => event.kind) : ['output']))
const replies = pingEvents(40).filter((event) => event.kind === 'ping.reply')

describe('what waits to be written', () => {
  it('drops by age, oldest first, and says what went', () => {
    const pending = new Pending()
    const told: AppendRange[] = []
    pending.add(entry(replies.slice(0, 5), 100, (range) => told.push(range)))
    pending.add(entry([ended(runOne, 7), ...replies.slice(5, 8)], 200))
    pending.add(entry(replies.slice(8, 10), 300))
    pending.trim({ nowMs: 1250, holdMs: 1000, holdBytes: 1e9 })
    expect(told).toEqual([{ firstSeq: 0, lastSeq: -1 }])
    const taken = pending.take()
    expect(kinds(taken)).toEqual(['run.ended', 'log.gap', 'ping.reply', 'ping.reply'])
    const gap = taken.flatMap((one) => (one.kind === 'events' ? one.events : [])).find((event) => event.kind === 'log.gap')
    expect(gap).toMatchObject({ events: 8, fromMs: replies[0]?.atMs, toMs: replies[7]?.atMs, atMs: replies[7]?.atMs })
    expect(pending.empty).toBe(true)
  })

  it('goes on counting when a failed write is given back and dropped later', () => {
    const pending = new Pending()
    pending.add(entry(replies.slice(0, 4), 0))
    pending.trim({ nowMs: 5000, holdMs: 1000, holdBytes: 1e9 })
    const first = pending.take()
    expect(kinds(first)).toEqual(['log.gap'])
    pending.add(entry(replies.slice(4, 6), 6000))
    pending.putBack(first)
    pending.trim({ nowMs: 6500, holdMs: 1000, holdBytes: 1e9 })
    expect(kinds(pending.take())).toEqual(['log.gap', 'ping.reply', 'ping.reply'])
  })

  it('makes one gap of many, however often a write is tried in between', () => {
    const pending = new Pending()
    for (let round = 0; round < 20; round++) {
      pending.add(entry(replies.slice(round, round + 1), round * 1000))
      pending.trim({ nowMs: round * 1000 + 500, holdMs: 100, holdBytes: 1e9 })
      pending.putBack(pending.take())
    }
    const events = pending.take().flatMap((one) => (one.kind === 'events' ? one.events : []))
    expect(events).toMatchObject([{ kind: 'log.gap', events: 20, fromMs: replies[0]?.atMs, toMs: replies[19]?.atMs }])
  })
})

/** fold(live) = fold(replay) = fold(snapshot + tail), whatever the history and wherever it is cut. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { decodeSession, encodeSession } from '#lib/session/snapshot.ts'
import type { SessionView } from '#lib/session/view.ts'
import { history, type Fate } from './history.ts'

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ rttMs: fc.double({ min: 0.05, max: 90, noNaN: true }), ttl: fc.constantFrom(61, 61, 61, 60, 252), dup: fc.constantFrom(false, false, false, true) }) },
  { weight: 1, arbitrary: fc.record({ rttMs: fc.double({ min: 900, max: 5000, noNaN: true }), corrupt: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant<Fate>('lost') },
  { weight: 1, arbitrary: fc.record({ icmp: fc.constantFrom('host-unreachable' as const, 'ttl-exceeded' as const), from: fc.constantFrom('192.0.2.1', '192.0.2.2') }) },
)
const stopped = { kind: 'stopped', code: 'stopped', message: 'Stopped by mo.', by: 'mo' } as const
const log = fc.record({ fates: fc.array(fate, { minLength: 1, maxLength: 180 }), ended: fc.boolean(), intervalMs: fc.constantFrom(200, 1000) })
  .map(({ fates, ended, intervalMs }) => history(fates, { intervalMs, outcome: ended ? stopped : null }))

const foldAll = (events: readonly SessionEvent[], view: SessionView = emptySession()): SessionView => {
  for (const event of events) applyEvent(view, event)
  return view
}

describe('session fold', () => {
  test('a snapshot at any event and the tail give what the whole log gives', () => {
    fc.assert(fc.property(log, fc.nat(), (events, at) => {
      const cut = at % (events.length + 1)
      const snapshot: unknown = JSON.parse(JSON.stringify(encodeSession(foldAll(events.slice(0, cut)))))
      const resumed = decodeSession(snapshot)
      expect(resumed).not.toBeNull()
      if (resumed) expect(encodeSession(foldAll(events.slice(cut), resumed))).toEqual(encodeSession(foldAll(events)))
    }), { numRuns: 60 })
  })
  test('events that overlap are applied once', () => {
    fc.assert(fc.property(log, fc.nat(), (events, at) => {
      const cut = at % (events.length + 1)
      const view = foldAll(events.slice(0, cut))
      expect(encodeSession(foldAll(events, view))).toEqual(encodeSession(foldAll(events)))
    }), { numRuns: 30 })
  })
  test('a view does not share memory with its snapshot', () => {
    const events = history(Array.from({ length: 40 }, (): Fate => 'lost'))
    const view = foldAll(events.slice(0, 20))
    const before = JSON.stringify(encodeSession(view))
    const snapshot = encodeSession(view)
    foldAll(events, view)
    expect(JSON.stringify(snapshot)).toBe(before)
  })
  test('a snapshot of another version is refused, not misread', () => {
    expect(decodeSession({ version: 999 })).toBeNull()
    expect(decodeSession('junk')).toBeNull()
  })
})

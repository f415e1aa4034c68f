/** A copy goes on as the view would, and neither changes the other. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { copySession } from '#lib/session/copy.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { encodeSession } from '#lib/session/snapshot.ts'
import type { SessionView } from '#lib/session/view.ts'
import { history, type Fate } from './history.ts'

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ rttMs: fc.double({ min: 0.05, max: 90, noNaN: true }), ttl: fc.constantFrom(61, 61, 60) }) },
  { weight: 1, arbitrary: fc.record({ rttMs: fc.double({ min: 900, max: 5000, noNaN: true }), corrupt: fc.boolean() }) },
  { weight: 3, arbitrary: fc.constant<Fate>('lost') },
  { weight: 1, arbitrary: fc.record({ icmp: fc.constant('host-unreachable' as const), from: fc.constantFrom('192.0.2.1', '192.0.2.2') }) },
)
const foldAll = (events: readonly SessionEvent[], view: SessionView = emptySession()): SessionView => {
  for (const event of events) applyEvent(view, event)
  return view
}

test('a copy taken anywhere, and folded on, is the whole; the original stays where it was', () => {
  fc.assert(fc.property(fc.array(fate, { minLength: 1, maxLength: 150 }), fc.nat(), (fates, at) => {
    const events = history(fates, { intervalMs: 1000, outcome: null })
    const cut = at % (events.length + 1)
    const view = foldAll(events.slice(0, cut))
    const before = JSON.stringify(encodeSession(view))
    const copy = copySession(view)
    expect(JSON.stringify(encodeSession(copy))).toBe(before)
    expect(encodeSession(foldAll(events.slice(cut), copy))).toEqual(encodeSession(foldAll(events)))
    expect(JSON.stringify(encodeSession(view))).toBe(before)
  }), { numRuns: 60 })
})

test('folding the original on leaves a copy alone', () => {
  const events = history(Array.from({ length: 60 }, (_, i): Fate => (i % 3 === 0 ? { rttMs: 20 } : 'lost')))
  const view = foldAll(events.slice(0, 30))
  const copy = copySession(view)
  const before = JSON.stringify(encodeSession(copy))
  foldAll(events, view)
  expect(JSON.stringify(encodeSession(copy))).toBe(before)
})

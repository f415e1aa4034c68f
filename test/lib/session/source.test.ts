/** Batches reach the view exactly once and in order, however the line cuts, repeats or drops them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptySession } from '#lib/session/fold.ts'
import { judgeBatch, takeEvents, urgentMark } from '#lib/session/source.ts'
import { encodeSession } from '#lib/session/snapshot.ts'
import { history, reply, times } from './history.ts'

const events = history(times(40, (i) => (i % 9 === 4 ? 'lost' : reply(10 + i))))

describe('judgeBatch', () => {
  it('tells what is new, old, or beyond a gap', () => {
    expect(judgeBatch(10, { firstSeq: 11, lastSeq: 20 })).toBe('apply')
    expect(judgeBatch(10, { firstSeq: 5, lastSeq: 12 })).toBe('apply')
    expect(judgeBatch(10, { firstSeq: 5, lastSeq: 10 })).toBe('old')
    expect(judgeBatch(10, { firstSeq: 12, lastSeq: 20 })).toBe('gap')
  })
})

describe('takeEvents', () => {
  it('gives the same view for any cutting, with overlaps and repeats', () => {
    const whole = emptySession()
    takeEvents(whole, events)
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(events.length - 1), fc.integer({ min: 1, max: 15 })), { maxLength: 60 }), (cuts) => {
      const view = emptySession()
      for (const [at, size] of cuts) {
        const batch = events.slice(at, at + size)
        const before = view.seq
        const intake = takeEvents(view, batch)
        if (intake.kind === 'gap') expect(view.seq).toBe(before)
        if (intake.kind === 'applied') expect(view.seq).toBe(before + intake.events)
      }
      takeEvents(view, events.slice(view.seq === 0 ? 0 : view.seq - 1))
      expect(encodeSession(view)).toEqual(encodeSession(whole))
    }))
  })

  it('refuses to jump over what is missing and says where it stands', () => {
    const view = emptySession()
    takeEvents(view, events.slice(0, 5))
    expect(takeEvents(view, events.slice(7, 9))).toEqual({ kind: 'gap', after: 5 })
    expect(takeEvents(view, [])).toEqual({ kind: 'old' })
  })
})

describe('urgentMark', () => {
  it('changes when a run ends, not with every reply', () => {
    const view = emptySession()
    takeEvents(view, events.slice(0, 10))
    const before = urgentMark(view)
    takeEvents(view, events.slice(0, 11))
    expect(urgentMark(view)).toBe(before)
    const run = view.runs[0]
    if (run) run.state = 'stopped'
    expect(urgentMark(view)).not.toBe(before)
  })
})

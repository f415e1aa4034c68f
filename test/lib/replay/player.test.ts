/** Replay: at any time the view equals the fold of every event up to it, in whatever order the times are asked for. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { createPlayer } from '#lib/replay/player.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { encodeSession } from '#lib/session/snapshot.ts'
import type { SessionView } from '#lib/session/view.ts'
import { history, reply, START_MS, type Fate } from '../session/history.ts'

const fate = fc.oneof({ weight: 8, arbitrary: fc.double({ min: 0.1, max: 90, noNaN: true }).map((rtt): Fate => reply(rtt)) }, { weight: 2, arbitrary: fc.constant<Fate>('lost') })

/** The naive truth: fold a prefix from nothing. */
function foldUpTo(events: readonly SessionEvent[], tMs: number): SessionView {
  const view = emptySession()
  for (const event of events) if (event.atMs <= tMs) applyEvent(view, event)
  return view
}
const shown = (view: SessionView): string => JSON.stringify(encodeSession(view))

describe('player', () => {
  it('shows the fold of the events up to the playhead, for any seeks in any order', () => {
    fc.assert(fc.property(
      fc.array(fate, { minLength: 1, maxLength: 60 }), fc.array(fc.double({ min: -5000, max: 70_000, noNaN: true }), { minLength: 1, maxLength: 12 }),
      (fates, seeks) => {
        const events = history(fates)
        const player = createPlayer(events)
        for (const offset of seeks) expect(shown(player.seek(START_MS + offset))).toBe(shown(foldUpTo(events, START_MS + offset)))
      },
    ), { numRuns: 60 })
  })

  it('goes back over checkpoints and forward again with the same result', () => {
    const events = history(Array.from({ length: 7000 }, (_, i) => (i % 97 === 5 ? 'lost' : reply(20 + (i % 7)))))
    const player = createPlayer(events)
    for (const second of [6900, 12, 4500, 4499, 2100, 6999, 0, 2001]) {
      const at = START_MS + second * 1000 + 500
      expect(shown(player.seek(at)), `at ${second} s`).toBe(shown(foldUpTo(events, at)))
    }
    expect(shown(player.whole)).toBe(shown(foldUpTo(events, Number.POSITIVE_INFINITY)))
  })

  it('holds the playhead over a clock that was set back, and loses no event', () => {
    const events = history([reply(5), reply(5), reply(5), reply(5)]).map((event, i) => (i < 5 ? event : { ...event, atMs: event.atMs - 60_000 }))
    const player = createPlayer(events)
    expect(player.seek(player.toMs).seq).toBe(events.length)
    expect(player.countAt(player.fromMs - 1)).toBe(0)
    expect(player.toMs).toBe(Math.max(...events.map((event) => event.atMs)))
  })

  it('of an empty log shows an empty view', () => {
    expect(createPlayer([]).seek(1).seq).toBe(0)
  })
})

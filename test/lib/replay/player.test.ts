/** Replay: at any time the view equals the fold of every event up to it, whatever is asked for and however the log arrives. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeEvents } from '#lib/protocol/codec.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { createPlayer, type Player } from '#lib/replay/player.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { decodeSession, encodeSession } from '#lib/session/snapshot.ts'
import type { SessionView } from '#lib/session/view.ts'
import { history, reply, START_MS, type Fate } from '../session/history.ts'

const fate = fc.oneof({ weight: 8, arbitrary: fc.double({ min: 0.1, max: 90, noNaN: true }).map((rtt): Fate => reply(rtt)) }, { weight: 2, arbitrary: fc.constant<Fate>('lost') })

/** The naive truth: fold from nothing, up to the first event that is due later. */
function foldUpTo(events: readonly SessionEvent[], tMs: number): SessionView {
  const view = emptySession()
  let dueMs = Number.NEGATIVE_INFINITY
  for (const event of events) {
    dueMs = Math.max(dueMs, event.atMs)
    if (dueMs <= tMs) applyEvent(view, event)
  }
  return view
}
const wholeOf = (events: readonly SessionEvent[]): SessionView => foldUpTo(events, Number.POSITIVE_INFINITY)
const shown = (view: SessionView): string => JSON.stringify(encodeSession(view))

/** The log in batches of these sizes, the last one again and again. */
function packed(events: readonly SessionEvent[], sizes: readonly number[]): Uint8Array[] {
  const batches: Uint8Array[] = []
  for (let from = 0, i = 0; from < events.length; i += 1) {
    const size = sizes[Math.min(i, sizes.length - 1)] ?? events.length
    batches.push(encodeEvents(events.slice(from, from + size)))
    from += size
  }
  return batches
}

/** Goes there, adding a batch from `coming` whenever folding waits for one. Answers how often it paused and waited. */
function goTo(player: Player, { tMs, coming }: { tMs: number; coming: Uint8Array[] }): { steps: number; waits: number } {
  let steps = 0, waits = 0
  for (const { missing } of player.seek(tMs)) {
    steps += 1
    if (!missing) continue
    const next = coming.shift()
    if (!next) throw new Error('the player waits for more than the log holds')
    waits += 1
    player.log.add(next)
  }
  return { steps, waits }
}

const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 })
/** A move: some batches arrive, folding ahead gets so far, a seek is given up after so many steps, then one is finished. */
const moves = fc.array(fc.record({
  arriving: fc.nat(3), ahead: fc.nat(3), givenUp: fc.option(fc.double({ min: -5000, max: 70_000, noNaN: true })), to: fc.double({ min: -5000, max: 70_000, noNaN: true }),
}), { minLength: 1, maxLength: 10 })

describe('player', () => {
  it('shows the fold of the events up to the playhead: pages of any size and late, seeks in any order and given up, folding ahead', () => {
    fc.assert(fc.property(fc.array(fate, { minLength: 1, maxLength: 60 }), sizes, moves, (fates, sizes, moves) => {
      const events = history(fates)
      const player = createPlayer(wholeOf(events))
      const coming = packed(events, sizes)
      const ahead = player.explore()
      for (const { arriving, ahead: steps, givenUp, to } of moves) {
        for (const batch of coming.splice(0, arriving)) player.log.add(batch)
        for (let i = 0; i < steps; i += 1) ahead.next()
        if (givenUp !== null) {
          const before = shown(player.view())
          const seek = player.seek(START_MS + givenUp)
          if (!seek.next().done) {
            expect(shown(player.view()), 'while on the way').toBe(before)
            seek.return()
          }
        }
        const tMs = START_MS + to
        goTo(player, { tMs, coming })
        expect(shown(player.view())).toBe(shown(foldUpTo(events, tMs)))
      }
      expect(shown(player.whole)).toBe(shown(wholeOf(events)))
    }), { numRuns: 150 })
  })

  it('holds the playhead over a clock that was set back, and loses no event', () => {
    fc.assert(fc.property(
      fc.array(fate, { minLength: 2, maxLength: 40 }), fc.array(fc.record({ at: fc.nat(45), byMs: fc.integer({ min: 1, max: 6_000 }) }), { minLength: 1, maxLength: 4 }), sizes,
      // Around the events' own times: that is where a wrong idea of what is due shows.
      fc.array(fc.record({ event: fc.nat(45), by: fc.constantFrom(-400, -1, 0, 1, 400) }), { minLength: 1, maxLength: 12 }),
      (fates, back, sizes, near) => {
        const events = history(fates).map((event, i) => ({ ...event, atMs: event.atMs - back.reduce((sum, { at, byMs }) => (i > at ? sum + byMs : sum), 0) }))
        const seeks = near.map(({ event, by }) => (events[event % events.length]?.atMs ?? 0) + by - START_MS)
        const latest = Math.max(...events.map((event) => event.atMs))
        const player = createPlayer(wholeOf(events))
        const coming = packed(events, sizes)
        const lastMs = player.whole.atMs
        // Before the log is known, the end is where the last event says.
        for (const offset of seeks) {
          const tMs = Math.min(START_MS + offset, lastMs - 1)
          goTo(player, { tMs, coming })
          expect(shown(player.view())).toBe(shown(foldUpTo(events, tMs)))
        }
        for (const batch of coming) player.log.add(batch)
        for (const { missing } of player.explore()) expect(missing).toBe(false)
        expect(player.toMs).toBe(latest)
        for (const offset of seeks) {
          goTo(player, { tMs: START_MS + offset, coming: [] })
          expect(shown(player.view())).toBe(shown(foldUpTo(events, START_MS + offset)))
        }
        goTo(player, { tMs: player.toMs, coming: [] })
        expect(player.view().seq).toBe(events.length)
      },
    ), { numRuns: 150 })
  })

  it('goes back over checkpoints and forward again with the same result, and folds no more than the way from one', () => {
    const events = history(Array.from({ length: 7000 }, (_, i) => (i % 97 === 5 ? 'lost' : reply(20 + (i % 7)))))
    const player = createPlayer(wholeOf(events))
    const coming = packed(events, [700])
    goTo(player, { tMs: START_MS + 6_900_500, coming })
    // A pause every 200 events, a checkpoint every 2000: ten pauses at the most from one.
    for (const second of [12, 4500, 4499, 2100, 6999, 0, 2001, 6100, 4100]) {
      const at = START_MS + second * 1000 + 500
      expect(goTo(player, { tMs: at, coming }).steps, `steps to ${second} s`).toBeLessThanOrEqual(10)
      expect(shown(player.view()), `at ${second} s`).toBe(shown(foldUpTo(events, at)))
    }
  })

  it('shows the end without any of the log', () => {
    const player = createPlayer(wholeOf(history([reply(5), 'lost', reply(7)])))
    expect(player.move(player.toMs)).toBe(true)
    expect(player.view()).toBe(player.whole)
    expect(player.move(player.fromMs)).toBe(false)
    expect(player.log.lastSeq).toBe(0)
  })

  it('ends where it was entered, though the log goes on', () => {
    const events = history(Array.from({ length: 30 }, () => reply(5)))
    const entered = events.slice(0, 12)
    const player = createPlayer(wholeOf(entered))
    const coming = packed(events, [40])
    for (const ms of [3_100, 99_000, 0, 8_500]) {
      goTo(player, { tMs: START_MS + ms, coming })
      expect(shown(player.view())).toBe(shown(foldUpTo(entered, START_MS + ms)))
    }
    expect(player.toMs).toBe(entered.at(-1)?.atMs)
  })

  it('replays what a snapshot and its tail folded to', () => {
    const events = history(Array.from({ length: 40 }, (_, i) => (i % 7 === 3 ? 'lost' : reply(5 + i))))
    const joined = decodeSession(JSON.parse(shown(wholeOf(events.slice(0, 20)))))
    if (!joined) throw new Error('the snapshot does not decode')
    for (const event of events.slice(20)) applyEvent(joined, event)
    const player = createPlayer(joined)
    const coming = packed(events, [9])
    for (const batch of coming.splice(0)) player.log.add(batch)
    expect(shown(player.view())).toBe(shown(wholeOf(events)))
    goTo(player, { tMs: player.toMs - 1, coming })
    expect(shown(player.view())).toBe(shown(foldUpTo(events, player.toMs - 1)))
  })
})

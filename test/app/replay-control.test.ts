/** A replay as the page drives it: open at once, on the way with true progress, replaced, given up, failed and tried again. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { toBase64 } from '#lib/protocol/base64.ts'
import { encodeEvents } from '#lib/protocol/codec.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { encodeSession } from '#lib/session/snapshot.ts'
import type { SessionView } from '#lib/session/view.ts'
import { ReplayControl } from '../../app/_hooks/replay-control.ts'
import type { ReplayState } from '../../app/_hooks/session-store.ts'
import { history, reply, SESSION, START_MS } from '../lib/session/history.ts'

const EVENTS = history(Array.from({ length: 5000 }, (_, i) => (i % 50 === 9 ? 'lost' : reply(20 + (i % 7)))))
const at = (second: number): number => START_MS + second * 1000 + 500
const PER_PAGE = 900

function foldUpTo(tMs: number): SessionView {
  const view = emptySession()
  for (const event of EVENTS) if (event.atMs <= tMs) applyEvent(view, event)
  return view
}
const WHOLE = foldUpTo(Number.POSITIVE_INFINITY)
const shown = (view: SessionView | null): string => (view ? JSON.stringify(encodeSession(view)) : 'live')

/** A console that answers when it is told to. `stop()` makes it unreachable. */
function makeConsole(events: readonly SessionEvent[]) {
  let open = true
  let gate = Promise.resolve()
  const asked: number[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit): Promise<Response> => {
    const after = Number(new URL(url, 'http://x').searchParams.get('after'))
    asked.push(after)
    await gate
    init.signal?.throwIfAborted()
    if (!open) throw new TypeError('no route')
    const page = events.slice(after, after + PER_PAGE)
    return Response.json({ ok: true, value: { events: [], headSeq: events.length, packed: page.length === 0 ? [] : [toBase64(encodeEvents(page))] } })
  })
  return {
    asked, reach: (yes: boolean) => { open = yes },
    hold(): () => void {
      let release = (): void => {}
      gate = new Promise((resolve) => { release = resolve })
      return release
    },
  }
}

function makeReplay(live: SessionView = WHOLE) {
  const states: (ReplayState | null)[] = []
  let waiting: { test: (state: ReplayState | null) => boolean; done: () => void }[] = []
  const control = new ReplayControl({
    sessionId: SESSION, live: () => live, current: () => states.at(-1) ?? null,
    show(state) {
      states.push(state)
      waiting = waiting.filter(({ test, done }) => { if (test(state)) done(); return !test(state) })
    },
  })
  controls.push(control)
  const until = (test: (state: ReplayState | null) => boolean): Promise<void> => (test(states.at(-1) ?? null) ? Promise.resolve() : new Promise((done) => { waiting.push({ test, done }) }))
  return { control, states, now: (): ReplayState | null => states.at(-1) ?? null, ready: () => until((state) => state?.phase === 'ready'), failed: () => until((state) => state?.phase === 'failed') }
}
const controls: ReplayControl[] = []
afterEach(() => {
  for (const control of controls.splice(0)) control.leave()
  vi.unstubAllGlobals()
})

describe('replay control', () => {
  it('is ready at the end at once, from what the page has, though the console is away', () => {
    makeConsole(EVENTS).reach(false)
    const { control, now } = makeReplay()
    control.enter()
    expect(now()).toMatchObject({ phase: 'ready', fromMs: START_MS, toMs: WHOLE.atMs, atMs: WHOLE.atMs, shownMs: WHOLE.atMs, progress: null, problem: null })
    expect(shown(control.view())).toBe(shown(WHOLE))
  })

  it('goes anywhere, in any order, and shows what the log folds to there', async () => {
    makeConsole(EVENTS)
    const { control, ready, now } = makeReplay()
    control.enter(at(3100))
    for (const second of [3100, 20, 4999, 2600, 2599, 0]) {
      control.seek(at(second))
      await ready()
      expect(now()).toMatchObject({ atMs: Math.min(at(second), WHOLE.atMs), shownMs: Math.min(at(second), WHOLE.atMs) })
      expect(shown(control.view()), `at ${second} s`).toBe(shown(foldUpTo(at(second))))
    }
  })

  it('keeps showing the last moment while it is on the way, and tells how far it is', async () => {
    const release = makeConsole(EVENTS).hold()
    const { control, ready, now, states } = makeReplay()
    control.enter(at(4000))
    expect(now()).toMatchObject({ phase: 'loading', atMs: at(4000), shownMs: WHOLE.atMs, reachedMs: START_MS, progress: 0 })
    expect(shown(control.view())).toBe(shown(WHOLE))
    release()
    await ready()
    expect(now()).toMatchObject({ shownMs: at(4000), progress: null, reachedMs: null })
    for (const state of states) if (state?.phase === 'loading') expect(state.progress).toBeCloseTo(((state.reachedMs ?? 0) - START_MS) / (at(4000) - START_MS), 9)
  })

  it('a newer move replaces an older one; leaving ends both', async () => {
    const release = makeConsole(EVENTS).hold()
    const { control, ready, now, states } = makeReplay()
    control.enter(at(4000))
    control.seek(at(1000))
    release()
    await ready()
    expect(shown(control.view())).toBe(shown(foldUpTo(at(1000))))
    expect(states.filter((state) => state?.phase === 'ready' && state.atMs === at(4000))).toEqual([])
    control.seek(at(4500))
    control.leave()
    await new Promise((resolve) => { setTimeout(resolve) })
    expect(now()).toBeNull()
    expect(control.view()).toBeNull()
  })

  it('says why it failed, stays where it was, and tries again when asked', async () => {
    const server = makeConsole(EVENTS)
    const { control, ready, failed, now } = makeReplay()
    server.reach(false)
    control.enter(at(1000))
    await failed()
    expect(now()).toMatchObject({ phase: 'failed', atMs: WHOLE.atMs, shownMs: WHOLE.atMs, playing: false, problem: expect.stringMatching(/did not answer/) })
    expect(shown(control.view())).toBe(shown(WHOLE))
    server.reach(true)
    control.seek(at(1000))
    await ready()
    expect(now()?.problem).toBeNull()
    expect(shown(control.view())).toBe(shown(foldUpTo(at(1000))))
  })

  it('plays from the start when the first page is there, and not before', async () => {
    vi.stubGlobal('matchMedia', () => ({ matches: false }))
    const server = makeConsole(EVENTS)
    const release = server.hold()
    const { control, ready, now } = makeReplay()
    control.enter(START_MS, true)
    expect(now()).toMatchObject({ phase: 'loading', playing: false })
    release()
    await ready()
    expect(server.asked).toEqual([0])
    expect(now()).toMatchObject({ phase: 'ready', playing: true, atMs: START_MS })
    control.pause()
    expect(now()?.playing).toBe(false)
  })

  it('of a session that still runs ends at the moment of entering', async () => {
    makeConsole(EVENTS)
    const live = foldUpTo(at(2000))
    const { control, ready, now } = makeReplay(live)
    control.enter(at(1500))
    for (const event of EVENTS) applyEvent(live, event)
    await ready()
    expect(now()).toMatchObject({ toMs: foldUpTo(at(2000)).atMs })
    control.seek(at(4000))
    expect(shown(control.view())).toBe(shown(foldUpTo(at(2000))))
  })

  it('of an empty log says so', () => {
    const { control, now } = makeReplay(emptySession())
    control.enter()
    expect(now()).toMatchObject({ phase: 'failed', problem: expect.stringMatching(/empty/) })
  })
})

/** What the session page says of itself: pill, order of findings, window around one, retries, pace. */
import { describe, expect, it, vi } from 'vitest'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import { emptySession } from '#lib/session/fold.ts'
import { orderFindings } from '#lib/diagnose/order.ts'
import { takeEvents } from '#lib/session/source.ts'
import { holdOrder, worstOf } from '../../app/_components/findings/order.ts'
import { endOf, moodOf } from '../../app/_components/session/mood.ts'
import { windowAround } from '../../app/_components/session/window-around.ts'
import { linesUntil } from '../../app/_components/terminal/use-played.ts'
import { agentWords } from '../../app/_lib/agent.ts'
import { createEventRate } from '../../app/_hooks/event-rate.ts'
import { retryDelayMs } from '../../app/_hooks/retry-delay.ts'
import { createThrottle } from '../../app/_hooks/throttle.ts'
import { history, reply, RUN, times } from '../lib/session/history.ts'

const finding = (id: string, severity: FindingRecord['severity'], sinceMs: number, untilMs: number | null = null): FindingRecord => ({
  id, severity, sinceMs, untilMs, noticedMs: sinceMs, rule: 'P-X', subject: id, confidence: 'high', title: 'T.', meaning: 'M.', evidence: [], otherwise: [], next: { text: 'N.' }, span: { runId: RUN, fromMs: sinceMs, toMs: sinceMs },
})
const ids = (list: readonly FindingRecord[]): string => list.map((one) => one.id).join('')

describe('findings', () => {
  const list = [finding('a', 'info', 9), finding('b', 'crit', 1), finding('c', 'crit', 5), finding('d', 'crit', 7, 8), finding('e', 'warn', 2)]
  it('holding before cleared, worst before mild, newest before old', () => expect(ids(orderFindings(list))).toBe('cbead'))
  it('what another accounts for follows its cause, and no cycle loses one', () => {
    const explained = (id: string, by: string): FindingRecord => ({ ...finding(id, 'info', 3), explainedBy: by })
    expect(ids(orderFindings([...list, explained('x', 'b'), explained('y', 'x'), explained('z', 'gone')]))).toBe('cbxyeazd')
    expect(ids(orderFindings([explained('p', 'q'), explained('q', 'p')]))).toHaveLength(2)
  })
  it('the tab counts the worst that holds', () => {
    expect(worstOf(list)).toEqual({ severity: 'crit', count: 2 })
    expect(worstOf([finding('d', 'crit', 7, 8)])).toBeNull()
  })
  it('nothing moves under the pointer', () => {
    const { shown, waiting } = holdOrder(orderFindings([...list, finding('f', 'crit', 99)]), ['e', 'a'])
    expect(ids(shown)).toBe('ea')
    expect(waiting).toBe(4)
  })
})

describe('moodOf', () => {
  const view = emptySession()
  takeEvents(view, history(times(5, reply(9))))
  const live = { following: true, frozen: false }
  const state = { view, connection: { state: 'live' } as const, replay: null, caughtUp: true }
  it('says what is most important first', () => {
    expect(moodOf(state, live)).toMatchObject({ word: 'Live', tone: 'ok', toMs: null })
    expect(moodOf(state, { ...live, following: false }).word).toBe('Paused')
    expect(moodOf({ ...state, connection: { state: 'reconnecting', sinceMs: 1, attempt: 1, nextTryAtMs: null, restarting: false } }, live)).toMatchObject({ word: 'Reconnecting', tone: 'warn' })
    expect(moodOf({ ...state, caughtUp: false }, live).word).toBe('Opening')
  })
  it('a replay of what is over says so, one of what still runs does not', () => {
    const ended = emptySession()
    takeEvents(ended, history(times(5, reply(9)), { outcome: { kind: 'finished', code: 'x', message: 'm' } }))
    const replay = { phase: 'ready' as const, fromMs: 0, toMs: 1, atMs: 0, shownMs: 0, progress: null, reachedMs: null, playing: true, speed: 8, findings: [], whole: ended, problem: null }
    expect(moodOf({ ...state, replay }, live)).toMatchObject({ word: 'Ended', toMs: endOf(ended), after: ', replaying' })
    expect(moodOf({ ...state, replay: { ...replay, playing: false, whole: view } }, live)).toMatchObject({ word: 'Replay', toMs: null })
  })
  it('tells ended from interrupted', () => {
    const over = (kind: 'stopped' | 'interrupted') => {
      const ended = emptySession()
      takeEvents(ended, history(times(5, reply(9)), { outcome: { kind, code: 'x', message: 'm' } }))
      return { ...state, view: ended }
    }
    expect(moodOf(over('stopped'), live).word).toBe('Ended')
    expect(moodOf(over('interrupted'), live)).toMatchObject({ word: 'Interrupted', tone: 'warn' })
    expect(endOf(over('stopped').view)).not.toBeNull()
    expect(endOf(view)).toBeNull()
    expect(moodOf(state, { ...live, frozen: true })).toMatchObject({ word: 'Frozen', toMs: view.atMs })
  })
})

describe('windowAround', () => {
  const extent = { startMs: 0, nowMs: 3_600_000 }
  it('holds the span, is at least a minute wide, and stays in the session', () => {
    for (const [fromMs, toMs] of [[0, 0], [1000, 900_000], [3_599_000, 3_600_000], [10_000, 20_000]] as const) {
      const window = windowAround({ fromMs, toMs }, extent)
      expect(window.fromMs).toBeLessThanOrEqual(fromMs)
      expect(window.toMs).toBeGreaterThanOrEqual(toMs)
      expect(window.fromMs).toBeGreaterThanOrEqual(0)
      expect(window.toMs - window.fromMs).toBeGreaterThanOrEqual(60_000)
    }
  })
})

describe('retryDelayMs', () => {
  it('doubles from one second to fifteen, spread by a quarter', () => {
    expect([1, 2, 3, 4, 5, 9].map((attempt) => retryDelayMs(attempt, 0.5))).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000])
    expect(retryDelayMs(1, 0)).toBe(750)
    expect(retryDelayMs(1, 0.999)).toBeLessThanOrEqual(1250)
  })
})

describe('throttle', () => {
  it('fires at most every so often, the last one always, urgent ones at once', () => {
    vi.useFakeTimers()
    try {
      let nowMs = 0
      const pass = (ms: number): void => { nowMs += ms; vi.advanceTimersByTime(ms) }
      const fire = vi.fn<() => void>()
      const throttle = createThrottle(250, fire, () => nowMs)
      for (let i = 0; i < 50; i++) { throttle.touch(); pass(20) }
      expect(fire.mock.calls.length).toBeLessThanOrEqual(5)
      throttle.touch()
      pass(250)
      const before = fire.mock.calls.length
      throttle.touch()
      throttle.touch(true)
      expect(fire.mock.calls.length).toBeGreaterThan(before)
      const settled = fire.mock.calls.length
      pass(1000)
      expect(fire.mock.calls.length).toBe(settled)
    } finally {
      vi.useRealTimers()
    }
  })
})

it('the rate is over the last ten seconds', () => {
  const rate = createEventRate()
  for (let s = 0; s < 30; s++) rate.add(s < 20 ? 100 : 3, s * 1000)
  expect(rate.perS(29_500)).toBe(3)
  expect(rate.perS(60_000)).toBe(0)
})

it('the rate of the first seconds is not watered down by those before', () => {
  const rate = createEventRate()
  expect(rate.perS(0)).toBe(0)
  for (let s = 0; s <= 4; s++) rate.add(2, s * 1000)
  expect(rate.perS(4000)).toBeCloseTo(2.5)
})

describe('a transcript in a replay', () => {
  const lines = [5, 5, 7, 7, 7, 20]
  const at = (n: number) => Promise.resolve(n >= 1 && n <= lines.length ? { atMs: lines[n - 1] ?? 0 } : undefined)
  it('shows exactly the lines read by then, whatever the moment', async () => {
    for (let untilMs = 0; untilMs <= 25; untilMs++) expect(await linesUntil(at, { total: lines.length, untilMs })).toBe(lines.filter((atMs) => atMs <= untilMs).length)
  })
  it('asks few times, and stops at what cannot be read', async () => {
    let asked = 0
    const many = (n: number) => { asked += 1; return Promise.resolve({ atMs: n }) }
    expect(await linesUntil(many, { total: 86_400, untilMs: 40_000 })).toBe(40_000)
    expect(asked).toBeLessThan(20)
    expect(await linesUntil(() => Promise.resolve(undefined), { total: 9, untilMs: 1 })).toBe(0)
  })
})

it('names browsers', () => {
  expect(agentWords('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36')).toBe('Chrome 131 on Linux')
  expect(agentWords('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.2849.68')).toBe('Edge 130 on Windows')
  expect(agentWords('Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0')).toBe('Firefox 132 on macOS')
  expect(agentWords('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1')).toBe('Safari 17 on iPhone')
  expect(agentWords('curl/8.5.0')).toBe('curl/8.5.0')
  expect(agentWords('')).toBe('unknown')
})

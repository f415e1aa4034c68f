/** What the session page says of itself: pill, order of findings, window around one, retries, pace. */
import { describe, expect, it, vi } from 'vitest'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import { emptySession } from '#lib/session/fold.ts'
import { takeEvents } from '#lib/session/source.ts'
import { holdOrder, orderFindings, worstOf } from '../../app/_components/findings/order.ts'
import { endOf, moodOf } from '../../app/_components/session/mood.ts'
import { windowAround } from '../../app/_components/session/window-around.ts'
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

/** The session page's scripts stay within their budget. Reads the production build; without one there is nothing to weigh (the end-to-end run always has one). */
import { describe, expect, it } from 'vitest'
import { firstLoad, socketClientKb } from '#test/bench/support/first-load.ts'

const ROOT = new URL('../..', import.meta.url).pathname
/** Gzipped, Next and React included (docs/performance.md). */
const BUDGET_KB = 175

const weighed = firstLoad(ROOT)

describe.skipIf(weighed === null)('first load of the session page', () => {
  it(`is at most ${BUDGET_KB} KB of scripts, and 1.2 times the least that a live page of this framework weighs`, () => {
    const { pageKb, frameworkKb } = weighed ?? { pageKb: Number.NaN, frameworkKb: Number.NaN }
    expect(frameworkKb).toBeGreaterThan(50)
    expect(pageKb).toBeLessThanOrEqual(BUDGET_KB)
    expect(pageKb / (frameworkKb + socketClientKb(ROOT))).toBeLessThanOrEqual(1.2)
  })
})

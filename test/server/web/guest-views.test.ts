/** Folds of links are shared: while one is under way and for some time after, everybody of that link gets it. */
import { expect, test } from 'vitest'
import { emptySession } from '#lib/session/fold.ts'
import { createGuestViews } from '#server/web/guest-views.ts'

function setUp() {
  const clock = { ms: 0, monotonicMs: () => clock.ms }
  const views = createGuestViews(clock)
  let folds = 0
  const fold = (tookMs: number) => async () => {
    folds += 1
    await Promise.resolve()
    clock.ms += tookMs
    return emptySession()
  }
  return { clock, views, fold, folds: () => folds }
}

test('a hundred readers of one link cost one fold, another link its own', async () => {
  const { views, fold, folds } = setUp()
  const all = await Promise.all(Array.from({ length: 100 }, () => views.of('one', fold(50))))
  expect(new Set(all).size).toBe(1)
  expect(folds()).toBe(1)
  expect(await views.of('two', fold(50))).not.toBe(all[0])
})

test('a fold is good for ten times as long as it took, ten seconds at most', async () => {
  const { clock, views, fold, folds } = setUp()
  await views.of('one', fold(50))
  clock.ms += 499
  await views.of('one', fold(50))
  expect(folds()).toBe(1)
  clock.ms += 2
  await views.of('one', fold(60_000))
  clock.ms += 10_001
  await views.of('one', fold(1))
  expect(folds()).toBe(3)
})

test('a fold that failed is not kept', async () => {
  const { views, fold, folds } = setUp()
  await expect(views.of('one', () => Promise.reject(new Error('disk')))).rejects.toThrow('disk')
  await views.of('one', fold(1))
  expect(folds()).toBe(1)
})

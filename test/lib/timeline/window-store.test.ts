/** The shared window: following, leaving now, zooming, and what a link carries. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { TEN_MIN, createWindowStore } from '#lib/timeline/window-store.ts'

const at = (startMs: number, nowMs: number, spanMs: number | null = TEN_MIN) => {
  const store = createWindowStore({ spanMs })
  store.setExtent(startMs, nowMs)
  return store
}

describe('window', () => {
  it('follows now at its width once the session is that old', () => {
    const store = at(0, 2_538_000)
    expect([store.get().fromMs, store.get().toMs]).toEqual([1_938_000, 2_538_000])
    store.setExtent(0, 2_539_000)
    expect([store.get().fromMs, store.get().toMs]).toEqual([1_939_000, 2_539_000])
  })
  it('fills from the left while the session is young, growing in steps', () => {
    expect([4000, 59_000, 61_000, 130_000, 301_000].map((now) => at(0, now).get().toMs)).toEqual([60_000, 60_000, 120_000, 300_000, TEN_MIN])
    expect(at(0, 4000).get().fromMs).toBe(0)
  })
  it('gives a short session that is over the whole width', () => {
    const store = at(0, 18_400, null)
    expect(store.get().toMs).toBe(60_000)
    store.setExtent(0, 18_400, true)
    expect(store.get()).toMatchObject({ fromMs: 0, toMs: 20_000 })
    store.setExtent(0, 2000, true)
    expect(store.get().toMs).toBe(5000)
  })
  it('leaves now with a window of its own, and comes back', () => {
    const store = at(0, 3_000_000)
    store.setWindow(1_000_000, 1_200_000)
    expect(store.get()).toMatchObject({ fromMs: 1_000_000, toMs: 1_200_000, following: false })
    store.setExtent(0, 3_001_000)
    expect(store.get().toMs).toBe(1_200_000)
    store.resume()
    expect(store.get()).toMatchObject({ fromMs: 2_401_000, toMs: 3_001_000, following: true })
  })
  it('keeps the moment under the pointer where it is when zooming', () => {
    fc.assert(fc.property(fc.double({ min: 0.05, max: 0.95, noNaN: true }), fc.double({ min: 0.2, max: 0.95, noNaN: true }), (share, factor) => {
      const store = at(0, 10_000_000)
      store.setWindow(4_000_000, 5_000_000)
      const aroundMs = 4_000_000 + share * 1_000_000
      store.zoom(factor, aroundMs)
      const { fromMs, toMs } = store.get()
      expect((aroundMs - fromMs) / (toMs - fromMs)).toBeCloseTo(share, 6)
    }))
  })
  it('zooming out past the session shows all of it', () => {
    const store = at(0, 1_000_000)
    store.zoom(10, 500_000)
    expect(store.get()).toMatchObject({ fromMs: 0, following: true, spanMs: null })
    expect(store.get().toMs).toBeGreaterThanOrEqual(1_000_000)
    expect(store.get().toMs).toBeLessThanOrEqual(1_040_000)
  })
  it('turns pages for the playhead', () => {
    const store = at(0, 3_000_000)
    store.setWindow(0, 600_000)
    store.keepVisible(700_000)
    expect(store.get()).toMatchObject({ fromMs: 600_000, toMs: 1_200_000 })
  })
  it('pages are counted from the start of the session, and one is turned to even from within another', () => {
    const store = at(100_000, 3_000_000)
    const { fromMs, toMs } = store.get()
    store.toPage(2_900_000)
    const page = store.get()
    expect((page.fromMs - 100_000) % (toMs - fromMs)).toBe(0)
    expect(page.fromMs <= 2_900_000 && page.toMs > 2_900_000 && !page.following).toBe(true)
    store.toPage(-5)
    expect(store.get().fromMs).toBe(100_000)
  })
  it('tells listeners only of changes', () => {
    const store = at(0, 3_000_000)
    const heard = vi.fn()
    const stop = store.subscribe(heard)
    store.setCrosshair(2_900_000)
    store.setCrosshair(2_900_000)
    store.setScale('linear')
    expect(heard).toHaveBeenCalledTimes(1)
    stop()
    store.setScale('log')
    expect(heard).toHaveBeenCalledTimes(1)
  })
  it('goes through a link and back', () => {
    const store = at(0, 3_000_000)
    expect(store.toQuery()).toEqual({ spanMs: TEN_MIN })
    store.setWindow(1_000_000, 1_100_000)
    store.setCrosshair(1_050_000)
    store.setScale('log')
    const other = at(0, 3_500_000)
    other.fromQuery(store.toQuery())
    expect(other.get()).toMatchObject({ fromMs: 1_000_000, toMs: 1_100_000, following: false, crosshairMs: 1_050_000, scale: 'log' })
  })
})

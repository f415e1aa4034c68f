/** The offset shown is that of the quickest answer. */
import { expect, it } from 'vitest'
import { createClockFilter } from '../../app/_hooks/clock-filter.ts'

it('believes the quickest of the last six answers', () => {
  const filter = createClockFilter()
  expect(filter.add({ roundTripMs: 400, serverOffsetMs: -190 })).toEqual({ roundTripMs: 400, serverOffsetMs: -190 })
  expect(filter.add({ roundTripMs: 4, serverOffsetMs: 2 })).toEqual({ roundTripMs: 4, serverOffsetMs: 2 })
  expect(filter.add({ roundTripMs: 300, serverOffsetMs: 140 })).toEqual({ roundTripMs: 300, serverOffsetMs: 2 })
  for (let i = 0; i < 5; i++) filter.add({ roundTripMs: 50, serverOffsetMs: 20 })
  expect(filter.add({ roundTripMs: 60, serverOffsetMs: 1 }).serverOffsetMs).toBe(20)
})

/** The fold of a path-MTU run: tries, bounds and result; a snapshot continues as the view does. */
import { expect, it } from 'vitest'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import { pmtuFold } from '#lib/tools/pmtu/fold.ts'
import type { PmtuView } from '#lib/tools/pmtu/view.ts'
import { contextOf, hole, sweep, told } from './sweep.ts'

const numbered = (events: readonly Observed[]): SessionEvent[] => events.map((event, at) => ({ ...event, seq: at + 1 }))
function fold(events: readonly SessionEvent[], view: PmtuView = pmtuFold.empty(contextOf())): PmtuView {
  for (const event of events) pmtuFold.apply(view, event)
  return view
}

it('holds what was tried and what it shows', () => {
  const view = fold(numbered(sweep(told(1400)).events))
  expect(view).toMatchObject({
    address: '192.0.2.9', passes: 1400, failsFrom: 1401, fatal: null, revision: 4,
    result: { mtu: 1400, failsFrom: 1401, toldBy: '192.0.2.1', blackHole: false },
  })
  expect(view.tries.map(({ packetBytes, fate, from, mtu, rttMs }) => [packetBytes, fate, from, mtu, rttMs])).toEqual([
    [1500, 'too-big', '192.0.2.1', 1400, null], [1400, 'passed', null, null, 1.25], [1401, 'local', null, 1400, null],
  ])
})

it('a black hole is silence at the limit, not a word of the own kernel and not the absence of any reply', () => {
  expect(fold(numbered(sweep(hole(1400)).events)).result).toMatchObject({ mtu: 1400, blackHole: true })
  expect(fold(numbered(sweep((size) => (size <= 1500 ? 'reply' : { local: 1500 }), contextOf({ largestBytes: 9000 })).events)).result).toMatchObject({ mtu: 1500, toldBy: null, blackHole: false })
  expect(fold(numbered(sweep(() => 'lost').events)).result).toMatchObject({ mtu: null, blackHole: false })
  expect(fold(numbered(sweep(hole(1500)).events)).result).toMatchObject({ mtu: 1500, failsFrom: null, blackHole: false })
})

it('a size that failed below one that passed was lost, not too big', () => {
  const attempt = (packetBytes: number, fate: 'passed' | 'silent', seq: number): SessionEvent =>
    ({ kind: 'pmtu.try', runId: contextOf().runId, line: seq, packetBytes, fate, sent: 3, answered: fate === 'passed' ? 3 : 0, atMs: seq, seq })
  const view = fold([attempt(1500, 'silent', 1), attempt(1200, 'silent', 2)])
  expect(view).toMatchObject({ passes: null, failsFrom: 1200 })
  expect(fold([attempt(1300, 'passed', 3)], view)).toMatchObject({ passes: 1300, failsFrom: 1500 })
})

it('goes on from a snapshot and from a copy as from itself, and shares nothing', () => {
  const events = numbered(sweep(hole(1400)).events)
  const whole = fold(events)
  for (let at = 0; at <= events.length; at++) {
    const view = fold(events.slice(0, at))
    const copy = pmtuFold.copy(view)
    const again = pmtuFold.decode(JSON.parse(JSON.stringify(pmtuFold.encode(view))) as unknown, contextOf())
    expect(fold(events.slice(at), again)).toEqual(whole)
    expect(copy).toEqual(view)
    fold(events.slice(at), view)
    expect(fold(events.slice(at), copy)).toEqual(whole)
  }
})

it('refuses a snapshot of another form, and is bounded', () => {
  const good = JSON.parse(JSON.stringify(pmtuFold.encode(fold(numbered(sweep(hole(1400)).events))))) as { version: number; view: object }
  for (const bad of [null, [], {}, { ...good, version: 2 }, { ...good, view: { ...good.view, tries: [{}] } }, { ...good, view: { ...good.view, revision: -1 } }, { ...good, view: { ...good.view, result: { mtu: 'x' } } }]) {
    expect(() => pmtuFold.decode(bad, contextOf())).toThrow('snapshot')
  }
  const one = numbered(sweep(hole(1500)).events)[0]
  expect(fold(Array.from({ length: 200 }, () => one ?? expect.fail())).tries).toHaveLength(64)
})

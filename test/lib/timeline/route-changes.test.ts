/** Where a path changed, in words for a chart; and the target's hop in the shape of a ping. */
import { describe, expect, it } from 'vitest'
import { emptySession } from '#lib/session/fold.ts'
import { takeEvents } from '#lib/session/source.ts'
import { hopAsPing } from '#lib/timeline/hop-chart.ts'
import { addressPair, routeChanges, shortPair } from '#lib/timeline/route-changes.ts'
import { routeMoments } from '#lib/timeline/strips.ts'
import { isPath } from '#lib/session/runs.ts'
import type { PathEpoch, PathView } from '#lib/tools/path/view.ts'
import { makePingView } from '#test/fixtures/ping-view.ts'
import { RUN, SESSION, START_MS, TARGET } from '../session/history.ts'

function emptyPath(): PathView {
  const view = emptySession()
  const target = { host: TARGET, address: TARGET, family: 4 as const, addresses: [TARGET] }
  takeEvents(view, [
    { kind: 'session.created', sessionId: SESSION, title: TARGET, target: TARGET, by: 'mo', vantage: 'bastion', seq: 1, atMs: START_MS },
    { kind: 'run.queued', runId: RUN, tool: 'mtr', target, options: {}, by: 'mo', policyId: 'p1', seq: 2, atMs: START_MS },
  ])
  const [run] = view.runs
  if (run === undefined || !isPath(run)) throw new Error('an mtr run is a path run')
  return run.view
}

const epoch = (n: number, sets: string[][], changedTtls: number[]): PathEpoch => ({ n, sinceMs: START_MS + n * 60_000, untilMs: null, sets, changedTtls, targetTtl: null })

describe('route changes', () => {
  const names = new Map([['192.0.2.81', { name: 'cr2.ams.transit.example', asn: null, asName: null }], ['192.0.2.97', { name: 'cr4.lon.transit.example', asn: null, asName: null }]])
  const epochs = [epoch(0, [['192.0.2.1'], ['192.0.2.81']], []), epoch(1, [['192.0.2.1'], ['192.0.2.97']], [2])]
  it('the first path is none; a change names the hop and what tells its routers apart', () => {
    expect(routeChanges({ ...emptyPath(), epochs: epochs.slice(0, 1) })).toEqual([])
    expect(routeChanges({ ...emptyPath(), epochs, names })).toEqual([{ ms: START_MS + 60_000, ttl: 2, labels: ['route change at hop 2, ams to lon', 'route change at hop 2', 'route change'] }])
    expect(routeChanges({ ...emptyPath(), epochs })[0]?.labels[0]).toBe('route change at hop 2, 192.0.2.81 to .97')
  })
  it('a hop that fell silent is no router to name', () => {
    expect(routeChanges({ ...emptyPath(), epochs: [epoch(0, [['192.0.2.1']], []), epoch(1, [[]], [1])] })[0]?.labels).toEqual(['route change at hop 1', 'route change'])
  })
  it.each([['cr1a.fra.example.net', 'cr1b.fra.example.net', 'cr1a to cr1b'], ['a.example', 'b.test', 'example to test'], ['host', 'host.example', 'host to example']])('%s and %s: %s', (a, b, words) => expect(shortPair(a, b)).toBe(words))
  it.each([['192.0.2.81', '192.0.2.97', '192.0.2.81 to .97'], ['192.0.2.81', '198.51.100.1', '192.0.2.81 to 198.51.100.1'], ['2001:db8::1', '2001:db8::2', '2001:db8::1 to 2001:db8::2']])('%s and %s: %s', (a, b, words) => expect(addressPair(a, b)).toBe(words))
})

it('a change that the replies show as well is one moment, at the probe; one that they do not is a moment of its own', () => {
  const ping = makePingView({ seed: 4, probes: 624, scenario: 'path' })
  const [ttl] = routeMoments(ping, [])
  if (!ttl) throw new Error('the scenario changes its TTL')
  const change = (ms: number) => ({ ms, ttl: 6, labels: ['route change at hop 6'] })
  expect(routeMoments(ping, [change(ttl.ms + 4000)])).toEqual([{ ...ttl, route: change(ttl.ms + 4000) }])
  expect(routeMoments(ping, [change(ping.firstSentMs + 1000)]).map(({ ms, route }) => [ms, route !== null])).toEqual([[ping.firstSentMs + 1000, true], [ttl.ms, false]])
})

it('a path whose target never answered has no round trip to draw', () => expect(hopAsPing(emptyPath())).toBeNull())

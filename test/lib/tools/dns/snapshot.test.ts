/** A names view goes on from a snapshot and from a copy as from itself, shares nothing, and does not grow. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import { dnsFold } from '#lib/tools/dns/fold.ts'
import type { DnsView } from '#lib/tools/dns/view.ts'
import { AHOSTS, corp } from './corp.ts'
import type { Answer, Query } from './dig-says.ts'
import { contextOf, drive } from './drive.ts'

const numbered = (events: readonly Observed[]): SessionEvent[] => events.map((event, at) => ({ ...event, seq: at + 1 }))

function fold(events: readonly SessionEvent[], view: DnsView = dnsFold.empty(contextOf())): DnsView {
  for (const event of events) dnsFold.apply(view, event)
  return view
}

const plain = (view: DnsView): unknown => JSON.parse(JSON.stringify(dnsFold.encode(view)))

/** A run of everything: failures, a walk, ports, changes of answers. */
function eventful(answers: readonly Answer[]): SessionEvent[] {
  let at = 0
  const dns = (query: Query): Answer => answers[at++ % answers.length] ?? corp(query)
  const context = contextOf({ walk: 'yes', checkPort: 443, rounds: 4, server: '10.0.0.54,10.0.0.55' })
  const end: Observed = { kind: 'run.ended', runId: context.runId, outcome: { kind: 'finished', code: 'exit', message: 'Done.' }, atMs: 9e12 }
  return numbered([...drive({ dns: (query, round) => (round === 1 ? corp(query) : dns(query)), getent: (_name, round) => (round === 2 ? 2 : AHOSTS), refuses: (host) => (host.endsWith('55') ? 'No.' : null), setup: { search: ['corp.example'] } }, context).events, end])
}

const answer = fc.oneof(
  fc.constantFrom<Answer>('timeout', 'refused', 'cut', 'mute', { status: 'SERVFAIL' }, { status: 'NXDOMAIN' }, { flags: 'qr tc rd ra' }),
  fc.array(fc.ipV4(), { maxLength: 3 }).map((all): Answer => ({ answers: all.map((one) => `www.corp.example. 5 IN A ${one}`) })),
)

it('fold of all is a snapshot and the rest, at any cut; a copy does not change with its original', () => {
  fc.assert(fc.property(fc.array(answer, { minLength: 1, maxLength: 20 }), fc.double({ min: 0, max: 1, noNaN: true }), (answers, share) => {
    const events = eventful(answers)
    const cut = Math.floor(events.length * share)
    const whole = fold(events)
    const view = fold(events.slice(0, cut))
    const copy = dnsFold.copy(view)
    const before = plain(view)
    const again = dnsFold.decode(JSON.parse(JSON.stringify(dnsFold.encode(view))), contextOf())
    expect(again).toEqual(view)
    expect(fold(events.slice(cut), again)).toEqual(whole)
    expect(fold(events.slice(cut), view)).toEqual(whole)
    expect(plain(copy)).toEqual(before)
    expect(fold(events.slice(cut), copy)).toEqual(whole)
  }), { numRuns: 60 })
})

it('a view decoded from an object shares nothing with it', () => {
  const snapshot = plain(fold(eventful([{ status: 'SERVFAIL' }])))
  const before = structuredClone(snapshot)
  fold(eventful(['timeout']), dnsFold.decode(snapshot, contextOf()))
  expect(snapshot).toEqual(before)
})

it('refuses a snapshot of another form', () => {
  const good = plain(fold(eventful(['timeout']))) as Record<string, unknown>
  expect(() => dnsFold.decode(good, contextOf())).not.toThrow()
  for (const bad of [null, [], {}, { ...good, version: 99 }, { ...good, servers: [{}] }, { ...good, asides: [{ purpose: 'x' }] }, { ...good, revision: -1 }, { ...good, os: 3 }, { ...good, counts: {} }]) {
    expect(() => dnsFold.decode(bad, contextOf())).toThrow('snapshot')
  }
})

it('does not grow over ten thousand rounds in which every answer is another one', () => {
  const [setup, ...rest] = eventful(['timeout'])
  const view = fold([setup ?? expect.fail()])
  const servers = rest.filter(({ kind }) => kind === 'dns.server')
  fold(servers, view)
  const told = rest.filter(({ kind }) => kind === 'dns.answer' || kind === 'dns.os' || kind === 'dns.port' || kind === 'dns.round').slice(0, 40)
  const turn = (round: number): void => {
    for (const event of told) {
      const atMs = event.atMs + round * 30_000
      if (event.kind === 'dns.answer') {
        const [first, ...others] = event.reply.answers
        const answers = first === undefined ? [] : [{ ...first, value: `10.${round % 200}.${Math.floor(round / 200)}.1` }, ...others]
        dnsFold.apply(view, { ...event, atMs, round, reply: { ...event.reply, answers } })
      } else if (event.kind === 'dns.os') dnsFold.apply(view, { ...event, atMs, round, addresses: [`10.0.0.${round % 256}`] })
      else if (event.kind === 'dns.port') dnsFold.apply(view, { ...event, atMs, round, address: `10.1.${Math.floor(round / 256)}.${round % 256}` })
      else if (event.kind === 'dns.round') dnsFold.apply(view, { ...event, atMs, round })
    }
  }
  const size = (): number => JSON.stringify(dnsFold.encode(view)).length
  for (let round = 1; round <= 1000; round++) turn(round)
  const settled = size()
  for (let round = 1001; round <= 10_000; round++) turn(round)
  expect(size()).toBeLessThan(settled * 1.1)
  expect(view.servers.flatMap(({ cells }) => [...cells.values()]).every(({ spans }) => spans.length <= 256)).toBe(true)
  expect(view.servers.every(({ times }) => times.length <= 120)).toBe(true)
  expect(view.os?.spans.length).toBeLessThanOrEqual(256)
})

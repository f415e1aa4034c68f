/** The fold of a names run: cells, stretches, times, what the host gets, ports, the walk, and what the rules are told of. */
import { expect, it } from 'vitest'
import type { EventBody, SessionEvent } from '#lib/protocol/events.ts'
import { dnsFold } from '#lib/tools/dns/fold.ts'
import type { DnsPurpose, DnsRole } from '#lib/tools/dns/events.ts'
import type { DnsReply } from '#lib/tools/dns/reply.ts'
import type { DnsServerView, DnsView } from '#lib/tools/dns/view.ts'
import { contextOf, NOW, RUN } from './drive.ts'

const replied = (status = 'NOERROR', values: string[] = [], more: Partial<DnsReply> = {}): DnsReply => ({
  status, server: null, transport: 'udp', flags: ['qr'], authoritative: false, answers: values.map((value) => ({ name: 'www.corp.example', type: 'A', ttl: 60, value })), authority: [], additional: [],
  queryMs: 3, bytes: 60, truncated: false, ede: [], ...more,
})

/** A view, and a hand that writes its log. */
class Log {
  view: DnsView = dnsFold.empty(contextOf())
  #seq = 0
  nowMs = NOW
  round = 1

  say(event: EventBody): this {
    const whole: SessionEvent = { ...event, atMs: this.nowMs, seq: ++this.#seq }
    dnsFold.apply(this.view, whole)
    return this
  }

  setup(types: string[] = ['A', 'AAAA']): this {
    return this.say({ kind: 'dns.setup', runId: RUN, name: 'www.corp.example', types, search: [], ndots: 1, services: [], servicesFrom: null, hosts: [] })
  }

  server(server: string, role: DnsRole = 'own', more: { refused?: string } = {}): this {
    return this.say({ kind: 'dns.server', runId: RUN, server, address: server, port: 53, role, name: null, from: 'f', refused: more.refused ?? null })
  }

  answer(server: string, reply: DnsReply, { type = 'A', purpose = 'matrix', name = 'www.corp.example' }: { type?: string; purpose?: DnsPurpose; name?: string } = {}): this {
    return this.say({ kind: 'dns.answer', runId: RUN, line: 7, round: this.round, server, purpose, name, type, reply })
  }

  port(address: string, state: 'open' | 'refused' = 'open'): this {
    return this.say({ kind: 'dns.port', runId: RUN, line: 7, round: this.round, address, port: 443, state, ms: 1, text: state })
  }

  over(nextInMs: number | null = 5000): this {
    this.say({ kind: 'dns.round', runId: RUN, round: this.round, nextInMs })
    this.round++
    this.nowMs += 5000
    return this
  }

  at(server: string): DnsServerView {
    return this.view.servers.find((one) => one.server === server) ?? expect.fail(`no ${server}`)
  }
}

it('is empty before the run, and holds what is asked and whom', () => {
  const log = new Log()
  expect(log.view).toMatchObject({ name: '', types: [], setup: null, rounds: 0, roundAtMs: null, revision: 0 })
  log.setup().server('1', 'chosen').server('2', 'authority').server('3').server('4', 'public').server('5').server('6', 'upstream', { refused: 'No.' })
  expect(log.view.servers.map(({ server, role, refused }) => [server, role, refused])).toEqual([
    ['3', 'own', null], ['5', 'own', null], ['6', 'upstream', 'No.'], ['1', 'chosen', null], ['4', 'public', null], ['2', 'authority', null],
  ])
  expect(log.view.servers.every(({ medianMs, serial, cells }) => Number.isNaN(medianMs) && serial === null && cells.size === 0)).toBe(true)
})

it('a server told again keeps what it said', () => {
  const log = new Log().setup().server('1').answer('1', replied()).server('1', 'own', { refused: 'The policy changed.' })
  expect(log.view.servers).toHaveLength(1)
  expect(log.at('1')).toMatchObject({ refused: 'The policy changed.' })
  expect(log.at('1').cells.size).toBe(1)
})

it('a cell is the newest reply, how often it was asked, how often nobody answered, and how long it has been like that', () => {
  const log = new Log().setup().server('1')
  const kinds = [replied('NOERROR', ['192.0.2.1']), replied('TIMEOUT', [], { queryMs: null }), replied('TIMEOUT', [], { queryMs: null }), replied('NOERROR', ['192.0.2.1']), replied('NOERROR', ['192.0.2.2'])]
  for (const reply of kinds) log.answer('1', reply).over()
  const cell = log.at('1').cells.get('A')
  expect(cell).toMatchObject({ asked: 5, noReply: 2, inARow: 2, round: 5, line: 7, key: 'NOERROR\nA 192.0.2.2' })
  expect(cell?.spans).toEqual([
    { sinceMs: NOW, untilMs: NOW, key: 'NOERROR\nA 192.0.2.1' }, { sinceMs: NOW + 5000, untilMs: NOW + 10_000, key: 'TIMEOUT' },
    { sinceMs: NOW + 15_000, untilMs: NOW + 15_000, key: 'NOERROR\nA 192.0.2.1' }, { sinceMs: NOW + 20_000, untilMs: NOW + 20_000, key: 'NOERROR\nA 192.0.2.2' },
  ])
  expect(log.view.counts).toEqual({ asked: 5, answered: 3, noReply: 2 })
})

it('cells stand in the order of the question', () => {
  const log = new Log().setup().server('1').answer('1', replied(), { type: 'AAAA' }).answer('1', replied(), { type: 'A' })
  expect([...log.at('1').cells.keys()]).toEqual(['A', 'AAAA'])
})

it('the median leaves out the first of each type, and silence has no time', () => {
  const log = new Log().setup().server('1')
  for (const ms of [900, 10, 20, null, 40]) log.answer('1', ms === null ? replied('TIMEOUT', [], { queryMs: null }) : replied('NOERROR', [], { queryMs: ms }))
  log.answer('1', replied('NOERROR', [], { queryMs: 700 }), { type: 'AAAA' })
  expect(log.at('1').times.map(({ ms, first }) => [ms, first])).toEqual([[900, true], [10, false], [20, false], [40, false], [700, true]])
  expect(log.at('1').medianMs).toBe(20)
  log.answer('1', replied('NOERROR', [], { queryMs: 25 }))
  expect(log.at('1').medianMs).toBe((20 + 25) / 2)
})

it('the serial is that of the name that was asked for', () => {
  const soa = (name: string, serial: string): DnsReply => replied('NOERROR', [], { answers: [{ name, type: 'SOA', ttl: 1, value: `a. b. ${serial} 2 3 4 5` }], authoritative: true })
  const log = new Log().setup().server('1', 'authority')
  const zone = { type: 'SOA', purpose: 'zone' as const, name: 'corp.example' }
  log.answer('1', soa('Corp.example', '2026112201'), zone).answer('1', soa('other.example', '7'), zone).answer('1', replied('TIMEOUT'), zone)
  expect(log.at('1').serial).toBe('2026112201')
  expect(log.answer('1', soa('corp.example', '9'), zone).at('1').serial).toBe('9')
  expect(log.answer('1', { ...soa('corp.example', '3'), authoritative: false }, zone).at('1').serial).toBe('9')
})

it('what is asked beside the matrix is kept newest by newest, and no cell', () => {
  const log = new Log().setup().server('1')
  log.answer('1', replied('SERVFAIL'), { purpose: 'cd' }).answer('1', replied(), { purpose: 'tcp' }).answer('1', replied(), { purpose: 'cd' })
  expect(log.view.asides.map(({ purpose, reply }) => [purpose, reply.status])).toEqual([['tcp', 'NOERROR'], ['cd', 'NOERROR']])
  expect(log.at('1').cells.size).toBe(0)
  for (let at = 0; at < 300; at++) log.answer('1', replied(), { purpose: 'ptr', name: `n${at}.example` })
  expect(log.view.asides).toHaveLength(128)
  expect(log.view.asides.at(-1)?.name).toBe('n299.example')
})

it('what the host gets has stretches too', () => {
  const log = new Log().setup()
  const os = (addresses: string[], source: string | null = null): Log => log.say({ kind: 'dns.os', runId: RUN, line: 3, round: log.round, name: 'www', status: addresses.length > 0 ? 'found' : 'not-found', addresses, ms: 2, source })
  os(['192.0.2.1', '192.0.2.2']).over()
  os(['192.0.2.2', '192.0.2.1']).over()
  const before = log.view.revision
  os(['192.0.2.2', '192.0.2.1'], '/etc/hosts line 3')
  expect(log.view.revision).toBe(before + 1)
  os([])
  expect(log.view.os).toMatchObject({ status: 'not-found', addresses: [], key: 'not-found' })
  expect(log.view.os?.spans.map(({ sinceMs, untilMs }) => untilMs - sinceMs)).toEqual([10_000, 0])
})

it('ports are those of the newest round', () => {
  const log = new Log().setup().port('192.0.2.1').port('192.0.2.2').over()
  log.port('192.0.2.2', 'refused')
  expect(log.view.ports.map(({ address, state, round }) => [address, state, round])).toEqual([['192.0.2.1', 'open', 1], ['192.0.2.2', 'refused', 2]])
  expect(log.over().view.ports.map(({ address }) => address)).toEqual(['192.0.2.2'])
  expect(log.over().view.ports).toEqual([])
})

it('a walk begins at the root and takes the place of the one before', () => {
  const log = new Log().setup()
  const stop = (zone: string): Log => log.say({ kind: 'dns.delegation', runId: RUN, line: null, zone, serverName: 's', address: null, reply: null, child: null, refused: 'No.' })
  for (const zone of ['.', '.', 'example', 'corp.example']) stop(zone)
  expect(log.view.walk).toHaveLength(4)
  expect(stop('.').view.walk.map(({ zone }) => zone)).toEqual(['.'])
})

it('knows when the next round begins, and that none does at the end', () => {
  const log = new Log().setup().over(30_000)
  expect(log.view).toMatchObject({ rounds: 1, roundAtMs: NOW, nextAtMs: NOW + 30_000, ended: false })
  log.say({ kind: 'run.ended', runId: RUN, outcome: { kind: 'stopped', code: 'stopped', message: 'Stopped.' } })
  expect(log.view).toMatchObject({ nextAtMs: null, ended: true })
  log.say({ kind: 'dns.fatal', runId: RUN, error: 'tool-missing', text: 'first' }).say({ kind: 'dns.fatal', runId: RUN, error: 'x', text: 'second' })
  expect(log.view.fatal).toMatchObject({ text: 'first' })
})

it('the revision is raised by what is new, by what goes wrong again, and by the end of a round, and not by the same answer again', () => {
  const log = new Log().setup().server('1').answer('1', replied('NOERROR', ['192.0.2.1']))
  const raised = (act: () => unknown): boolean => { const before = log.view.revision; act(); return log.view.revision > before }
  expect(raised(() => log.answer('1', replied('NOERROR', ['192.0.2.1'], { queryMs: 9 })))).toBe(false)
  expect(raised(() => log.answer('1', replied('NOERROR', ['192.0.2.3'])))).toBe(true)
  expect(raised(() => log.answer('1', replied('TIMEOUT')))).toBe(true)
  expect(raised(() => log.answer('1', replied('TIMEOUT')))).toBe(true)
  expect(raised(() => log.over())).toBe(true)
  expect(raised(() => log.port('192.0.2.1'))).toBe(true)
  expect(raised(() => log.port('192.0.2.1'))).toBe(false)
  expect(raised(() => log.say({ kind: 'clock.step', deltaMs: 500 }))).toBe(false)
})

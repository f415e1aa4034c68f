/** Which cells of the resolver matrix differ, and what stands in them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matrixOf, type Matrix } from '#lib/timeline/dns-matrix.ts'
import { laterSerial, referenceOf } from '#lib/timeline/dns-reference.ts'
import { answerWords, inert } from '#lib/timeline/dns-text.ts'
import { ttlOf } from '#lib/timeline/dns-ttl.ts'
import type { DnsRole } from '#lib/tools/dns/events.ts'
import type { DnsReply } from '#lib/tools/dns/reply.ts'
import type { DnsView } from '#lib/tools/dns/view.ts'
import { cell, designView, makeView, NAME, NEW, NOW, OLD, os, port, record, reply, server } from './dns-views.ts'

const draw = (view: DnsView, more: { over?: boolean; nowMs?: number; port?: number | null } = {}): Matrix => matrixOf({ view, types: view.types, port: null, nowMs: NOW, over: false, ...more })
/** A row as `text after!`, the mark where the cell differs. */
const row = (matrix: Matrix, head: string): string[] => matrix.rows.find((one) => one.head === head)?.cells.map((one) => `${one.text}${one.after === '' ? '' : ` ${one.after}`}${one.differs === null ? '' : '!'}`.replaceAll('\u00a0', ' ')) ?? []

const a = (...addresses: string[]): DnsReply => reply({ answers: addresses.map((address) => record('A', address)) })
const aa = (said: DnsReply): DnsReply => ({ ...said, authoritative: true, flags: ['qr', 'aa', 'rd'] })
const at = (address: string, role: DnsRole, said: DnsReply, serial: string | null = null) => server({ address, role, serial, cells: [cell({ reply: said })] })
const one = (...servers: ReturnType<typeof server>[]): DnsView => makeView({ types: ['A'], servers })

describe('the matrix of the design', () => {
  const matrix = draw(designView())
  it('has this host first, then own and upstream, public, authorities, with a line between groups', () => {
    expect(matrix.columns.map(({ title, begins }) => `${begins ? '|' : ''}${title}`)).toEqual(['this host', '|stub', 'corp', '|1.1.1.1', '8.8.8.8', '|ns1.example.com', 'ns2.example.com'])
    expect(matrix.rows.map(({ head }) => head)).toEqual(['Status', 'A', 'AAAA', 'HTTPS', 'TTL left', 'SOA serial', 'Flags', 'Port 443 there', 'Transport'])
  })
  it('marks what differs from the name server with the newest serial, and nothing else', () => {
    expect(row(matrix, 'A')).toEqual([`${OLD}!`, `${OLD}!`, `${OLD}!`, NEW, NEW, NEW, `${OLD}!`])
    expect(row(matrix, 'AAAA')).toEqual(['none', 'NODATA!', 'NODATA!', '2001:db8:40:7::24', '2001:db8:40:7::24', '2001:db8:40:7::24', 'NODATA!'])
    expect(row(matrix, 'SOA serial')).toEqual(['–', '–', '–', '2026112203', '2026112203', '2026112203', '2026112201!'])
    expect(row(matrix, 'Status').some((text) => text.endsWith('!'))).toBe(false)
    expect(matrix.references.get('A')).toMatchObject({ kind: 'zone' })
  })
  it('counts caches down and says what the zone sets', () => expect(row(matrix, 'TTL left')).toEqual(['–', '48 min 34 s!', '48 min 34 s!', '41 s', '12 s', '1 min set', '1 h set!']))
  it('says of every answer whether it accepts a connection', () => expect(row(matrix, 'Port 443 there')).toEqual(['refused', 'refused', 'refused', 'open, 31.8 ms', 'open, 31.8 ms', 'open, 31.8 ms', 'refused']))
})

describe('what differs', () => {
  it('without the zone the majority decides; a tie decides nothing and marks all', () => {
    expect(row(draw(one(at('1.1.1.1', 'own', a(OLD)), at('2.2.2.2', 'own', a(NEW)), at('3.3.3.3', 'own', a(NEW)))), 'A').slice(1)).toEqual([`${OLD}!`, NEW, NEW])
    const tie = draw(one(at('1.1.1.1', 'own', a(OLD)), at('2.2.2.2', 'own', a(NEW))))
    expect(row(tie, 'A').slice(1)).toEqual([`${OLD}!`, `${NEW}!`])
    expect(tie.rows[1]?.cells[1]?.differs).toBe('the servers do not agree')
  })
  it('one name server of the zone outweighs any number of resolvers', () => {
    const view = one(...[1, 2, 3, 4].map((n) => at(`10.0.0.${n}`, 'own', a(OLD))), at('9.9.9.9', 'authority', aa(a(NEW))))
    expect(row(draw(view), 'A').slice(1)).toEqual([...Array.from({ length: 4 }, () => `${OLD}!`), NEW])
  })
  it('a lame name server decides nothing and its flags say so', () => {
    const matrix = draw(one(at('1.1.1.1', 'own', a(NEW)), at('2.2.2.2', 'own', a(NEW)), at('9.9.9.9', 'authority', a(OLD))))
    expect(row(matrix, 'A').slice(1)).toEqual([NEW, NEW, `${OLD}!`])
    expect(row(matrix, 'Flags')[3]).toBe('qr rd ra!')
  })
  it('order, TTL and case of a name do not matter; another address does', () => {
    const matrix = draw(one(at('1.1.1.1', 'own', a(NEW, OLD)), at('2.2.2.2', 'own', a(OLD, NEW)), at('3.3.3.3', 'own', a(OLD))))
    expect(row(matrix, 'A').slice(1)).toEqual([`${OLD} +1`, `${OLD} +1`, `${OLD}!`])
  })
  it('no answer, a refusal and a failure have words of their own and are no difference', () => {
    const silent = (status: string): DnsReply => reply({ status, server: null, transport: null, flags: [], bytes: null, queryMs: null, authoritative: null })
    const matrix = draw(one(at('1.1.1.1', 'own', a(NEW)), at('2.2.2.2', 'own', silent('TIMEOUT')), at('3.3.3.3', 'own', reply({ status: 'SERVFAIL' })), at('4.4.4.4', 'own', reply({ status: 'REFUSED' })), at('5.5.5.5', 'own', silent('UNREACHABLE'))))
    expect(row(matrix, 'A').slice(1)).toEqual([NEW, 'timeout', 'SERVFAIL', 'REFUSED', 'unreachable'])
    expect(matrix.rows[0]?.cells.map(({ glyph }) => glyph)).toEqual([null, 'ok', 'crit', 'crit', 'warn', 'crit'])
  })
  it('a name that does not exist differs from one that does, also in its status', () => {
    const matrix = draw(one(at('1.1.1.1', 'own', a(NEW)), at('2.2.2.2', 'own', a(NEW)), at('3.3.3.3', 'own', reply({ status: 'NXDOMAIN' }))))
    expect(row(matrix, 'Status').slice(1)).toEqual(['NOERROR', 'NOERROR', 'NXDOMAIN!'])
    expect(row(draw(one(at('1.1.1.1', 'own', reply({ status: 'NXDOMAIN' })), at('2.2.2.2', 'own', reply({ status: 'NXDOMAIN' })))), 'A').slice(1)).toEqual(['no such name', 'no such name'])
  })
  it('an alias out of the zone is followed by resolvers only: then most of them decide', () => {
    const alias = record('CNAME', 'shop.cdn.example.net')
    const to = (address: string): DnsReply => reply({ answers: [alias, { ...record('A', address), name: 'shop.cdn.example.net' }] })
    const zone = at('9.9.9.9', 'authority', aa(reply({ answers: [alias] })))
    expect(row(draw(one(at('1.1.1.1', 'own', to(NEW)), at('2.2.2.2', 'own', to(NEW)), at('3.3.3.3', 'own', to(OLD)), zone)), 'A').slice(1)).toEqual([NEW, NEW, `${OLD}!`, 'none'])
    expect(row(draw(one(at('1.1.1.1', 'own', a(NEW)), zone)), 'A')[1]).toBe(`${NEW}!`)
  })
  it('this host differs by the addresses that it has, not by a family that it never asks for', () => {
    const servers = [server({ address: '1.1.1.1', role: 'own', cells: [cell({ reply: a(NEW) }), cell({ type: 'AAAA', reply: reply({ answers: [record('AAAA', '2001:db8::1')] }) })] })]
    const hosts = draw(makeView({ servers, os: os({ addresses: ['10.1.2.3'], source: '/etc/hosts line 7' }) }))
    expect([row(hosts, 'A')[0], row(hosts, 'AAAA')[0], hosts.columns[0]?.words]).toEqual(['10.1.2.3!', 'none', 'getent, /etc/hosts line 7'])
    expect(row(draw(makeView({ servers, os: os({ addresses: [NEW] }) })), 'A')[0]).toBe(NEW)
    expect(row(draw(makeView({ servers, os: os({ addresses: [], status: 'not-found' }) })), 'Status')[0]).toBe('not found!')
  })
  it('is never marked where all say the same, and the reference is one of the answers', () => fc.assert(fc.property(fc.array(fc.record({ role: fc.constantFrom<DnsRole>('own', 'public', 'authority'), address: fc.constantFrom(OLD, NEW, '203.0.113.7') }), { minLength: 1, maxLength: 8 }), (made) => {
    const view = one(...made.map(({ role, address }, i) => at(`10.0.0.${i}`, role, role === 'authority' ? aa(a(address)) : a(address))))
    const marked = row(draw(view), 'A').slice(1)
    const alike = new Set(made.map(({ address }) => address)).size === 1
    const reference = referenceOf(view, 'A')
    expect(marked.some((text) => text.endsWith('!'))).toBe(!alike)
    if ('reply' in reference) expect(made.map(({ address }) => address)).toContain(reference.reply.answers[0]?.value)
  })))
  it('serials wrap around', () => {
    expect(laterSerial('2026112203', '2026112201')).toBe(true)
    expect(laterSerial('5', '4294967290')).toBe(true)
    expect([laterSerial('4294967290', '5'), laterSerial('7', '7')]).toEqual([false, false])
  })
})

describe('cells', () => {
  it('wait during the first round, not after it and not when the run is over', () => {
    const view = { ...one(server({ address: '1.1.1.1', role: 'own' })), rounds: 0 }
    const waits = (matrix: Matrix): boolean => matrix.rows[1]?.cells[1]?.pending ?? false
    expect([waits(draw(view)), waits(draw(view, { over: true })), waits(draw({ ...view, rounds: 1 }))]).toEqual([true, false, false])
  })
  it('of a server that policy refuses say why and nothing else', () => {
    const matrix = draw(one(server({ address: '10.9.9.9', role: 'chosen', refused: 'Rule 4 refuses it.' })))
    expect(matrix.rows[0]?.cells[1]).toMatchObject({ text: 'not asked', full: 'Rule 4 refuses it.' })
    expect(row(matrix, 'A')[1]).toBe('–')
  })
  it('what cannot be tried is not down; some open is not all', () => {
    const view = one(at('1.1.1.1', 'own', a(NEW, OLD)))
    const words = (...ports: ReturnType<typeof port>[]): string => row(draw({ ...view, ports }), 'Port 443 there')[1] ?? ''
    expect(words(port(NEW, 'denied'))).toBe('not tried, by policy')
    expect(words(port(NEW, 'open', 30), port(OLD, 'refused'))).toBe('1 of 2 open')
    expect(words(port(NEW, 'timeout'), port(OLD, 'timeout'))).toBe('no answer')
    expect(words(port(NEW, 'open', 30), port(OLD, 'error'))).toBe('open, 30.0 ms')
  })
  it('no port is asked about where none is known', () => expect(draw(one(at('1.1.1.1', 'own', a(NEW)))).rows.map(({ id }) => id)).not.toContain('port'))
  it('the TTL of nothing is the SOA\u2019s, and its end is said', () => {
    const soa = { ...record('SOA', 'ns1.example.com hostmaster.example.com 1 7200 3600 1209600 300', 900), name: 'example.com' }
    const held = server({ address: '1.1.1.1', role: 'own', cells: [cell({ reply: reply({ authority: [soa] }), atMs: NOW - 100_000 })] })
    expect(ttlOf(held, ['A'], NOW)).toMatchObject({ kind: 'left', seconds: 300, leftS: 200 })
    expect(row(draw(one(held), { nowMs: NOW + 300_000 }), 'TTL left')[1]).toBe('expired')
  })
})

describe('text out of answers', () => {
  it('has nothing in it that cannot be seen', () => fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    expect(inert(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2800]/u)
  })))
  it('spells out what steers, and is bounded', () => {
    expect(inert('a\u001b[31m\u202eb')).toBe('a\\u{1b}[31m\\u{202e}b')
    expect(inert('x'.repeat(5000), 100)).toHaveLength(101)
  })
  it('a timeout is not a name that does not exist, and no record is not an error', () => {
    expect(answerWords(reply({ status: 'TIMEOUT' }), 'A')).toEqual(['timeout'])
    expect(answerWords(reply({ status: 'NXDOMAIN' }), 'A')).toEqual(['NXDOMAIN'])
    expect(answerWords(reply({ answers: [record('CNAME', NAME)] }), 'A')).toEqual(['NODATA'])
  })
})

/** Rules of names where they must hold back, hand over or clear; and what was checked and fine. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { decodeSession, encodeSession } from '#lib/session/snapshot.ts'
import type { SessionView } from '#lib/session/view.ts'
import { mtr, ping, clean as cleanPath, session, logOf } from '../path-history.ts'
import { holding, loud, ordered, the, words } from '../verdicts.ts'
import { expectWhole } from '../whole.ts'
import { a, aa, ALL, answer, clean, cleanAuthority, names, NEW, NODATA, NS1, NS2, NXDOMAIN, OLD, OWN, PUBLIC, rr, SECOND, SILENT, SIX, status, ZONE, type Says, type Server } from './build.ts'

const says = (server: Server, reply: Says): Server => ({ ...server, says: reply })
const only = (type: string, reply: ReturnType<typeof a>, otherwise: Says = clean): Says => (asked, round) => (asked === type ? reply : otherwise(asked, round))
const PTR = [
  { purpose: 'ptr' as const, name: '24.113.0.203.in-addr.arpa', type: 'PTR', reply: answer([rr('PTR', 'www.example.test.')]) },
  { purpose: 'forward' as const, name: 'www.example.test', type: 'A', reply: a(NEW) },
]
const healthy = (more: Partial<Parameters<typeof names>[0]> = {}): SessionView => session(names({ servers: [...ALL, PUBLIC], os: { addresses: [NEW] }, asides: PTR, ports: [{ address: NEW, state: 'open' }], ...more }))

describe('a healthy name', () => {
  test('gives no finding', () => expect(words(healthy())).toEqual([]))
  test('gives none in its first round, nor over fifty', () => {
    expect(words(healthy({ rounds: 1 }))).toEqual([])
    expect(words(healthy({ rounds: 50 }))).toEqual([])
  })
  test('gives none with both families', () => {
    const dual: Says = (type) => (type === 'A' ? a(NEW) : a(SIX))
    expect(words(healthy({ servers: [says(OWN, dual), says(NS1, (type, round) => { const r = dual(type, round); return r && aa(r) })], os: { addresses: [NEW] }, ports: [{ address: NEW, state: 'open' }, { address: SIX, state: 'refused' }] }))).toEqual([])
  })
  test('says what was checked and fine', () => {
    const walk = [{ zone: '.', server: 'a.root.test', reply: NODATA, child: { zone: ZONE, ns: [`ns1.${ZONE}`, `ns2.${ZONE}`] } }, { zone: ZONE, server: `ns1.${ZONE}`, reply: aa(a(NEW)) }]
    const view = healthy({ walk, asides: [...PTR, { purpose: 'tcp', type: 'A', reply: a(NEW) }, { purpose: 'zone', server: '198.51.100.61', name: ZONE, type: 'NS', reply: aa(answer([rr('NS', `ns1.${ZONE}`, { name: ZONE }), rr('NS', `ns2.${ZONE}`, { name: ZONE })])) }] })
    expect(view.fine.map(({ title, value }) => `${title}: ${value.replaceAll('\u00a0', ' ')}`)).toEqual([
      'Every server answers: 5 of 5', 'Servers agree: 5 of 5', 'Programs get what DNS says: 2.0 ms', 'IPv4 only, and said so: AAAA: no record', 'Delegation matches: 2 of 2 NS',
      'Same version of the zone: 2026112203', 'No truncation, UDP fits: 80 B', 'Answers survive a TCP retry: 1 of 1', 'Reverse name matches: PTR', 'Zone is unsigned: no DNSSEC',
    ])
  })
  test('a checked signature is told', () => expect(healthy({ servers: [says(OWN, () => ({ ...a(NEW), flags: ['qr', 'rd', 'ra', 'ad'] }))] }).fine.map(({ title }) => title)).toContain('Signatures hold'))
  test('nothing is said before the first round is over', () => {
    const view = session(names({ servers: [OWN, says(SECOND, () => SILENT)], rounds: 1, open: true }))
    expect(words(view)).toEqual([])
    expect(view.fine).toEqual([])
  })
})

describe('just below the threshold', () => {
  test('one question of many without a reply is no finding once the server answers again', () => expect(words(healthy({ rounds: 12, servers: [says(OWN, (type, round) => (round === 3 && type === 'A' ? SILENT : clean(type, round))), NS1] })).filter((one) => !one.includes('(until)'))).toEqual([]))
  test('one silence is a note, two thirds are a warning', () => {
    const silentAt = (...rounds: number[]): SessionView => session(names({ types: ['A'], rounds: Math.max(...rounds), servers: [says(OWN, (type, round) => (rounds.includes(round) ? SILENT : clean(type, round)))] }))
    expect(the(silentAt(1), 'D-TIMEOUT')).toMatchObject({ severity: 'info', confidence: 'low' })
    expect(the(silentAt(1, 2), 'D-TIMEOUT')).toMatchObject({ severity: 'warn' })
    expect(the(silentAt(2, 3), 'D-TIMEOUT')).toMatchObject({ severity: 'warn' })
  })
  test('servers of the zone, or public ones, that a bastion may not reach are a note', () => {
    expect(loud(healthy({ servers: [OWN, ...[NS1, NS2].map((one) => ({ ...one, says: () => SILENT, serial: () => null }))] }).findings)).toEqual([])
    expect(loud(healthy({ servers: [OWN, NS1, says(PUBLIC, () => SILENT)] }).findings)).toEqual([])
  })
  test('one dead server of the zone beside one that answers is a warning', () => expect(loud(healthy({ servers: [OWN, NS1, { ...NS2, says: () => SILENT, serial: () => null }] }).findings)).toEqual(['D-TIMEOUT']))
  test('a server that the policy refuses is not asked and no finding', () => expect(words(healthy({ servers: [OWN, NS1, { ...PUBLIC, refused: 'not allowed', says: () => null }] }))).toEqual([]))
  test('answers that differ once are a note, and the second time a warning', () => {
    const differ = (rounds: number): SessionView => session(names({ rounds, servers: [OWN, says(SECOND, only('A', a(OLD)))] }))
    expect(the(differ(1), 'D-DISAGREE')).toMatchObject({ severity: 'info' })
    expect(the(differ(2), 'D-DISAGREE')).toMatchObject({ severity: 'warn' })
  })
  test('round robin is no disagreement: one set in any order', () => {
    const turned: Says = (type, round) => (type === 'A' ? a(...(round % 2 ? [OLD, NEW] : [NEW, OLD])) : NODATA)
    expect(words(session(names({ rounds: 6, servers: [says(OWN, turned), says(SECOND, (type, round) => turned(type, round + 1)), says(NS1, (type, round) => { const r = turned(type, round); return r && aa(r) })] })))).toEqual([])
  })
  test('nor is a pool of which each answer is a part', () => {
    const pool = ['203.0.113.1', '203.0.113.2', '203.0.113.3']
    const part = (shift: number): Says => (type, round) => (type === 'A' ? a(pool[(round + shift) % 3] ?? '', pool[(round + shift + 1) % 3] ?? '') : NODATA)
    const view = session(names({ rounds: 9, servers: [says(OWN, part(0)), says(SECOND, part(1)), says(NS1, (type, round) => { const r = part(2)(type, round); return r && aa(r) })] }))
    expect(words(view)).toEqual([])
  })
  test('aliases on the way to the same address are no disagreement', () => expect(words(session(names({ types: ['A'], servers: [OWN, says(SECOND, () => answer([rr('CNAME', `edge.${ZONE}`), rr('A', NEW, { name: `edge.${ZONE}` })]))] })))).toEqual([]))
  test('a content network whose every answer works is a note', () => {
    const at = (address: string): Says => only('A', answer([rr('A', address, { ttl: 30 })]))
    const view = session(names({ servers: [says(OWN, at('203.0.113.1')), says(PUBLIC, at('203.0.113.2')), says(NS1, only('A', aa(a('203.0.113.3')), cleanAuthority))], ports: [1, 2, 3].map((n) => ({ address: `203.0.113.${n}`, state: 'open' as const })) }))
    expect(the(view, 'D-DISAGREE')).toMatchObject({ severity: 'info' })
    expect(loud(view.findings)).toEqual([])
  })
  test('one failed AAAA is no finding yet, two are', () => {
    const once = (rounds: number): SessionView => session(names({ rounds, servers: [says(OWN, only('AAAA', SILENT))] }))
    expect(words(once(1))).toEqual([])
    expect(holding(once(2))).toEqual(['D-AAAA-BROKEN'])
  })
  test('no AAAA, no HTTPS beside an A: nothing', () => expect(words(healthy({ types: ['A', 'AAAA', 'HTTPS', 'CAA'] }))).toEqual([]))
  test('a chain of five steps is none too long', () => expect(words(session(names({ types: ['A'], servers: [says(OWN, () => answer([...Array.from({ length: 5 }, (_, i) => rr('CNAME', `c${i + 1}.${ZONE}`, { name: i === 0 ? 'www.example.test' : `c${i}.${ZONE}` })), rr('A', NEW, { name: `c5.${ZONE}` })]))] })))).toEqual([]))
  test.each([[86_400, 0], [86_401, 1], [1, 0], [0, 1]])('a time to live of %i s: %i finding', (ttl, n) => expect(words(session(names({ types: ['A'], servers: [says(NS1, () => aa(answer([rr('A', NEW, { ttl })])))] }))).length).toBe(n))
  test.each([[99, []], [100, ['D-SLOW']], [999, ['D-SLOW']]])('answers after %i ms', (queryMs, rules) => {
    const view = session(names({ servers: [says(OWN, (type, round) => { const r = clean(type, round); return r && { ...r, queryMs } })] }))
    expect(holding(view)).toEqual(rules)
    expect(loud(view.findings)).toEqual([])
  })
  test('a first answer may take its time, up to a second', () => {
    const slow = (queryMs: number): SessionView => session(names({ rounds: 1, servers: [says(OWN, () => ({ ...a(NEW), queryMs }))], types: ['A'] }))
    expect(holding(slow(900))).toEqual([])
    expect(holding(slow(1200))).toEqual(['D-SLOW'])
  })
  test('a secondary that is behind for one round is a note', () => expect(the(session(names({ rounds: 1, servers: [OWN, NS1, { ...NS2, serial: () => 2026112201 }] })), 'D-LAG')).toMatchObject({ severity: 'info' }))
  test('serials count in a circle', () => expect(the(session(names({ servers: [OWN, { ...NS1, serial: () => 4_294_967_295 }, { ...NS2, serial: () => 0 }] })), 'D-LAG')?.title).toBe('ns1.example.test is one version behind ns2.example.test.'))
  test('programs that get one family only are no difference', () => expect(words(session(names({ servers: [says(OWN, (type) => (type === 'A' ? a(NEW) : a(SIX)))], os: { addresses: [NEW] } })))).toEqual([]))
  test('a hosts file that says the same is no difference', () => expect(words(healthy({ os: { addresses: [NEW], source: '/etc/hosts line 3' } }))).toEqual([]))
  test('what nobody knows is no difference between programs and DNS', () => {
    expect(holding(session(names({ servers: [says(OWN, () => NXDOMAIN)], os: {} })))).toEqual(['D-NXDOMAIN'])
    expect(holding(session(names({ servers: [says(OWN, () => status('SERVFAIL'))], os: {} })))).toEqual(['D-SERVFAIL'])
  })
  test('a delegation within a server is not lame', () => expect(words(healthy({ servers: [OWN, says({ ...NS1, serial: () => null }, () => answer([], { authority: [rr('NS', 'ns1.sub.test', { name: 'www.example.test' })] }))] }))).toEqual([]))
  test('an IPv6 address that refuses is reached', () => expect(holding(session(names({ servers: [says(OWN, (type) => (type === 'A' ? a(NEW) : a(SIX)))], ports: [{ address: NEW, state: 'open' }, { address: SIX, state: 'refused' }] })))).toEqual([]))
})

describe('the life of findings of names', () => {
  test('a dead server that comes back ends the finding', () => {
    const view = session(names({ rounds: 30, servers: [OWN, says(SECOND, (type, round) => (round <= 2 ? SILENT : clean(type, round)))] }))
    expect(the(view, 'D-TIMEOUT')?.untilMs).not.toBeNull()
    expect(holding(view)).toEqual([])
  })
  test('a cache that runs out ends the disagreement', () => {
    const view = session(names({ rounds: 8, servers: [OWN, says(SECOND, (type, round) => (round <= 4 ? only('A', a(OLD))(type, round) : clean(type, round))), NS1] }))
    expect(the(view, 'D-DISAGREE')?.untilMs).not.toBeNull()
  })
  test('a later run of the same question has the say: fixed, it ends; not fixed, it goes on as one', () => {
    const bad = { servers: [says(OWN, () => status('SERVFAIL'))] }
    const fixed = session(names({ ...bad, id: 'one' }), names({ servers: [OWN], id: 'two', atS: 120 }))
    expect(fixed.findings.map(({ rule, untilMs }) => [rule, untilMs === null])).toEqual([['D-SERVFAIL', false]])
    const still = session(names({ ...bad, id: 'one' }), names({ ...bad, id: 'two', atS: 120 }))
    expect(still.findings.map(({ rule, untilMs }) => [rule, untilMs === null])).toEqual([['D-SERVFAIL', true]])
    expect(still.findings[0]?.span.runId).toBe(still.runs[1]?.runId)
  })
  test('a later run that asks somebody else does not have it', () => expect(holding(session(names({ servers: [says(OWN, () => status('SERVFAIL'))], id: 'one' }), names({ servers: [OWN], id: 'two', atS: 120, options: { server: '10.0.0.99' } })))).toEqual(['D-SERVFAIL']))
  test('findings of ping and path beside it stay their own', () => {
    const view = session(names({ servers: [OWN, says(SECOND, () => SILENT)] }), ping({ probes: 60, host: 'www.example.test', address: NEW, answer: () => null }), mtr({ rounds: 30, host: 'www.example.test', address: NEW, lastTtl: 16, answer: (ttl, round) => (ttl > 4 ? null : cleanPath(ttl, round)) }))
    expect(ordered(view).filter(({ explainedBy }) => explainedBy === undefined).map(({ rule }) => rule).toSorted()).toEqual(['D-TIMEOUT', 'P-UNREACH-AT'])
  })
  test.each([0.2, 0.5, 0.8])('snapshot at %d and tail: the same findings', (share) => {
    const log = logOf(names({ rounds: 6, servers: [says(OWN, only('A', a(OLD))), SECOND, NS1, { ...NS2, serial: () => 2026112201 }] }))
    const whole = emptySession()
    for (const event of log) applyEvent(whole, event)
    const cut = Math.floor(log.length * share)
    const part = emptySession()
    for (const event of log.slice(0, cut)) applyEvent(part, event)
    const resumed = decodeSession(JSON.parse(JSON.stringify(encodeSession(part))))
    if (!resumed) throw new Error('the snapshot was refused')
    for (const event of log.slice(cut)) applyEvent(resumed, event)
    expect(resumed.findings).toEqual(whole.findings)
    expect(resumed.fine).toEqual(whole.fine)
  })
})

describe('whatever servers say', () => {
  const text = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('$(reboot)', '`id`', '-x', 'a;b', '\u202Eevil', '\u001b[31m', '<script>', '10 mail.example.test', 'www.example.test', NEW, OLD, ''))
  const record = fc.record({ name: text, type: fc.constantFrom('A', 'AAAA', 'CNAME', 'SOA', 'NS', 'PTR', 'MX', 'RRSIG'), ttl: fc.option(fc.integer({ min: 0, max: 2 ** 31 })), value: text })
  const reply = fc.record({
    status: fc.constantFrom('NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED', 'TIMEOUT', 'CONNREFUSED', 'FORMERR', 'BADREPLY'), flags: fc.subarray(['tc', 'aa', 'ad']), authoritative: fc.constantFrom(true, false, null),
    answers: fc.array(record, { maxLength: 4 }), authority: fc.array(record, { maxLength: 2 }), truncated: fc.boolean(), queryMs: fc.option(fc.integer({ min: 0, max: 5000 })), ede: fc.array(fc.record({ code: fc.nat(30), text }), { maxLength: 1 }),
  }).map((more) => answer([], more))
  const purpose = fc.constantFrom('cd' as const, 'tcp' as const, 'search' as const, 'ptr' as const, 'forward' as const, 'zone' as const)
  test('rules answer with whole findings, and commands hold nothing hostile', () => {
    fc.assert(fc.property(
      fc.array(fc.tuple(reply, reply, text, fc.constantFrom('own' as const, 'public' as const, 'authority' as const)), { minLength: 1, maxLength: 4 }),
      fc.array(fc.record({ purpose, name: text, type: fc.constantFrom('A', 'PTR', 'NS', 'SOA'), reply }), { maxLength: 5 }),
      fc.array(fc.tuple(text, text, reply), { maxLength: 3 }),
      (servers, asides, walk) => {
        const view = session(names({
          rounds: 2, os: { addresses: [OLD] }, asides, servers: servers.map(([first, second, name, role], i) => ({ server: `10.0.0.${i + 1}`, role, name, from: role === 'authority' ? 'NS of example.test' : 'chosen', says: (type) => (type === 'A' ? first : second) })),
          walk: walk.map(([zone, server, said]) => ({ zone, server, reply: said, child: { zone: server, ns: [zone], glue: [{ name: zone, address: OLD }] } })),
        }))
        for (const finding of view.findings) expectWhole({ ...finding, title: finding.title.trim(), evidence: finding.evidence.filter(({ value }) => value !== '') .map((row, i) => ({ ...row, label: `${i}` })) }, view)
        for (const finding of view.findings) expect(JSON.stringify(finding.title + finding.evidence.map(({ label, value }) => label + value).join(''))).not.toMatch(/\\u001b|\u202E/)
      },
    ), { numRuns: 150 })
  })
})

/** Each rule of names fires on the history that proves it, first and alone above "info"; a healthy name gives none. */
import { describe, expect, test } from 'vitest'
import type { SessionView } from '#lib/session/view.ts'
import { session } from '../path-history.ts'
import { loud, ordered, plain, rowsOf, the, words } from '../verdicts.ts'
import { expectWhole } from '../whole.ts'
import { a, aa, ALL, answer, clean, cleanAuthority, NAME, names, NEW, NODATA, NS1, NS2, NXDOMAIN, OLD, OWN, PUBLIC, rr, SECOND, SILENT, SIX, status, ZONE, type Says, type Server, type Step } from './build.ts'

const says = (server: Server, reply: Says): Server => ({ ...server, says: reply })
const always = (reply: ReturnType<typeof a>): Says => () => reply
const only = (type: string, reply: ReturnType<typeof a>, otherwise: Says = clean): Says => (asked, round) => (asked === type ? reply : otherwise(asked, round))
const stale: Says = only('A', answer([rr('A', OLD, { ttl: 2914 })]))
const dual: Says = (type) => (type === 'A' ? a(NEW) : a(SIX))
const dualAuthority: Says = (type, round) => { const reply = dual(type, round); return reply && aa(reply) }
const chain = (n: number): ReturnType<typeof a> => answer([...Array.from({ length: n }, (_, i) => rr('CNAME', `c${i + 1}.${ZONE}`, { name: i === 0 ? NAME : `c${i}.${ZONE}` })), rr('A', NEW, { name: `c${n}.${ZONE}` })])
const walkOf = (...own: { server: string; reply: ReturnType<typeof a> | null }[]): Step[] => [
  { zone: '.', server: 'a.root.test', reply: NODATA, child: { zone: 'test', ns: ['a.nic.test'] } },
  { zone: 'test', server: 'a.nic.test', reply: NODATA, child: { zone: ZONE, ns: own.map(({ server }) => server) } },
  ...own.map(({ server, reply }) => ({ zone: ZONE, server, reply })),
]

const CASES: { name: string; view: SessionView; rule: string; severity: string; title: RegExp; others?: string[] }[] = [
  { name: 'no such name', rule: 'D-NXDOMAIN', severity: 'info', title: /^www\.example\.test does not exist: every server that answers says so\.$/,
    view: session(names({ servers: ALL.map((one) => says(one, always(one.role === 'authority' ? aa(NXDOMAIN) : NXDOMAIN))), os: {} })) },
  { name: 'an alias of nothing', rule: 'D-NXDOMAIN', severity: 'info', title: /^www\.example\.test is an alias of gone\.example\.test, which does not exist\.$/,
    view: session(names({ servers: [says(OWN, always({ ...NXDOMAIN, answers: [rr('CNAME', `gone.${ZONE}`)] }))] })) },
  { name: 'a name without addresses', rule: 'D-NODATA', severity: 'info', title: /^www\.example\.test exists and has no address\.$/,
    view: session(names({ servers: ALL.map((one) => says(one, always(one.role === 'authority' ? aa(NODATA) : NODATA))), os: {} })) },
  { name: 'a type that is not there', rule: 'D-NODATA', severity: 'info', title: /exists and has no MX record\.$/, view: session(names({ types: ['MX'], servers: [says(OWN, always(NODATA))] })) },
  { name: 'resolvers that give up', rule: 'D-SERVFAIL', severity: 'warn', title: /^None of the resolvers can find out about www\.example\.test: SERVFAIL\.$/,
    view: session(names({ servers: [says(OWN, always(status('SERVFAIL', { ede: [{ code: 22, text: 'No Reachable Authority' }], queryMs: 1900 }))), says(SECOND, always(status('SERVFAIL')))], os: {}, asides: [{ purpose: 'cd', type: 'A', reply: status('SERVFAIL') }] })) },
  { name: 'a resolver that gives up because the zone’s server is silent', rule: 'D-TIMEOUT', severity: 'warn', title: /^ns1\.example\.test \(198\.51\.100\.61\) does not answer\.$/, others: ['D-SERVFAIL'],
    view: session(names({ servers: [says(OWN, always(status('SERVFAIL'))), says({ ...NS1, serial: () => null }, always(SILENT))], os: {} })) },
  { name: 'a server that refuses', rule: 'D-REFUSED', severity: 'warn', title: /^10\.0\.0\.54 refuses to answer this vantage\.$/,
    view: session(names({ servers: [OWN, says(SECOND, always(status('REFUSED'))), NS1, NS2], os: { addresses: [NEW] } })) },
  { name: 'a dead server beside one that answers', rule: 'D-TIMEOUT', severity: 'warn', title: /^10\.0\.0\.54 does not answer\.$/,
    view: session(names({ servers: [OWN, says(SECOND, always(SILENT)), NS1, NS2], os: { addresses: [NEW] }, rounds: 1, asides: [{ purpose: 'tcp', server: '10.0.0.54', type: 'A', reply: SILENT }] })) },
  { name: 'UDP that is filtered', rule: 'D-TIMEOUT', severity: 'warn', title: /^10\.0\.0\.53 answers over TCP and not over UDP\.$/,
    view: session(names({ servers: [says(OWN, always(SILENT))], asides: [{ purpose: 'tcp', type: 'A', reply: { ...a(NEW), transport: 'tcp' } }] })) },
  { name: 'nobody listens for DNS', rule: 'D-TIMEOUT', severity: 'warn', title: /^Nothing listens for DNS at 10\.0\.0\.54\.$/, view: session(names({ servers: [OWN, says(SECOND, always(status('CONNREFUSED')))], rounds: 1 })) },
  { name: 'no server at all', rule: 'D-TIMEOUT', severity: 'warn', title: /^No name server answers\.$/, view: session(names({ servers: [OWN, SECOND].map((one) => says(one, always(SILENT))), os: { status: 'timeout' } })) },
  { name: 'design 04: old and new address', rule: 'D-DISAGREE', severity: 'warn', title: /^Half the resolvers still send clients to the old address\.$/, others: ['D-LAG', 'D-TTL'],
    view: session(names({
      servers: [says(OWN, stale), says({ ...SECOND, role: 'chosen' }, stale), { ...PUBLIC, server: '1.1.1.1', says: dual }, { ...PUBLIC, says: dual }, says(NS1, dualAuthority), { ...NS2, says: only('A', aa(a(OLD)), cleanAuthority), serial: () => 2026112201 }],
      os: { addresses: [OLD] }, ports: [{ address: OLD, state: 'refused' }, { address: NEW, state: 'open', ms: 31.8 }, { address: SIX, state: 'open' }],
    })) },
  { name: 'one stale resolver, seen to be left behind', rule: 'D-DISAGREE', severity: 'warn', title: /^10\.0\.0\.54 still sends clients to the old address\.$/,
    view: session(names({ servers: [says(OWN, (type, round) => (round === 1 ? stale : clean)(type, round)), says(SECOND, stale), NS1, NS2], rounds: 4 })) },
  { name: 'resolvers that differ, with nobody to say who is right', rule: 'D-DISAGREE', severity: 'warn', title: /^The name servers do not agree on the A record of www\.example\.test\.$/,
    view: session(names({ servers: [says(OWN, stale), SECOND] })) },
  { name: 'authorities that differ, asked once', rule: 'D-DISAGREE', severity: 'warn', title: /do not agree on the A record/, view: session(names({ rounds: 1, servers: [OWN, NS1, says(NS2, only('A', aa(a(OLD)), cleanAuthority))] })) },
  { name: 'inside another address than outside', rule: 'D-DISAGREE', severity: 'info', title: /^www\.example\.test leads elsewhere inside than outside\.$/, view: session(names({ servers: [says(OWN, only('A', a('10.1.1.1'))), PUBLIC, NS1], os: { addresses: ['10.1.1.1'] } })) },
  { name: 'a resolver that says the name does not exist', rule: 'D-DISAGREE', severity: 'warn', title: /^10\.0\.0\.54 says that www\.example\.test does not exist, and it does\.$/, view: session(names({ servers: [OWN, says(SECOND, always(NXDOMAIN)), NS1, NS2] })) },
  { name: 'a hosts file that says otherwise', rule: 'D-OS-DIFF', severity: 'warn', title: /^\/etc\/hosts line 3 decides what programs get for www\.example\.test, and DNS says otherwise\.$/, view: session(names({ servers: ALL, os: { addresses: ['10.9.9.8'], source: '/etc/hosts line 3' } })) },
  { name: 'a name that only the hosts file knows', rule: 'D-OS-DIFF', severity: 'warn', title: /^\/etc\/hosts line 3 decides what programs get for www\.example\.test: DNS does not know it\.$/, others: ['D-NXDOMAIN'],
    view: session(names({ servers: [says(OWN, always(NXDOMAIN))], os: { addresses: ['10.9.9.8'], source: '/etc/hosts line 3' } })) },
  { name: 'programs that get nothing', rule: 'D-OS-DIFF', severity: 'warn', title: /^Programs on this host get no address for www\.example\.test, although DNS has one\.$/, view: session(names({ servers: ALL, os: { status: 'not-found' }, setup: { services: ['files'] } })) },
  { name: 'a cache of the host', rule: 'D-OS-DIFF', severity: 'warn', title: /^Programs on this host get another address for www\.example\.test/, view: session(names({ servers: ALL, os: { addresses: [OLD] } })) },
  { name: 'a bare name', rule: 'D-SEARCH', severity: 'info', title: /^intra is found only as intra\.corp\.example\.test, through the search list\.$/, others: ['D-NXDOMAIN'],
    view: session(names({ name: 'intra', host: 'intra', servers: [says(OWN, always(NXDOMAIN))], os: { addresses: [NEW] }, setup: { search: [`corp.${ZONE}`] }, asides: [{ purpose: 'search', name: `intra.corp.${ZONE}`, type: 'A', reply: a(NEW) }] })) },
  { name: 'a full name below ndots', rule: 'D-SEARCH', severity: 'info', title: /^Every look-up of www\.example\.test asks for 2 other names first\.$/, view: session(names({ servers: ALL, os: { addresses: [NEW] }, setup: { search: ['a.test', 'b.test'], ndots: 5 } })) },
  { name: 'AAAA that is answered with silence', rule: 'D-AAAA-BROKEN', severity: 'warn', title: /^10\.0\.0\.53 and 10\.0\.0\.54 give the A record of www\.example\.test and fail for AAAA: timeout\.$/,
    view: session(names({ rounds: 1, servers: [OWN, SECOND].map((one) => says(one, only('AAAA', SILENT))), os: { addresses: [NEW], ms: 5012 } })) },
  { name: 'AAAA that fails at the zone’s servers too', rule: 'D-AAAA-BROKEN', severity: 'warn', title: /fail for AAAA: SERVFAIL\.$/,
    view: session(names({ servers: [says(OWN, only('AAAA', status('SERVFAIL'))), says(NS1, only('AAAA', status('SERVFAIL'), cleanAuthority)), says(NS2, only('AAAA', status('SERVFAIL'), cleanAuthority))], asides: [{ purpose: 'cd', type: 'AAAA', reply: status('SERVFAIL') }] })) },
  { name: 'AAAA that is said not to exist', rule: 'D-AAAA-BROKEN', severity: 'warn', title: /fails for AAAA: NXDOMAIN\.$/, view: session(names({ servers: [says(OWN, only('AAAA', NXDOMAIN))] })) },
  { name: 'an IPv6 address that does not work', rule: 'D-AAAA-UNREACH', severity: 'warn', title: /^www\.example\.test has an IPv6 address that does not work from here\.$/,
    view: session(names({ servers: ALL.map((one) => says(one, one.role === 'authority' ? dualAuthority : dual)), os: { addresses: [NEW, SIX] }, ports: [{ address: NEW, state: 'open' }, { address: SIX, state: 'timeout' }] })) },
  { name: 'a vantage without IPv6', rule: 'D-AAAA-UNREACH', severity: 'info', title: /^This vantage has no IPv6, and www\.example\.test has an IPv6 address\.$/,
    view: session(names({ servers: [says(OWN, dual)], os: { addresses: [NEW] }, ports: [{ address: NEW, state: 'open' }, { address: SIX, state: 'unreachable', text: 'cannot be reached (ENETUNREACH)' }] })) },
  { name: 'one lame server of two', rule: 'D-LAME', severity: 'info', title: /^ns2\.example\.test is named for example\.test and does not serve it\.$/, view: session(names({ servers: [OWN, NS1, { ...NS2, says: always(status('REFUSED')), serial: () => null }], os: { addresses: [NEW] } })) },
  { name: 'every server lame', rule: 'D-LAME', severity: 'crit', title: /^No name server of example\.test speaks for it\.$/, others: ['D-SERVFAIL'],
    view: session(names({ servers: [says(OWN, always(status('SERVFAIL')))], walk: walkOf({ server: 'ns1.example.test', reply: status('REFUSED') }, { server: 'ns2.example.test', reply: status('SERVFAIL') }), os: {} })) },
  { name: 'a server that answers without authority', rule: 'D-LAME', severity: 'info', title: /^ns2\.example\.test is named for/, view: session(names({ servers: [OWN], walk: walkOf({ server: 'ns1.example.test', reply: aa(a(NEW)) }, { server: 'ns2.example.test', reply: a(NEW) }) })) },
  { name: 'a move half done', rule: 'D-NS-MISMATCH', severity: 'info', title: /^example\.test and its parent name different name servers\.$/,
    view: session(names({ servers: ALL, os: { addresses: [NEW] }, walk: walkOf({ server: `ns1.${ZONE}`, reply: aa(a(NEW)) }, { server: `ns9.${ZONE}`, reply: aa(a(NEW)) }), asides: [{ purpose: 'zone', server: '198.51.100.61', name: ZONE, type: 'NS', reply: aa(answer([rr('NS', `ns1.${ZONE}`, { name: ZONE }), rr('NS', `ns2.${ZONE}`, { name: ZONE })])) }] })) },
  { name: 'glue of an old address', rule: 'D-NS-MISMATCH', severity: 'info', title: /^The parent of example\.test has another address for ns1\.example\.test than the server has\.$/,
    view: session(names({ servers: ALL, walk: [{ zone: 'test', server: 'a.nic.test', reply: NODATA, child: { zone: ZONE, ns: [`ns1.${ZONE}`], glue: [{ name: `ns1.${ZONE}`, address: '198.51.100.99' }] } }, { zone: ZONE, server: `ns1.${ZONE}`, reply: aa(a(NEW)) }] })) },
  { name: 'a secondary that is behind', rule: 'D-LAG', severity: 'warn', title: /^ns2\.example\.test is two versions behind ns1\.example\.test\.$/, view: session(names({ servers: [OWN, NS1, { ...NS2, serial: () => 2026112201 }], os: { addresses: [NEW] } })) },
  { name: 'signatures that do not hold', rule: 'D-DNSSEC', severity: 'crit', title: /^The signatures of www\.example\.test do not hold: 10\.0\.0\.53 answers only with checking disabled\.$/,
    view: session(names({ servers: [says(OWN, always(status('SERVFAIL', { ede: [{ code: 7, text: 'Signature Expired' }] }))), NS1], os: {}, asides: ['A', 'AAAA'].map((type) => ({ purpose: 'cd' as const, type, reply: type === 'A' ? answer([rr('A', NEW), rr('RRSIG', `A 8 3 300 20200101000000 20191201000000 4711 ${ZONE} c2ln`)]) : NODATA })) })) },
  { name: 'no caching', rule: 'D-TTL', severity: 'info', title: /^The A record of www\.example\.test may not be cached at all\.$/, view: session(names({ servers: [OWN, says(NS1, only('A', aa(answer([rr('A', NEW, { ttl: 0 })])), cleanAuthority))] })) },
  { name: 'cached for days', rule: 'D-TTL', severity: 'info', title: /is cached for 7 d 0 h\.$|is cached for 7 d\.$/, view: session(names({ servers: [OWN, says(NS1, only('A', aa(answer([rr('A', NEW, { ttl: 604_800 })])), cleanAuthority))] })) },
  { name: 'a resolver that stretches', rule: 'D-TTL', severity: 'info', title: /^10\.0\.0\.53 keeps the A record of www\.example\.test longer than the zone says\.$/, view: session(names({ servers: [says(OWN, only('A', answer([rr('A', NEW, { ttl: 3600 })]))), NS1] })) },
  { name: 'a long chain', rule: 'D-CNAME', severity: 'warn', title: /^www\.example\.test is an alias of an alias, 6 steps deep\.$/, view: session(names({ types: ['A'], servers: [says(OWN, always(chain(6)))] })) },
  { name: 'aliases in a circle', rule: 'D-CNAME', severity: 'warn', title: /^The aliases of www\.example\.test run in a circle\.$/, others: ['D-NODATA', 'D-SERVFAIL'],
    view: session(names({ servers: [says(OWN, always(answer([rr('CNAME', `b.${ZONE}`), rr('CNAME', NAME, { name: `b.${ZONE}` })]))), says(SECOND, always(status('SERVFAIL')))], os: {} })) },
  { name: 'an alias beside other data', rule: 'D-CNAME', severity: 'warn', title: /^www\.example\.test is an alias and has other records too\.$/, view: session(names({ types: ['A'], servers: [says(OWN, always(answer([rr('CNAME', `b.${ZONE}`), rr('A', OLD), rr('A', NEW, { name: `b.${ZONE}` })])))] })) },
  { name: 'an address without a name', rule: 'D-PTR', severity: 'info', title: /^203\.0\.113\.24 has no name \(PTR\)\.$/, view: session(names({ servers: ALL, asides: [{ purpose: 'ptr', name: '24.113.0.203.in-addr.arpa', type: 'PTR', reply: NXDOMAIN }] })) },
  { name: 'a name that leads elsewhere', rule: 'D-PTR', severity: 'info', title: /^The name of 203\.0\.113\.24, old\.example\.test, does not lead back to it\.$/,
    view: session(names({ servers: ALL, asides: [{ purpose: 'ptr', name: '24.113.0.203.in-addr.arpa', type: 'PTR', reply: answer([rr('PTR', `old.${ZONE}`)]) }, { purpose: 'forward', name: `old.${ZONE}`, type: 'A', reply: a(OLD) }] })) },
  { name: 'a mail server without a name', rule: 'D-PTR', severity: 'warn', title: /has no name/, view: session(names({ options: { checkPort: 25 }, servers: ALL, asides: [{ purpose: 'ptr', name: '24.113.0.203.in-addr.arpa', type: 'PTR', reply: NODATA }] })) },
  { name: 'an address that was asked for and has none', rule: 'D-PTR', severity: 'info', title: /^203\.0\.113\.24 has no name \(PTR\)\.$/, view: session(names({ name: '24.113.0.203.in-addr.arpa', host: NEW, types: ['PTR'], servers: [says(OWN, always(NXDOMAIN))] })) },
  { name: 'cut answers and no TCP', rule: 'D-TRUNC', severity: 'warn', title: /^10\.0\.0\.53 cuts the answer short, and TCP port 53 does not work\.$/, view: session(names({ types: ['TXT'], servers: [says(OWN, always({ ...SILENT, truncated: true, transport: 'tcp' }))], asides: [{ purpose: 'tcp', type: 'TXT', reply: SILENT }] })) },
  { name: 'cut answers, and TCP asked beside', rule: 'D-TRUNC', severity: 'warn', title: /cuts the answer short/, view: session(names({ types: ['TXT'], servers: [says(OWN, always(answer([], { flags: ['qr', 'tc', 'rd', 'ra'], bytes: 1232 })))], asides: [{ purpose: 'tcp', type: 'TXT', reply: SILENT }] })) },
  { name: 'a server that is slow every time', rule: 'D-SLOW', severity: 'warn', title: /^10\.0\.0\.53 takes 1,200 ms to answer\.$/, view: session(names({ servers: [says(OWN, (type, round) => { const reply = clean(type, round); return reply && { ...reply, queryMs: 1200 } }), NS1] })) },
  { name: 'a server that is rather slow', rule: 'D-SLOW', severity: 'info', title: /^10\.0\.0\.53 takes 150 ms to answer\.$/, view: session(names({ servers: [says(OWN, (type, round) => { const reply = clean(type, round); return reply && { ...reply, queryMs: 150 } }), NS1] })) },
]

describe('each rule on the history that proves it', () => {
  test.each(CASES)('$name: $rule first', ({ view, rule, severity, title, others }) => {
    const [first, ...rest] = ordered(view)
    expect([first?.rule, first?.severity], words(view).join('\n')).toEqual([rule, severity])
    expect(plain(first?.title)).toMatch(title)
    expect(first?.untilMs).toBeNull()
    expect(loud(rest), words(view).join('\n')).toEqual([])
    expect(rest.map((f) => f.rule).filter((r) => !(others ?? []).includes(r)), words(view).join('\n')).toEqual([])
  })
  test.each(CASES.flatMap(({ name, view }) => view.findings.map((finding) => ({ name: `${name}: ${finding.rule}`, finding, view }))))('$name says all it must', ({ finding, view }) => expectWhole(finding, view))
})

describe('the evidence', () => {
  const of = (name: string): SessionView => CASES.find((one) => one.name === name)?.view ?? session()
  test('design 04: who says what, the port at each, and for how long', () => {
    const view = of('design 04: old and new address')
    expect(rowsOf(ordered(view)[0])).toEqual({
      [`Old, ${OLD}`]: '10.0.0.53, 10.0.0.54 and ns2.example.test', [`New, ${NEW}`]: '1.1.1.1, 8.8.8.8 and ns1.example.test', 'Old address, port 443': 'refused', 'New address, port 443': 'open, 31.8 ms', 'Cached for another': '48 min 34 s', 'Also differ': 'AAAA',
    })
    expect(ordered(view)[0]?.next).toMatchObject({ text: 'Flush the name on 10.0.0.53 and 10.0.0.54.', actions: [{ kind: 'copy', command: `unbound-control flush ${NAME}` }, {}] })
    expect(the(view, 'D-LAG')).toMatchObject({ explainedBy: the(view, 'D-DISAGREE')?.id })
  })
  test('a hosts file is named with its line', () => expect(rowsOf(the(of('a hosts file that says otherwise'), 'D-OS-DIFF'))).toMatchObject({ 'Comes from': '/etc/hosts line 3', 'Programs get': '10.9.9.8' }))
  test('a signature is told with its end', () => expect(rowsOf(the(of('signatures that do not hold'), 'D-DNSSEC'))).toMatchObject({ 'Signature expired': '2020-01-01 00:00 UTC | 1 of 1', 'Extended error': '7, Signature Expired' }))
  test('commands hold the server and the name', () => {
    expect(the(of('resolvers that give up'), 'D-SERVFAIL')?.next.actions?.[1]).toMatchObject({ command: `dig @10.0.0.53 +cd ${NAME} A` })
    expect(the(of('signatures that do not hold'), 'D-DNSSEC')?.next.actions?.[0]).toMatchObject({ command: `dig @10.0.0.53 +cd +dnssec ${NAME} A` })
    expect(the(of('a secondary that is behind'), 'D-LAG')?.next.actions?.[0]).toMatchObject({ command: `dig @198.51.100.62 +norecurse ${ZONE} SOA` })
  })
})

/** Redaction of what name servers, certificates and redirects say: nothing of an internal name's zone, servers, certificates or search list in any byte (S47). */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Observed, type EventOf, type SessionEvent } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import type { DnsRecord, DnsReply } from '#lib/tools/dns/reply.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { createRedactor, type Redactor } from '#server/web/shares/redact.ts'
import { toldIn } from '#server/web/shares/told.ts'

const key = Buffer.alloc(32, 7)
const runId = RunId.parse('RRRRRRRRRRRRRRRR')
const redactor = (): Redactor => createRedactor({ key })

const octet = fc.integer({ min: 0, max: 255 })
const v4 = fc.tuple(octet, octet, fc.integer({ min: 1, max: 254 })).map(([a, b, c]) => `10.${a}.${b}.${c}`)
const v6 = fc.tuple(octet, octet).map(([a, b]) => `fd12:${(a + 256).toString(16)}::${(b + 4096).toString(16)}`)
const label = fc.stringMatching(/^zq[a-z]{4,8}[0-9]{0,2}$/)
const domain = label.map((name) => `${name}.net`)

const record = (name: string, type: string, value: string, strings?: string[]): DnsRecord => ({ name, type, ttl: 300, value, ...(strings && { strings }) })
const reply = (change: Partial<DnsReply>): DnsReply => ({
  status: 'NOERROR', server: { address: '10.9.9.9', port: 53 }, transport: 'udp', flags: ['qr', 'aa', 'rd'], authoritative: true, answers: [], authority: [], additional: [], queryMs: 3, bytes: 120, truncated: false, ede: [], ...change,
})

const made = fc.record({ first: label, zone: domain, v4, v6, resolver: v4, search: domain, partner: domain, middle: domain, printer: label, secret: label, org: label })

/** One session of names and reach about an internal host whose name looks public. */
function story({ first, zone, v4: address, v6: sixth, resolver, search, partner, middle, printer, secret, org }: typeof made extends fc.Arbitrary<infer T> ? T : never): { events: SessionEvent[]; originals: string[] } {
  const host = `${first}.eu.${zone}`
  const target = { host, port: 443, address, family: 4 as const, addresses: [address, sixth], resolvedBy: resolver, resolveMs: 1 }
  const reverse = `${address.split('.').toReversed().join('.')}.in-addr.arpa`
  const soa = record(`eu.${zone}`, 'SOA', `ns1.${zone} hostmaster.${zone} 2026112201 7200 3600 1209600 300`)
  const of = { runId, line: 3 }
  const answer = (purpose: EventOf<'dns.answer'>['purpose'], name: string, type: string, more: Partial<DnsReply>): Observed => ({ kind: 'dns.answer', ...of, round: 1, server: resolver, purpose, name, type, reply: reply({ server: { address: resolver, port: 53 }, ...more }), atMs: 5 })
  const to = { address, port: 443 }
  const certificate = { subject: `CN=${host}, O=${org} Inc`, issuer: `CN=${org} Root`, names: [host, `*.${zone}`, address], notBeforeMs: 1, notAfterMs: 2, serial: `0A${secret}`, sha256: `ab${secret}`, key: 'EC P-256', selfIssued: false }
  const bodies: Observed[] = [
    { kind: 'run.queued', runId, tool: 'dns', target, options: { recordType: 'A,AAAA', server: resolver, walk: 'yes' }, by: 'Ada', policyId: 'p', atMs: 1 },
    { kind: 'dns.setup', runId, name: host, types: ['A', 'AAAA'], search: [search], ndots: 1, services: ['files', 'dns'], servicesFrom: '/etc/nsswitch.conf line 4', hosts: [{ address, names: [host, printer], from: '/etc/hosts line 9' }], atMs: 2 },
    { kind: 'dns.server', runId, server: `${resolver}#5353`, address: resolver, port: 5353, role: 'authority', name: `ns1.${zone}`, from: `NS of ${zone}`, refused: null, atMs: 3 },
    { kind: 'dns.server', runId, server: '192.0.2.53', address: '192.0.2.53', port: 53, role: 'chosen', name: null, from: 'chosen', refused: `${resolver} is in the payment network`, atMs: 3 },
    answer('matrix', host, 'A', { answers: [record(host, 'CNAME', `lb.${partner}`), record(`lb.${partner}`, 'CNAME', `lb.${middle}`), record(`lb.${middle}`, 'CNAME', `edge.${zone}`), record(`edge.${zone}`, 'A', address)], authority: [soa], additional: [record(`ns1.${zone}`, 'AAAA', sixth)] }),
    answer('matrix', host, 'HTTPS', { answers: [record(host, 'HTTPS', `1 edge.${zone} alpn="h2" ipv4hint=${address}`)] }),
    answer('matrix', host, 'TXT', { answers: [record(host, 'TXT', `token ${secret}`, ['token ', secret])] }),
    answer('matrix', 'www.example.com', 'TXT', { answers: [record('www.example.com', 'TXT', `v=spf1 ip4:${address} -all`, [`v=spf1 ip4:${address.slice(0, 4)}`, `${address.slice(4)} -all`])] }),
    answer('search', `${host}.${search}`, 'A', { status: 'NXDOMAIN', text: `** server can't find ${host}.${search}: NXDOMAIN`, ede: [{ code: 18, text: `blocked by ${resolver}` }] }),
    answer('ptr', reverse, 'PTR', { answers: [record(reverse, 'PTR', `${printer} 2._ipp._tcp.${zone}`)] }),
    answer('zone', `eu.${zone}`, 'NS', { answers: [record(`eu.${zone}`, 'NS', `ns2.${zone}`)], authority: [record(`eu.${zone}`, 'MX', `10 mx.${zone}`)] }),
    { kind: 'dns.os', ...of, round: 1, name: host, status: 'found', addresses: [address, sixth], ms: 1, source: '/etc/hosts line 9', text: `${address} ${host}`, atMs: 6 },
    { kind: 'dns.port', ...of, round: 1, address, port: 443, state: 'refused', ms: 1, text: `connect ECONNREFUSED ${address}:443`, atMs: 6 },
    { kind: 'dns.delegation', ...of, zone, serverName: `ns1.${zone}`, address: resolver, reply: reply({}), child: { zone: `eu.${zone}`, ns: [`ns2.${zone}`], glue: [{ name: `ns2.${zone}`, address: sixth }] }, refused: null, atMs: 7 },
    { kind: 'nslookup.reply', ...of, name: `${host}.${search}`, type: 'A', serverName: `dns.${zone}`, reply: reply({ server: { address: resolver, port: 53 }, text: `no answer for ${host}` }), atMs: 8 },
    { kind: 'nslookup.attempt', ...of, server: resolver, error: 'timeout', text: `;; communications error to ${resolver}#53: timed out`, atMs: 8 },
    { kind: 'reach.connect', ...of, ...to, n: 1, sentAtMs: 8, state: 'open', ms: 1.5, code: null, atMs: 9 },
    { kind: 'reach.blame', ...of, ...to, by: resolver, how: 'icmp', icmp: 'admin-prohibited', ms: 1, atMs: 9 },
    { kind: 'reach.tls', ...of, ...to, serverName: host, shaken: true, ms: 9, version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', alpn: 'h2', reason: 'ERR_TLS_CERT_ALTNAME_INVALID', reasonText: `Hostname ${host} does not match certificate of ${zone}`, chain: [certificate], atMs: 9 },
    { kind: 'reach.http', ...of, ...to, hop: 0, url: `https://${host}/a`, status: 302, location: `/login?next=https%3A%2F%2F${host}%252F%3Fat%3D${address}`, server: `nginx on ${first}`, phases: { dnsMs: 1, connectMs: 1, tlsMs: 1, firstByteMs: 1 }, problem: `${host} was slow`, atMs: 9 },
    { kind: 'reach.redirect', ...of, hop: 1, url: `http://sso.${zone}:8080/x`, verdict: 'refused', address: sixth, reason: `${sixth} is refused`, atMs: 9 },
    { kind: 'reach.fatal', ...of, error: 'absent', text: `no way to ${host}`, atMs: 9 },
  ]
  return { events: bodies.map((body, i) => ({ ...body, seq: i + 1 })), originals: [first, zone, address, sixth, resolver, search, partner, middle, printer, secret, org, address.slice(4)] }
}

const numbersIn = (value: unknown): number[] => (typeof value === 'number' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [])

describe('an internal name that looks public', () => {
  it('leaves nothing behind once it is known what it leads to: names, zone, search list, addresses, certificates, texts', () => {
    fc.assert(fc.property(made, (parts) => {
      const { events, originals } = story(parts)
      const view = emptySession()
      events.forEach((event) => applyEvent(view, event))
      for (const redact of [redactor(), createRedactor({ key, include: { told: toldIn(view) } })]) {
        const after = events.map(redact.event)
        const bytes = JSON.stringify(after).toLowerCase()
        for (const original of originals) expect(bytes.includes(original), `${original} in ${bytes}`).toBe(false)
        expect(numbersIn(after)).toEqual(numbersIn(events))
        for (const [i, event] of after.entries()) expect([event.kind, Observed.safeParse(event).success]).toEqual([events[i]?.kind, true])
      }
    }), { numRuns: 60 })
  })

  it('one name has one pseudonym in every event, and the words of the protocol stay', () => {
    const [parts] = fc.sample(made, { numRuns: 1, seed: 1 })
    if (parts === undefined) throw new Error('no sample')
    const { events } = story(parts)
    const redact = redactor()
    const after = events.map(redact.event)
    const find = <K extends SessionEvent['kind']>(kind: K, nth = 0): EventOf<K> => after.filter((event): event is EventOf<K> => event.kind === kind)[nth] ?? (() => { throw new Error(kind) })()
    const name = find('dns.setup').name
    expect(name).toMatch(/^host-\w{8}$/)
    expect([find('dns.answer').name, find('dns.os').name, find('reach.tls').serverName, find('dns.answer').reply.answers[0]?.name]).toEqual([name, name, name, name])
    expect(find('dns.answer').reply).toMatchObject({ status: 'NOERROR', flags: ['qr', 'aa', 'rd'], transport: 'udp', answers: [{ type: 'CNAME' }, { type: 'CNAME' }, { type: 'CNAME' }, { type: 'A', value: expect.stringMatching(/^private-\w{8}$/) }] })
    expect(find('dns.server')).toMatchObject({ role: 'authority', server: expect.stringMatching(/^private-\w{8}#5353$/) })
    expect(find('dns.server', 1)).toMatchObject({ server: '192.0.2.53', from: 'chosen' })
    expect(find('run.queued').options).toMatchObject({ recordType: 'A,AAAA', server: '', walk: 'yes' })
    expect(find('reach.tls')).toMatchObject({ version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', reason: 'ERR_TLS_CERT_ALTNAME_INVALID', chain: [{ subject: expect.stringMatching(/^text-\w{8}$/), key: 'EC P-256' }] })
    expect(find('reach.blame')).toMatchObject({ how: 'icmp', icmp: 'admin-prohibited', by: expect.stringMatching(/^private-\w{8}$/) })
    expect(find('reach.http').url).toBe(`https://${name}/a`)
  })
})

it('a session of reach alone: the certificate of an internal server speaks of its domain; escapes in a redirect hide nothing', () => {
  const target = { host: 'shop.zqacme.net', address: '10.1.2.3', family: 4 as const, addresses: ['10.1.2.3'] }
  const to = { runId, line: 1, address: '10.1.2.3', port: 443, atMs: 2 }
  const chain = [{ subject: 'CN=wiki.zqacme.net', issuer: 'CN=zqacme CA', names: ['wiki.zqacme.net', '*.zqacme.net'], notBeforeMs: 1, notAfterMs: 2, serial: '0b', sha256: 'cd', key: 'RSA 2048', selfIssued: false }]
  const bodies: Observed[] = [
    { kind: 'run.queued', runId, tool: 'reach', target, options: { port: 443 }, by: 'Ada', policyId: 'p', atMs: 1 },
    { kind: 'reach.tls', ...to, serverName: null, shaken: true, ms: 1, version: 'TLSv1.3', cipher: null, alpn: null, reason: null, reasonText: null, chain },
    { kind: 'reach.http', ...to, hop: 0, url: 'https://shop.zqacme.net/', status: 302, location: 'https://shop%2Ezqacme%2Enet/?to=10%2E1%2E2%2E3&back=%252F%252Fzq%2577iki%252Ezqacme%252Enet', server: null, phases: { dnsMs: null, connectMs: 1, tlsMs: 1, firstByteMs: 1 }, problem: null },
  ]
  const redact = redactor()
  const after = JSON.stringify(bodies.map((body, i) => redact.event({ ...body, seq: i + 1 })))
  expect(after).not.toMatch(/zqacme|wiki|shop|10(\.|%2E)1|0b"|"cd"/i)
})

it('a public name, its servers and its certificate are shown as they are', () => {
  const target = { host: 'www.example.com', address: '192.0.2.7', family: 4 as const, addresses: ['192.0.2.7'] }
  const of = { runId, line: 1 }
  const bodies: Observed[] = [
    { kind: 'dns.setup', runId, name: 'www.example.com', types: ['A'], search: ['example.com'], ndots: 1, services: [], servicesFrom: null, hosts: [], atMs: 1 },
    { kind: 'dns.answer', ...of, round: 1, server: '9.9.9.9', purpose: 'matrix', name: 'www.example.com', type: 'A', reply: reply({ server: { address: '9.9.9.9', port: 53 }, answers: [record('www.example.com', 'A', '192.0.2.7')], authority: [record('example.com', 'NS', 'a.iana-servers.net')] }), atMs: 1 },
    { kind: 'reach.tls', ...of, address: '192.0.2.7', port: 443, serverName: 'www.example.com', shaken: true, ms: 1, version: 'TLSv1.3', cipher: null, alpn: null, reason: null, reasonText: null, chain: [{ subject: 'CN=www.example.com', issuer: 'CN=R3', names: ['*.example.com'], notBeforeMs: 1, notAfterMs: 2, serial: '01', sha256: 'ab', key: 'RSA 2048', selfIssued: false }], atMs: 1 },
    { kind: 'reach.http', ...of, address: '192.0.2.7', port: 80, hop: 0, url: 'http://www.example.com/a%20b', status: 301, location: 'https://www.example.com/%2e%2e', server: null, phases: { dnsMs: null, connectMs: 1, tlsMs: null, firstByteMs: 1 }, problem: null, atMs: 1 },
  ]
  const redact = createRedactor({ key, include: { targets: [target] } })
  for (const [i, body] of bodies.entries()) expect(redact.event({ ...body, seq: i + 1 })).toEqual({ ...body, seq: i + 1 })
})

it('a hostile server cannot make the redactor hide or remember without bound', () => {
  const redact = redactor()
  for (let i = 0; i < 400; i += 1) {
    const name = `zqh${i}.d${i}.example`
    redact.event({ kind: 'dns.answer', runId, line: 1, round: 1, server: '10.0.0.1', purpose: 'matrix', name, type: 'A', reply: reply({ answers: [record(name, 'A', '10.0.0.5')] }), atMs: 1, seq: i + 1 })
  }
  // Too many to search for: free text is withheld rather than shown.
  expect(redact.text('something of zqh399.d399.example')).not.toContain('zqh399')
})

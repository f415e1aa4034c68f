/** Each rule of reach fires on the history that proves it, first and alone above "info"; a healthy port gives none. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EXPIRES_INFO_DAYS, EXPIRES_WARN_DAYS } from '#lib/diagnose/reach/tls-expiry.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { decodeSession, encodeSession } from '#lib/session/snapshot.ts'
import type { SessionView } from '#lib/session/view.ts'
import { START_MS } from '#test/lib/session/history.ts'
import { a, aa, names, NS1, OWN, SECOND } from '../dns/build.ts'
import { chance, clean, logOf, mtr, ping, session } from '../path-history.ts'
import { holding, loud, ordered, plain, rowsOf, the, words } from '../verdicts.ts'
import { expectWhole } from '../whole.ts'
import { certificate, DAY, DENIED, FOUR, FOUR2, GOOD, HOST, NO_ROUTE, open, reach, REFUSED, SILENT, SIX, UNREACHABLE, type Fate, type ReachWorld, type Site } from './build.ts'

const at = (site: Partial<Site>, more: Partial<ReachWorld> = {}): SessionView => session(reach({ sites: [{ ...GOOD, ...site }], ...more }))
const shut = (fate: Fate, more: Partial<Site> = {}): Site => ({ address: FOUR, fate: () => fate, ...more })
const two = (second: Site, first: Site = GOOD): SessionView => session(reach({ sites: [first, second] }))
const fine = (probe: number): { rttMs: number; ttl: number } => ({ rttMs: 16 + chance(probe) / 2, ttl: 58 })
const run = { host: HOST, address: FOUR, addresses: [FOUR, SIX] }
const loop = [{ url: `https://${HOST}/`, status: 301 }, { url: `https://${HOST}/b`, status: 301 }]

const CASES: { name: string; view: SessionView; rule: string; severity: string; title: RegExp; others?: string[] }[] = [
  { name: 'a closed port', rule: 'R-REFUSED', severity: 'crit', title: /^www\.example\.test \(203\.0\.113\.24\) refuses connections to port 443: nothing listens there\.$/, view: session(reach({ sites: [shut(REFUSED, { blame: { how: 'rst' } })] })) },
  { name: 'a program that stopped', rule: 'R-REFUSED', severity: 'crit', title: /nothing listens there any more\.$/, view: session(reach({ times: 10, sites: [{ address: FOUR, fate: (n) => (n <= 7 ? open() : REFUSED) }] })), others: ['R-FLAKY'] },
  { name: 'a filtered port', rule: 'R-FILTERED', severity: 'warn', title: /^Nothing answers at port 443 of www\.example\.test \(203\.0\.113\.24\)\.$/, view: session(reach({ sites: [shut(SILENT, { blame: { by: null, how: 'silence' } })] })) },
  { name: 'a filtered port of a host that answers ping', rule: 'R-FILTERED', severity: 'warn', title: /^Nothing answers at port 443/, view: session(reach({ sites: [shut(SILENT)] }), ping({ ...run, probes: 40, answer: fine })) },
  { name: 'a router that turns away', rule: 'R-UNREACH', severity: 'crit', title: /^198\.51\.100\.3 turns connections to www\.example\.test \(203\.0\.113\.24\) away: admin prohibited\.$/, view: session(reach({ sites: [shut(UNREACHABLE, { blame: { by: '198.51.100.3', how: 'icmp', icmp: 'admin-prohibited' } })] })) },
  { name: 'a vantage without a way', rule: 'R-UNREACH', severity: 'crit', title: /^The vantage has no way to 203\.0\.113\.24\.$/, view: session(reach({ sites: [shut(NO_ROUTE)] })) },
  { name: 'a firewall that rejects by ICMP', rule: 'R-REJECT', severity: 'crit', title: /^A firewall at 203\.0\.113\.24 rejects connections to port 443\.$/, view: session(reach({ sites: [shut(REFUSED, { blame: { how: 'icmp', icmp: 'port-unreachable' } })] })), others: ['R-REFUSED'] },
  { name: 'somebody else rejects', rule: 'R-REJECT', severity: 'crit', title: /^198\.51\.100\.3 rejects connections to port 443 of www\.example\.test \(203\.0\.113\.24\)\.$/, view: session(reach({ sites: [shut(REFUSED, { blame: { by: '198.51.100.3', how: 'rst' } })] })), others: ['R-REFUSED'] },
  { name: 'a refusal from nearer than the host', rule: 'R-REJECT', severity: 'crit', title: /^Something before www\.example\.test \(203\.0\.113\.24\) refuses/, view: session(reach({ times: 40, sites: [shut({ ...REFUSED, ms: 2 })] }), ping({ ...run, probes: 40, answer: fine })) },
  { name: 'IPv6 broken', rule: 'R-PARTIAL', severity: 'warn', title: /^Port 443 of www\.example\.test is open over IPv4 and not over IPv6\.$/, view: two(shut(SILENT, { address: SIX })) },
  { name: 'a vantage without IPv6', rule: 'R-PARTIAL', severity: 'info', title: /^This vantage has no IPv6, and www\.example\.test has an IPv6 address\.$/, view: two(shut(NO_ROUTE, { address: SIX })) },
  { name: 'one machine of two', rule: 'R-PARTIAL', severity: 'warn', title: /^Port 443 of www\.example\.test is open at 203\.0\.113\.24 and not at 203\.0\.113\.25\.$/, view: two(shut(REFUSED, { address: FOUR2 })) },
  { name: 'an expired certificate', rule: 'R-TLS-EXPIRED', severity: 'crit', title: /^The certificate of www\.example\.test has expired\.$/, view: at({ tls: { reason: 'CERT_HAS_EXPIRED', reasonText: 'certificate has expired', chain: [certificate({ notAfterMs: START_MS - 2 * DAY })] } }) },
  { name: 'an expired intermediate', rule: 'R-TLS-EXPIRED', severity: 'crit', title: /^A certificate in the chain of www\.example\.test has expired\.$/, view: at({ tls: { reason: 'CERT_HAS_EXPIRED', chain: [certificate(), certificate({ subject: 'CN=Old', notAfterMs: START_MS - DAY })] } }) },
  { name: 'a certificate of tomorrow', rule: 'R-TLS-EXPIRED', severity: 'crit', title: /is not valid yet\.$/, view: at({ tls: { reason: 'CERT_NOT_YET_VALID', chain: [certificate({ notBeforeMs: START_MS + DAY })] } }) },
  { name: 'a certificate that ends this week', rule: 'R-TLS-EXPIRES', severity: 'warn', title: /^The certificate of www\.example\.test expires in 4 days\.$/, view: at({ tls: { chain: [certificate({ notAfterMs: START_MS + 5 * DAY })] } }) },
  { name: 'a certificate that ends this month', rule: 'R-TLS-EXPIRES', severity: 'info', title: /expires in 19 days\.$/, view: at({ tls: { chain: [certificate({ notAfterMs: START_MS + 20 * DAY })] } }) },
  { name: 'another name', rule: 'R-TLS-NAME', severity: 'crit', title: /^The certificate is not for www\.example\.test\.$/, view: at({ tls: { reason: 'ERR_TLS_CERT_ALTNAME_INVALID', chain: [certificate({ names: ['other.example.test'] })] } }) },
  { name: 'self-signed', rule: 'R-TLS-UNTRUSTED', severity: 'warn', title: /^The certificate of www\.example\.test is signed by itself\.$/, view: at({ tls: { reason: 'DEPTH_ZERO_SELF_SIGNED_CERT', chain: [certificate({ selfIssued: true })] } }) },
  { name: 'a missing link', rule: 'R-TLS-UNTRUSTED', severity: 'warn', title: /comes without the certificate of its issuer\.$/, view: at({ tls: { reason: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' } }) },
  { name: 'a root of its own', rule: 'R-TLS-UNTRUSTED', severity: 'warn', title: /leads to an issuer that this vantage does not know\.$/, view: at({ tls: { reason: 'SELF_SIGNED_CERT_IN_CHAIN', chain: [certificate(), certificate({ selfIssued: true })] } }) },
  { name: 'an unknown issuer', rule: 'R-TLS-UNTRUSTED', severity: 'warn', title: /is not signed by anybody this vantage trusts\.$/, view: at({ tls: { reason: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' } }) },
  { name: 'no TLS there', rule: 'R-TLS-BROKEN', severity: 'warn', title: /is open and does not speak TLS\.$/, view: at({ tls: { shaken: false, chain: [], reason: 'ERR_SSL_WRONG_VERSION_NUMBER', reasonText: 'wrong version number' }, http: [] }) },
  { name: 'no TLS there, and so no HTTP', rule: 'R-TLS-BROKEN', severity: 'warn', title: /does not speak TLS\.$/, view: at({ tls: { shaken: false, chain: [], reason: 'ERR_SSL_WRONG_VERSION_NUMBER' }, http: [{ status: null, problem: 'The TLS handshake failed.' }] }), others: ['R-HTTP-ERROR'] },
  { name: 'a handshake that hangs', rule: 'R-TLS-BROKEN', severity: 'warn', title: /does not finish the TLS handshake\.$/, view: at({ tls: { shaken: false, chain: [], reason: 'ETIMEDOUT' }, http: [] }) },
  { name: 'two certificates', rule: 'R-TLS-DIFFERS', severity: 'info', title: /^The addresses of www\.example\.test show 2 different certificates\.$/, view: two({ ...GOOD, address: FOUR2, tls: { chain: [certificate({ sha256: '00:11' })] } }) },
  { name: 'a server that fails', rule: 'R-HTTP-ERROR', severity: 'warn', title: /answers with HTTP 503: the fault is the server’s\.$/, view: at({ http: [{ status: 503 }] }) },
  { name: 'a page that is not there', rule: 'R-HTTP-ERROR', severity: 'info', title: /answers with HTTP 404\.$/, view: at({ http: [{ status: 404 }] }) },
  { name: 'no HTTP', rule: 'R-HTTP-ERROR', severity: 'warn', title: /accepts the connection and does not answer HTTP\.$/, view: at({ http: [{ status: null, problem: 'Nothing came back in time.' }] }) },
  { name: 'redirects in a circle', rule: 'R-REDIRECT', severity: 'warn', title: /^The redirects of www\.example\.test run in a circle\.$/, view: at({ http: loop, redirects: [{ url: `https://${HOST}/b`, verdict: 'followed' }, { url: `https://${HOST}/`, verdict: 'followed' }] }) },
  { name: 'too many redirects', rule: 'R-REDIRECT', severity: 'warn', title: /redirects more than 1 times\.$/, view: at({ http: loop, redirects: [{ url: `https://${HOST}/b`, verdict: 'followed' }, { url: `https://${HOST}/c`, verdict: 'too-many' }] }) },
  { name: 'a redirect inside', rule: 'R-REDIRECT', severity: 'info', title: /redirects to where this vantage may not follow: http:\/\/169\.254\.169\.254\/latest\.$/, view: at({ http: [{ status: 302, url: `http://${HOST}/` }], redirects: [{ url: 'http://169.254.169.254/latest', verdict: 'refused', reason: 'link-local' }] }) },
  { name: 'a redirect out of encryption', rule: 'R-REDIRECT', severity: 'warn', title: /sends clients from HTTPS to plain HTTP\.$/, view: at({ http: [{ status: 301 }, { url: `http://${HOST}/`, status: 200 }], redirects: [{ url: `http://${HOST}/`, verdict: 'followed' }] }) },
  { name: 'a redirect to nowhere', rule: 'R-REDIRECT', severity: 'warn', title: /redirects to a name that has no address/, view: at({ http: [{ status: 301 }], redirects: [{ url: 'https://gone.test/', verdict: 'unresolved' }] }) },
  { name: 'connections that fail now and then', rule: 'R-FLAKY', severity: 'crit', title: /^2\d\.\d % of the connections to port 443 of www\.example\.test \(203\.0\.113\.24\) fail\.$/, view: session(reach({ times: 80, sites: [{ address: FOUR, fate: (n) => (n % 4 === 2 ? SILENT : open()) }] })) },
  { name: 'loss that makes connections fail', rule: 'P-LOSS', severity: 'crit', title: /of probes to the target are lost\.$/, others: ['R-FLAKY', 'P-LOSS-BURST'],
    view: session(reach({ times: 80, sites: [{ address: FOUR, fate: (n) => (n % 4 === 2 ? SILENT : open(16)) }] }), ping({ ...run, probes: 80, answer: (probe) => (probe % 4 === 2 ? null : fine(probe)) })) },
  { name: 'SYNs that are sent again', rule: 'R-SLOW', severity: 'crit', title: /^10\.\d % of the connections to www\.example\.test \(203\.0\.113\.24\) open only after the SYN was sent again\.$/, view: session(reach({ times: 80, sites: [{ address: FOUR, fate: (n) => open(n % 10 === 3 ? 1016 : 14) }] })) },
  { name: 'a host that is slow to accept', rule: 'R-SLOW', severity: 'info', title: /^Connections to www\.example\.test \(203\.0\.113\.24\) take \d+\.\d ms longer than ping\.$/, view: session(reach({ times: 40, sites: [{ address: FOUR, fate: () => open(80) }] }), ping({ ...run, probes: 40, answer: fine })) },
  { name: 'a vantage that may not connect', rule: 'P-CANTPROBE', severity: 'warn', title: /^The vantage may not send these probes\.$/, view: session(reach({ sites: [shut(DENIED)] })) },
  { name: 'ICMP filtered and the port open', rule: 'P-ICMP-FILTERED', severity: 'info', title: /^The target does not answer ICMP, but TCP port 443 answers\.$/, others: ['P-NO-REPLY', 'P-UNREACH-AT'],
    view: session(reach({ times: 40, sites: [GOOD] }), ping({ ...run, probes: 40, answer: () => null }), mtr({ ...run, rounds: 40, lastTtl: 16, answer: (ttl, round) => (ttl > 4 ? null : clean(ttl, round)) })) },
  { name: 'one cause: AAAA to nowhere, told by names and reach', rule: 'R-PARTIAL', severity: 'warn', title: /open over IPv4 and not over IPv6\.$/, others: ['D-AAAA-UNREACH', 'P-V6-BROKEN', 'P-NO-REPLY'],
    view: session(reach({ sites: [GOOD, shut(SILENT, { address: SIX })], times: 40 }), names({ rounds: 1, servers: [{ ...OWN, says: (type) => (type === 'A' ? a(FOUR) : a(SIX)) }], ports: [{ address: FOUR, state: 'open' }, { address: SIX, state: 'timeout' }] }), ping({ ...run, id: 'four', probes: 40, answer: (probe) => ({ ...fine(probe), rttMs: 12 }) }), ping({ ...run, id: 'six', address: SIX, probes: 40, answer: () => null })) },
  { name: 'one cause: a stale answer leads to a closed port', rule: 'D-DISAGREE', severity: 'crit', title: /still sends clients to the old address\.$/, others: ['R-REFUSED'],
    view: session(names({ host: HOST, rounds: 3, servers: [{ ...OWN, says: (type) => (type === 'A' ? a('203.0.113.9') : null) }, { ...SECOND, says: (type, round) => (type === 'A' ? a(round === 1 ? '203.0.113.9' : FOUR) : null) }, { ...NS1, says: (type) => (type === 'A' ? aa(a(FOUR)) : null) }], ports: [{ address: '203.0.113.9', state: 'refused' }, { address: FOUR, state: 'open' }] }),
      reach({ times: 80, sites: [shut(REFUSED, { address: '203.0.113.9', blame: { how: 'rst', by: '203.0.113.9' } })] })) },
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

describe('a healthy port', () => {
  const both: Site[] = [GOOD, { ...GOOD, address: SIX }]
  test('gives no finding, and says what was fine', () => {
    const view = session(reach({ times: 60, sites: both }), ping({ ...run, probes: 60, answer: (probe) => ({ ...fine(probe), rttMs: 12 }) }))
    expect(words(view)).toEqual([])
    expect(view.fine.filter(({ rule }) => rule.startsWith('R-')).map(({ title, value }) => `${title}: ${value}`)).toEqual(['Port open: 443, 2 of 2 addresses', 'IPv4 and IPv6 work: 2 of 2', 'Every connection opens: 120 of 120', 'Certificate valid: for 59 days', 'HTTP answers: 200'])
  })
  test('TCP alone, once', () => expect(session(reach({ times: 1, sites: [{ address: FOUR, fate: () => open(31.8) }] })).fine.map(({ title, value }) => `${title}: ${plain(value)}`)).toEqual(['Port open: 443, 31.8 ms']))
})

describe('just below the threshold', () => {
  test('one silence while the run goes on is no finding, two are; one refusal is proof', () => {
    expect(words(session(reach({ times: 1, sites: [shut(SILENT)] })))).toEqual([])
    expect(holding(session(reach({ times: 2, sites: [shut(SILENT)] })))).toEqual(['R-FILTERED'])
    expect(holding(session(reach({ times: 1, sites: [shut(REFUSED)] })))).toEqual(['R-REFUSED'])
  })
  test.each([[EXPIRES_INFO_DAYS * DAY + 60_000, null], [EXPIRES_INFO_DAYS * DAY, 'info'], [EXPIRES_WARN_DAYS * DAY + 60_000, 'info'], [EXPIRES_WARN_DAYS * DAY, 'warn']])('%i ms left of a certificate: %s', (leftMs, severity) => {
    expect(the(at({ tls: { chain: [certificate({ notAfterMs: START_MS + leftMs })] } }), 'R-TLS-EXPIRES')?.severity ?? null).toBe(severity)
  })
  test('two failed connections of a hundred are none too many', () => expect(words(session(reach({ times: 100, sites: [{ address: FOUR, fate: (n) => (n % 50 === 7 ? SILENT : open()) }] })))).toEqual([]))
  test('a slow connection that is no second SYN is none', () => expect(words(session(reach({ times: 80, sites: [{ address: FOUR, fate: (n) => open(n % 10 === 3 ? 700 : 14) }] })))).toEqual([]))
  test('a connection that takes a little longer than ping is none', () => expect(words(session(reach({ times: 40, sites: [{ address: FOUR, fate: () => open(30) }] }), ping({ ...run, probes: 40, answer: fine })))).toEqual([]))
  test('a redirect that is followed is none; nor one that was not to be followed', () => {
    expect(words(at({ http: [{ url: `http://${HOST}/`, status: 301 }, { status: 200 }], redirects: [{ url: `https://${HOST}/`, verdict: 'followed' }] }))).toEqual([])
    expect(words(at({ http: [{ status: 301 }], redirects: [{ url: `https://${HOST}/b`, verdict: 'too-many' }] }, { options: { port: 443, redirects: 0 } }))).toEqual([])
  })
  test('a filtered port settles nothing of ping', () => {
    const view = session(reach({ times: 40, sites: [shut(SILENT)] }), ping({ ...run, probes: 40, answer: () => null }))
    expect(ordered(view).map(({ rule, explainedBy }) => [rule, explainedBy])).toEqual(expect.arrayContaining([['P-NO-REPLY', undefined], ['R-FILTERED', undefined]]))
  })
})

describe('an open port is proof that the host lives', () => {
  const silent = mtr({ ...run, rounds: 40, lastTtl: 16, options: { protocol: 'udp' }, answer: (ttl, round) => (ttl > 4 ? null : clean(ttl, round)) })
  test('a path that ends before it is a note then, with the port as evidence', () => {
    expect(the(session(silent), 'P-UNREACH-AT')).toMatchObject({ severity: 'warn' })
    const view = session(silent, reach({ times: 40, sites: [GOOD] }))
    expect(the(view, 'P-UNREACH-AT')).toMatchObject({ severity: 'info' })
    expect(rowsOf(the(view, 'P-UNREACH-AT'))).toMatchObject({ 'TCP port 443': 'open' })
  })
  test('a port that is shut again proves nothing', () => expect(the(session(silent, reach({ times: 40, sites: [{ address: FOUR, fate: (n) => (n < 5 ? open() : SILENT) }] })), 'P-UNREACH-AT')).toMatchObject({ severity: 'warn' }))
  test('an open port of another address proves nothing', () => expect(the(session(silent, reach({ times: 40, sites: [{ ...GOOD, address: FOUR2 }] })), 'P-UNREACH-AT')).toMatchObject({ severity: 'warn' }))
  test('IPv6 that accepts connections is not broken', () => {
    const view = session(ping({ ...run, id: 'four', probes: 40, answer: fine }), ping({ ...run, id: 'six', address: SIX, probes: 40, answer: () => null }), reach({ times: 40, sites: [{ ...GOOD, fate: () => open(16) }, { ...GOOD, address: SIX }] }))
    expect(holding(view).filter((rule) => rule === 'P-V6-BROKEN')).toEqual([])
    expect(loud(view.findings.filter(({ untilMs }) => untilMs === null))).toEqual([])
  })
})

describe('the life of findings of reach', () => {
  test('a port that opens again ends the finding', () => {
    const view = session(reach({ times: 40, sites: [{ address: FOUR, fate: (n) => (n <= 10 ? REFUSED : open()) }] }))
    expect(the(view, 'R-REFUSED')?.untilMs).not.toBeNull()
  })
  test('failed connections are over after ten minutes without one', () => {
    const view = session(reach({ times: 720, sites: [{ address: FOUR, fate: (n) => (n <= 60 && n % 4 === 2 ? SILENT : open()) }] }))
    expect(the(view, 'R-FLAKY')?.untilMs).not.toBeNull()
  })
  test('who answered is named with what was said', () => expect(rowsOf(the(CASES.find(({ rule }) => rule === 'R-UNREACH')?.view ?? session(), 'R-UNREACH'))).toMatchObject({ 'Said by': '198.51.100.3 | ICMP admin-prohibited' }))
  test.each([0.3, 0.7])('snapshot at %d and tail: the same findings', (share) => {
    const log = logOf(reach({ times: 60, sites: [{ ...GOOD, fate: (n) => (n % 4 === 2 ? SILENT : open()) }, shut(SILENT, { address: SIX })] }))
    const whole = emptySession()
    for (const event of log) applyEvent(whole, event)
    const cut = Math.floor(log.length * share)
    const part = emptySession()
    for (const event of log.slice(0, cut)) applyEvent(part, event)
    const resumed = decodeSession(JSON.parse(JSON.stringify(encodeSession(part))))
    if (!resumed) throw new Error('the snapshot was refused')
    for (const event of log.slice(cut)) applyEvent(resumed, event)
    expect(resumed.findings).toEqual(whole.findings)
  })
})

test('whatever a server says of itself, findings are whole and commands plain', () => {
  const text = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('$(reboot)', '\u202Eevil', '\u001b[31m', '"; rm', 'https://x/', `https://${HOST}/`, ''))
  const state = fc.constantFrom<Fate>(open(), REFUSED, SILENT, NO_ROUTE, UNREACHABLE, DENIED)
  const site = fc.record({ fates: fc.array(state, { minLength: 1, maxLength: 4 }), reason: fc.option(fc.oneof(text, fc.constantFrom('CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'))), shaken: fc.boolean(), subject: text, sites: fc.array(text, { maxLength: 4 }), notAfterMs: fc.double({ noNaN: true, min: -1e17, max: 1e17 }), status: fc.option(fc.integer({ min: 100, max: 599 })), url: text, verdict: fc.constantFrom('followed' as const, 'refused' as const, 'too-many' as const, 'invalid' as const, 'not-http' as const, 'unresolved' as const), how: fc.constantFrom('rst' as const, 'icmp' as const, 'silence' as const, 'local' as const), by: fc.option(text) })
  fc.assert(fc.property(fc.array(site, { minLength: 1, maxLength: 3 }), (sites) => {
    const view = session(reach({ times: 12, sites: sites.map((one, i): Site => ({
      address: [FOUR, SIX, FOUR2][i] ?? FOUR, fate: (n) => one.fates[n % one.fates.length] ?? open(), blame: { how: one.how, by: one.by, icmp: 'admin-prohibited' }, tls: { shaken: one.shaken, reason: one.reason, chain: [certificate({ subject: one.subject, names: one.sites, notAfterMs: one.notAfterMs })] },
      http: [{ status: one.status, url: one.url, problem: one.status === null ? one.url : null }], redirects: [{ url: one.url, verdict: one.verdict, reason: one.subject }],
    })) }))
    for (const finding of view.findings) expectWhole({ ...finding, evidence: finding.evidence.map((row, i) => ({ ...row, label: `${i}`, value: row.value === '' ? 'empty' : row.value })) }, view)
    for (const finding of view.findings) expect(JSON.stringify(finding.title + finding.evidence.map(({ label, value, detail }) => label + value + (detail ?? '')).join(''))).not.toMatch(/\\u001b|\u202E/)
  }), { numRuns: 150 })
})

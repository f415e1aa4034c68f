/** Redaction: no original private address, MAC or internal name in any byte, everything else as it was (S47). */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Observed, type SessionEvent } from '#lib/protocol/events.ts'
import { RunId, SessionId } from '#lib/protocol/ids.ts'
import { createRedactor } from '#server/web/shares/redact.ts'

const key = Buffer.alloc(32, 7)
const runId = RunId.parse('RRRRRRRRRRRRRRRR')
const otherRun = RunId.parse('0therRun0therRun')
const sessionId = SessionId.parse('AAAAAAAAAAAAAAAA')

const octet = fc.integer({ min: 0, max: 255 })
const hextet = fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16))
const v4 = fc.oneof(
  fc.tuple(octet, octet, octet).map(([a, b, c]) => `10.${a}.${b}.${c}`),
  fc.tuple(fc.integer({ min: 16, max: 31 }), octet, octet).map(([a, b, c]) => `172.${a}.${b}.${c}`),
  fc.tuple(octet, octet).map(([a, b]) => `192.168.${a}.${b}`),
  fc.tuple(octet, octet).map(([a, b]) => `169.254.${a}.${b}`),
  fc.tuple(fc.integer({ min: 64, max: 127 }), octet, octet).map(([a, b, c]) => `100.${a}.${b}.${c}`),
  fc.tuple(octet, octet, octet).map(([a, b, c]) => `127.${a}.${b}.${c}`),
)
const v6 = fc.oneof(
  fc.tuple(fc.constantFrom('fc', 'fd'), fc.integer({ min: 0, max: 255 }), fc.array(hextet, { minLength: 7, maxLength: 7 }))
    .map(([head, byte, rest]) => [head + byte.toString(16).padStart(2, '0'), ...rest].join(':')),
  fc.tuple(hextet, hextet).map(([a, b]) => `fd12:${a}::${b}`),
  hextet.map((a) => `fe80::${a}%eth0`), hextet.map((a) => `FE80::${a.toUpperCase()}`), fc.constant('fd00::'),
  v4.map((address) => `::ffff:${address}`), v4.map((address) => `64:ff9b::${address}`),
  fc.tuple(octet, octet, octet).map((rest) => `::ffff:${[10, ...rest].map((n) => n.toString(16).padStart(2, '0')).join('').replace(/(.{4})(?=.)/, '$1:')}`),
)
const address = fc.oneof(v4, v6)
const mac = fc.array(octet, { minLength: 6, maxLength: 6 }).map((bytes) => bytes.map((n) => n.toString(16).padStart(2, '0')).join(':'))
const label = fc.stringMatching(/^zq[a-z]{4,8}[0-9]{0,2}$/)
const suffixed = fc.tuple(label, fc.constantFrom('internal', 'local', 'lan', 'corp', 'home.arpa', 'eu.compute.internal', 'dc1.example.net')).map((parts) => parts.join('.'))
const hidden = fc.oneof(address, mac, suffixed)
const around = fc.constantFrom('X', 'from X: icmp_seq=1', '[X]:80', '(X)', 'X,X', 'a=X;b', 'X.', 'http://X/p?q=1', 'PING X(X) 56 data bytes', '"X"', '-X-', 'ZX')
const wrapped = fc.tuple(around, hidden).map(([text, inner]) => ({ inner, text: text.replaceAll('X', () => inner).replace(/^Z/, 'Reply ') }))

const redactor = () => createRedactor({ key, include: { suffixes: ['dc1.example.net'] } })
/** What must not be found: the literal itself; a zone is not an address. */
const bare = (text: string): string => text.replace(/%.*$/, '').toLowerCase()

interface Made { events: SessionEvent[]; originals: string[] }

const events: fc.Arbitrary<Made> = fc.record({ host: fc.oneof(label, suffixed, address), pinned: v4, others: fc.array(address, { maxLength: 3 }), texts: fc.array(wrapped, { minLength: 3, maxLength: 3 }), from: fc.oneof(address, suffixed), vantage: label, hop: address, hopName: fc.oneof(label, label.map((name) => `${name}.core.example.net`), suffixed) })
  .map(({ host, pinned, others, texts, from, vantage, hop, hopName }) => {
    const [one, two, three] = texts.map(({ text }) => text)
    const target = { host, address: pinned, family: 4 as const, addresses: [pinned, ...others], resolvedBy: others[0] ?? 'hosts file', resolveMs: 1.25 }
    const bodies: Observed[] = [
      { kind: 'session.created', sessionId, title: `${host} is slow, see ${one}`, target: host, by: 'Ada', vantage, atMs: 1000.125 },
      { kind: 'run.queued', runId, tool: 'ping', target, options: { intervalMs: 200, note: `${two}` }, by: 'Ada', policyId: 'default-1', atMs: 1001 },
      { kind: 'run.started', runId, argv: ['/usr/bin/ping', '-n', '--', pinned], pid: 4242, user: 'nobody', deadlineMs: 60_000, atMs: 1002 },
      { kind: 'ping.header', runId, line: 1, target: host, address: pinned, payloadBytes: 56, atMs: 1003 },
      { kind: 'ping.reply', runId, line: 2, probe: 1, rttMs: 0.042, ttl: 64, bytes: 64, from, atMs: 1004 },
      { kind: 'ping.icmp-error', runId, line: 3, probe: 2, from, error: 'host-unreachable', text: `From ${from} ${three}`, atMs: 1005 },
      { kind: 'ping.fatal', runId, line: 4, error: 'unknown-host', text: `ping: ${host}: Name or service not known`, atMs: 1006 },
      { kind: 'unrecognised', runId, line: 5, text: `${one} ${two}`, atMs: 1007 },
      { kind: 'run.step', runId, argv: ['/usr/bin/mtr', '--raw', '-n', '--', pinned], pid: 4243, line: 9, atMs: 1007 },
      { kind: 'run.overlap', runId, state: 'began', with: { runId: otherRun, tool: 'mtr', protocol: 'TCP :443', sameSession: false }, atMs: 1007 },
      { kind: 'path.name', runId, address: hop, name: hopName, source: 'dns', atMs: 1007 },
      { kind: 'path.header', runId, line: 1, target: host, address: pinned, maxTtl: 30, packetBytes: 60, atMs: 1007 },
      { kind: 'path.reply', runId, line: 2, ttl: 3, probe: 1, rttMs: 1.25, from: hop, flag: 'F-1400', error: 'packet-too-big', mtu: 1400, asns: ['AS64500'], atMs: 1007 },
      { kind: 'path.labels', runId, line: 3, ttl: 3, from: hop, labels: [{ label: 16, tc: 0, bottom: 1, ttl: 1 }], atMs: 1007 },
      { kind: 'path.awaited', runId, line: 4, ttl: 4, probe: 1, sentAtMs: 1006.5, atMs: 1007 },
      { kind: 'path.as', runId, address: hop, asn: 64500, asName: 'EXAMPLE', source: 'table', atMs: 1007 },
      { kind: 'path.notice', runId, line: 5, notice: 'no-route', text: `connect to ${hop} (${hopName}) failed: ${three}`, atMs: 1007 },
      { kind: 'path.fatal', runId, line: 6, error: 'unknown-host', text: `${hopName}: ${one}`, atMs: 1007 },
      { kind: 'pmtu.try', runId, line: 7, packetBytes: 1500, fate: 'too-big', sent: 3, answered: 0, from: hop, mtu: 1400, atMs: 1007 },
      { kind: 'pmtu.result', runId, line: 8, mtu: 1400, failsFrom: 1401, toldBy: hop, atMs: 1007 },
      { kind: 'pmtu.fatal', runId, line: 9, error: 'unknown-host', text: `ping: ${hopName} ${two}`, atMs: 1007 },
      { kind: 'run.ended', runId, outcome: { kind: 'finished', code: 'exit', message: `${host} (${pinned}) answered. ${three}`, exitCode: 0 }, atMs: 1008 },
    ]
    return { events: bodies.map((body, i) => ({ ...body, seq: i + 1 })), originals: [host, pinned, ...others, from, vantage, hop, hopName, ...texts.map(({ inner }) => inner)] }
  })

const numbersIn = (value: unknown): number[] => {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}

describe('random sessions', () => {
  it('leave no original behind, keep every number and every shape, and give one thing one name', () => {
    fc.assert(fc.property(events, ({ events: before, originals }) => {
      const redact = redactor()
      const after = before.map(redact.event)
      const bytes = JSON.stringify(after).toLowerCase()
      for (const original of originals) expect(bytes.includes(bare(original)), `${original} in ${bytes}`).toBe(false)
      expect(bytes).not.toContain(otherRun.toLowerCase())
      expect(numbersIn(after)).toEqual(numbersIn(before))
      for (const [i, event] of after.entries()) {
        expect(Observed.safeParse(event).success, JSON.stringify(event)).toBe(true)
        expect(event.kind).toBe(before[i]?.kind)
        if ('runId' in event) expect(event.runId).toBe(runId)
      }
      expect(before.map(redactor().event)).toEqual(after)
    }), { numRuns: 500 })
  })

  it('the folded data of the same session says the same', () => {
    fc.assert(fc.property(events, ({ events: before, originals }) => {
      const redact = redactor()
      const view = { title: originals[0], runs: before, findings: [{ title: before.map((event) => JSON.stringify(event)).join('\n') }], byAddress: Object.fromEntries(originals.slice(1, 3).map((name) => [name, { count: 3 }])) }
      before.forEach(redact.event)
      const bytes = JSON.stringify(redact.value(view)).toLowerCase()
      for (const original of originals) expect(bytes.includes(bare(original)), `${original} in ${bytes}`).toBe(false)
    }), { numRuns: 200 })
  })
})

describe('what is kept', () => {
  it.each([
    '64 bytes from 8.8.8.8: icmp_seq=3 ttl=117 time=12.4 ms', '2001:4860:4860::8888', 'www.example.com and foo.local.example.com', 'rtt min/avg/max/mdev = 0.045/0.051/0.060/0.006 ms',
    '12:34:56.789', '2026-11-22 13:00:01', 'a::b', '1.2.3', 'version 1.2.3.4000', 'localhosted internal affairs', '[::]', '1.1.1.1.in-addr.arpa', '172.32.0.1 172.15.0.1 100.128.0.1 11.0.0.1',
  ])('%s', (text) => {
    expect(redactor().text(text)).toBe(text)
  })

  it('public addresses and names go too with `all`', () => {
    const all = createRedactor({ key, include: { all: true } })
    const text = all.text('64 bytes from dns.google (8.8.8.8): icmp_seq=1, then 2001:4860:4860::8888 and 10.0.0.1')
    expect(text).toMatch(/^64 bytes from host-\w{8} \(public-\w{8}\): icmp_seq=1, then public-\w{8} and private-\w{8}$/)
  })
})

describe('spellings', () => {
  it('one address has one pseudonym however it is written', () => {
    const { text } = redactor()
    const names = ['10.0.0.5', '010.0.0.05', '::ffff:10.0.0.5', '::ffff:a00:5'].map(text)
    expect(new Set(names).size).toBe(1)
    expect(new Set(['fd00::1', 'FD00:0:0::1', 'fd00:0000::0001%eth1'].map(text)).size).toBe(1)
    expect(text('10.0.0.5')).not.toBe(text('10.0.0.6'))
  })

  it.each([
    ['5.0.0.10.in-addr.arpa', '5.0.0.10'], ['168.192.in-addr.arpa', '168.192'], ['ip-10-0-0-5', '10-0-0-5'], ['host_10_0_0_5x', '10_0_0_5'], ['1.10.0.0.5', '10.0.0.5'],
    ['1-10-0-0-5', '10-0-0-5'], ['v10.0.0.5beta', '10.0.0.5'], ['fd00::zz:1', 'fd00:'], ['fd00:1:2:3:4:5:6:7:8:9', 'fd00:1'], ['10.0.0.0/8', '10.0.0.0'],
    ['b.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa', 'b.0.0.0.0'], ['2002:a00:5::1', '2002:a00'], ['10.0.0.5:80:90', '10.0.0.5'],
    ['00:1a:2b:3c:4d:5e', '1a:2b'], ['00-1A-2B-3C-4D-5E', '1a-2b'], ['::1', '::1'], ['198.18.0.1', '198.18'],
  ])('%s', (text, never) => {
    expect(redactor().text(text).toLowerCase()).not.toContain(never)
  })

  it('a name is internal when it resolved to a private address, from its first letter on if it is told beforehand', () => {
    const target = { host: 'shop.example.com', unicodeHost: 'b\u00fccher.example.com', address: '10.1.2.3', family: 4 as const, addresses: ['10.1.2.3'] }
    const told = createRedactor({ key, include: { targets: [target], names: ['bastion'] } })
    const text = told.text('Shop.Example.COM and B\u00fccher.example.com from BASTION; bastions and shopping stay')
    expect(text).toMatch(/^host-\w{8} and host-\w{8} from host-\w{8}; bastions and shopping stay$/)
    const publicTarget = { host: 'shop.example.com', address: '93.184.215.14', family: 4 as const, addresses: ['93.184.215.14'] }
    expect(createRedactor({ key, include: { targets: [publicTarget] } }).text('shop.example.com')).toBe('shop.example.com')
  })

  it('learns from the log itself that a name resolved to a private address', () => {
    const redact = redactor()
    const target = { host: 'shop.example.com', address: '93.184.215.14', family: 4 as const, addresses: ['93.184.215.14', 'fd00::5'] }
    const queued: SessionEvent = { kind: 'run.queued', runId, tool: 'ping', target, options: {}, by: 'Ada', policyId: 'p', atMs: 1, seq: 2 }
    expect(redact.event(queued)).toMatchObject({ target: { host: expect.stringMatching(/^host-\w{8}$/), address: '93.184.215.14' } })
    expect(redact.text('ping: shop.example.com')).toMatch(/^ping: host-\w{8}$/)
  })

  it('a router of a private network has a name of its own there, whatever its suffix, once it is known', () => {
    const name = (address: string): SessionEvent => ({ kind: 'path.name', runId, address, name: 'edge-7.example.com', source: 'dns', atMs: 1, seq: 2 })
    const redact = redactor()
    expect(redact.event(name('10.0.0.1'))).toMatchObject({ address: expect.stringMatching(/^private-/), name: expect.stringMatching(/^host-/) })
    expect(redact.text('edge-7 and edge-7.example.com')).not.toContain('edge-7')
    expect(redactor().event(name('192.0.2.1'))).toMatchObject({ address: '192.0.2.1', name: 'edge-7.example.com' })
    const told = createRedactor({ key, include: { told: [{ address: '10.0.0.1', name: 'edge-7.example.com' }] } })
    expect(told.text('from edge-7.example.com')).toMatch(/^from host-\w{8}$/)
  })

  it('options keep their words, even where a router is called like one: the view is folded from them', () => {
    const redact = createRedactor({ key, include: { names: ['tcp', 'udp', 'icmp'] } })
    const event: SessionEvent = { kind: 'run.queued', runId, tool: 'mtr', target: { host: '192.0.2.1', address: '192.0.2.1', family: 4, addresses: ['192.0.2.1'] }, options: { protocol: 'tcp', port: 443 }, by: 'Ada', policyId: 'p', atMs: 1, seq: 2 }
    expect(redact.event(event)).toMatchObject({ options: { protocol: 'tcp', port: 443 } })
  })

  it('a run of another session has another id here, the same one each time; one of this session keeps its own', () => {
    const overlap = (sameSession: boolean): SessionEvent => ({ kind: 'run.overlap', runId, state: 'began', with: { runId: otherRun, tool: 'ping', protocol: 'ICMP', sameSession }, atMs: 1, seq: 2 })
    const redact = redactor()
    const [one, again, own] = [redact.event(overlap(false)), redactor().event(overlap(false)), redact.event(overlap(true))]
    expect(one).toEqual(again)
    expect(Observed.safeParse(one).success).toBe(true)
    expect(JSON.stringify(one)).not.toContain(otherRun)
    expect(own).toMatchObject({ runId, with: { runId: otherRun } })
  })

  it('words of ours stay, even where a host has the same name', () => {
    const redact = createRedactor({ key, include: { names: ['ping', 'exit', 'finished'] } })
    const event: SessionEvent = { kind: 'run.ended', runId, seq: 9, atMs: 1, outcome: { kind: 'finished', code: 'exit', message: 'ping finished.' } }
    expect(redact.event(event)).toMatchObject({ kind: 'run.ended', outcome: { kind: 'finished', code: 'exit', message: expect.stringMatching(/^host-\w{8} host-\w{8}\.$/) } })
  })

  it('another share\'s key gives other pseudonyms', () => {
    const other = createRedactor({ key: Buffer.alloc(32, 8) })
    expect(other.text('10.0.0.5')).not.toBe(redactor().text('10.0.0.5'))
  })

  it('survives junk of any shape, in bounded time, and pollutes nothing', () => {
    const { value, text } = redactor()
    fc.assert(fc.property(fc.json(), fc.string({ unit: 'binary', maxLength: 300 }), (json, junk) => {
      value(JSON.parse(json))
      text(junk)
    }))
    const polluted = value(JSON.parse('{"__proto__":{"admin":true},"a":"10.0.0.1"}'))
    expect(Object.getPrototypeOf(polluted)).toBe(Object.prototype)
    for (const piece of ['1', '1.', '1-', ':', 'f:', 'a.', 'fd00:', '::', '0.0.', 'a-', '%']) text(piece.repeat(4096 / piece.length))
  })
})

it('names no person: who asked and who stopped read the same for everybody', () => {
  const stopped: SessionEvent = { kind: 'run.ended', runId, outcome: { kind: 'stopped', code: 'stopped', by: 'Ada Lovelace', message: 'Stopped by Ada Lovelace.' }, atMs: 1, seq: 3 }
  const created: SessionEvent = { kind: 'session.created', sessionId, title: 'a title', target: 'example.com', by: 'Ada Lovelace', vantage: 'example.com', atMs: 1, seq: 1 }
  expect(redactor().event(stopped)).toMatchObject({ outcome: { by: 'Team member', message: 'Stopped by a team member.' } })
  expect(JSON.stringify([stopped, created].map(redactor().event))).not.toContain('Ada')
})

it('a name that was just learned does not shield the beginning of the next text', () => {
  const from = 'gw.a-long-name.example.internal'
  const event: SessionEvent = { kind: 'ping.icmp-error', runId, line: 1, probe: 1, from, error: 'host-unreachable', text: 'zqdb.corp says no, zqdb2.corp too', atMs: 1, seq: 1 }
  expect(JSON.stringify(redactor().event(event))).not.toMatch(/zqdb|a-long-name/)
})

it('what was remembered of a text is forgotten when another name becomes known', () => {
  const redact = redactor()
  const said = (): SessionEvent => redact.event({ kind: 'ping.fatal', runId, line: 4, error: 'unknown-host', text: 'zqalpha is slow', atMs: 1, seq: 1 })
  expect(JSON.stringify(said())).toContain('zqalpha')
  redact.event({ kind: 'ping.header', runId, line: 1, target: 'zqalpha', address: '10.0.0.9', payloadBytes: 56, atMs: 1, seq: 2 })
  expect(JSON.stringify(said())).not.toContain('zqalpha')
})

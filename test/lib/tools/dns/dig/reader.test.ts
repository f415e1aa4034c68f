/** What single lines and odd outputs of dig become: failures, versions, extended errors, forgeries, floods. */
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { digArgs, digLimitMs, isAskable } from '#lib/tools/dns/dig/args.ts'
import { DigReader, type DigReply } from '#lib/tools/dns/dig/reader.ts'
import { readRecord } from '#lib/tools/dns/dig/record.ts'
import { nameOf, stringsOf, unescaped } from '#lib/tools/dns/dig/text.ts'
import { RECORDS_KEPT, VALUE_KEPT } from '#lib/tools/dns/status.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

function read(printed: string): { replies: DigReply[]; strange: string[]; fatal: string[] } {
  const reader = new DigReader()
  const all = { replies: [] as DigReply[], strange: [] as string[], fatal: [] as string[] }
  const lines = printed.split('\n')
  for (const [at, text] of lines.entries()) {
    const { replies, understood, fatal } = reader.line(text, at + 1)
    all.replies.push(...replies)
    if (!understood) all.strange.push(text)
    if (fatal) all.fatal.push(fatal.error)
  }
  all.replies.push(...reader.end(lines.length))
  return all
}

const header = (status = 'NOERROR', answers = 0, flags = 'qr rd ra') =>
  `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: 1\n;; flags: ${flags}; QUERY: 1, ANSWER: ${answers}, AUTHORITY: 0, ADDITIONAL: 1\n`
const STATS = '\n;; Query time: 3 msec\n;; SERVER: 10.0.0.53#53(10.0.0.53) (UDP)\n;; WHEN: Sun Nov 22 11:51:59 UTC 2026\n;; MSG SIZE  rcvd: 81\n'
const QUESTION = ';; QUESTION SECTION:\n;a.example.\t\tIN\tA\n'

describe('the command line', () => {
  const question = { server: '10.0.0.53', port: 53, name: 'a.example', types: ['A', 'AAAA'], timeoutMs: 2000, tries: 1, recurse: true, checking: true, tcp: false }
  const COMMON = '+noall +comments +question +answer +authority +additional +stats'

  it.each([
    ['as usual', {}, `-r @10.0.0.53 -p 53 ${COMMON} +time=2 +tries=1 -q a.example -t A -q a.example -t AAAA`],
    ['of a name server of the zone', { recurse: false, server: 'fe80::1%eth0', port: 5353, types: ['SOA'] }, `-r @fe80::1%eth0 -p 5353 ${COMMON} +time=2 +tries=1 +norecurse -q a.example -t SOA`],
    ['again', { checking: false, tcp: true, timeoutMs: 2100, tries: 3, types: ['MX'] }, `-r @10.0.0.53 -p 53 ${COMMON} +time=3 +tries=3 +cd +tcp -q a.example -t MX`],
    ['in whole seconds, at least one', { timeoutMs: 500, types: ['A'] }, `-r @10.0.0.53 -p 53 ${COMMON} +time=1 +tries=1 -q a.example -t A`],
  ])('%s', (_name, some, wanted) => expect(digArgs({ ...question, ...some }).join(' ')).toBe(wanted))

  it('ends by itself within its limit', () => {
    expect(digLimitMs(question)).toBe(8000)
    expect(digLimitMs({ ...question, tcp: true, tries: 3 })).toBe(12_000)
  })

  it.each(['a.example', 'a.example.', '_dmarc.x-y.example', '1.2.0.192.in-addr.arpa', '.', 'mx', 'a'.repeat(63)])('%s may be asked for', (name) => expect(isAskable(name)).toBe(true))
  it.each(['', '-x', 'a.-b', '+tcp', '@10.0.0.1', 'a..b', 'a b', 'a\\.b', '..', 'ü', 'a\n', 'a'.repeat(64), `${'abc.'.repeat(64)}x`])('%j may not', (name) => expect(isAskable(name)).toBe(false))
})

describe('no answer', () => {
  const GONE = ';; no servers could be reached\n'
  it.each([
    [';; communications error to 10.0.0.53#53: timed out\n', 'TIMEOUT', null, 'timeout'],
    [';; communications error to 10.0.0.53#53: connection refused\n', 'CONNREFUSED', null, 'connection-refused'],
    [';; communications error to 10.0.0.53#53: end of file\n', 'BADREPLY', null, 'closed'],
    [';; communications error to 10.0.0.53#53: connection reset\n', 'BADREPLY', null, 'connection-reset'],
    [';; communications error to 10.0.0.53#53: something new\n', 'UNREACHABLE', null, 'other'],
    [';; communications error to 10.0.0.53#53: constructor\n', 'UNREACHABLE', null, 'other'],
    [';; UDP setup with 10.0.0.53#53(10.0.0.53) for a.example failed: host unreachable.\n', 'UNREACHABLE', 'udp', 'host-unreachable'],
    [';; UDP setup with 10.0.0.53#53(10.0.0.53) for a.example failed: network unreachable.\n', 'UNREACHABLE', 'udp', 'network-unreachable'],
    [';; UDP setup with 10.0.0.53#53(10.0.0.53) for a.example failed: permission denied.\n', 'UNREACHABLE', 'udp', 'permission'],
    [';; Connection to 10.0.0.53#53(10.0.0.53) for a.example failed: connection refused.\n', 'CONNREFUSED', 'tcp', 'connection-refused'],
    [';; Connection to 10.0.0.53#53(10.0.0.53) for a.example failed: timed out.\n', 'TIMEOUT', 'tcp', 'timeout'],
  ])('%s', (line, status, transport, error) => {
    const { replies, strange } = read(line + GONE)
    expect(strange).toEqual([])
    expect(replies).toEqual([{
      reply: {
        status, server: null, transport, flags: [], authoritative: null, answers: [], authority: [], additional: [], queryMs: null, bytes: null, truncated: false, ede: [],
        text: line.trim().slice(3),
      },
      question: null, serverName: null, attempts: [{ server: '10.0.0.53#53', error }], line: 2,
    }])
  })

  it('dig 9.16 says it in its own words, and old versions say why and no more', () => {
    expect(read(';; connection timed out; no servers could be reached\n').replies[0]?.reply.status).toBe('TIMEOUT')
    const { replies } = read(';; Connection to 10.0.0.53#53(10.0.0.53) for a.example failed: connection refused.\n')
    expect(replies.map(({ reply }) => reply.status)).toEqual(['CONNREFUSED'])
  })

  it('a bad packet and an answer to another question are no answer, and end their question', () => {
    const dump = '14 bytes\n0d d1 ff 80 00 01 00 05 00 00 00 00 7a 7a                ............zz\n'
    for (const bad of [';; Got bad packet: bad label type\n', ';; ERROR: ID mismatch: expected ID 9840, got 0\n', ';; ERROR: short (< header size) message\n']) {
      const { replies, strange } = read(bad + dump + header() + QUESTION + STATS)
      expect(strange).toEqual([])
      expect(replies.map(({ reply }) => [reply.status, reply.text])).toEqual([['BADREPLY', bad.trim().slice(3)], ['NOERROR', undefined]])
    }
  })

  it('a warning before an answer is none against it; before silence it is told', () => {
    const warning = ';; Warning: ID mismatch: expected ID 9319, got 0\n'
    expect(read(warning + header() + QUESTION + STATS).replies.map(({ reply }) => [reply.status, reply.text])).toEqual([['NOERROR', undefined]])
    const { replies } = read(`${warning};; communications error to 10.0.0.53#53: timed out\n;; communications error to 10.0.0.53#53: timed out\n${GONE}`)
    expect(replies[0]?.reply).toMatchObject({ status: 'TIMEOUT', text: 'Warning: ID mismatch: expected ID 9319, got 0; communications error to 10.0.0.53#53: timed out' })
    expect(replies[0]?.attempts).toHaveLength(2)
  })

  it('a try that failed before the answer is kept with it', () => {
    const { replies } = read(`;; communications error to 10.0.0.53#53: timed out\n${header()}${QUESTION}${STATS}`)
    expect(replies.map(({ reply, attempts }) => [reply.status, attempts])).toEqual([['NOERROR', [{ server: '10.0.0.53#53', error: 'timeout' }]]])
  })

  it('what dig itself cannot do is told as such', () => {
    expect(read("dig: 'a..b' is not a legal name (empty label)\n").fatal).toEqual(['usage'])
    expect(read("dig: couldn't get address for 'x': not found\n").fatal).toEqual(['bad-server'])
    expect(read('dig: parse of /etc/resolv.conf failed\n').fatal).toEqual(['other'])
  })
})

describe('a message', () => {
  it.each([
    ['; EDE: 22 (No Reachable Authority)', { code: 22, text: 'No Reachable Authority' }],
    ['; EDE: 9 (DNSKEY Missing): (a;.))', { code: 9, text: 'DNSKEY Missing: a;.)' }],
    ['; EDE: 4999', { code: 4999, text: '' }],
    ['; EDE: 4999: (x)', { code: 4999, text: 'x' }],
    ['; OPT=15: 00 09 68 c3 bc 21 ("..h..!")', { code: 9, text: 'hü!' }],
  ])('%s', (line, wanted) => {
    const { replies, strange } = read(`${header('SERVFAIL')}\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n; COOKIE: 0123456789abcdef (good)\n${line}\n${QUESTION}${STATS}`)
    expect(strange).toEqual([])
    expect(replies[0]?.reply.ede).toEqual([wanted])
  })

  it('has its server’s name where that was used, its time in any unit, and codes without a name by number', () => {
    const [first] = read(`${header('?17')}${QUESTION}${STATS.replace('(10.0.0.53)', '(ns1.example)').replace('3 msec', '1234 usec').replace('UDP', 'HTTPS')}`).replies
    expect(first).toMatchObject({ serverName: 'ns1.example', reply: { status: 'RCODE17', queryMs: 1.234, transport: 'tcp' } })
    expect(read(header('RESERVED12') + QUESTION + STATS).replies[0]?.reply.status).toBe('RCODE12')
    expect(read(header('BADVERS', 0, 'qr aa') + QUESTION + STATS).replies[0]?.reply).toMatchObject({ status: 'BADVERS', authoritative: true })
    expect(read(header('NOERROR', 0, 'qr rd; MBZ: 0x4') + QUESTION + STATS).replies[0]?.reply.flags).toEqual(['qr', 'rd'])
  })

  it('ends where the next begins, also without statistics', () => {
    const one = `${header('NXDOMAIN')}${QUESTION}\n`
    expect(read(one + one + one).replies.map(({ reply, line }) => [reply.status, line])).toEqual([['NXDOMAIN', 6], ['NXDOMAIN', 12], ['NXDOMAIN', 19]])
  })

  it('of which the end is missing is no answer with fewer records', () => {
    const two = `${header('NOERROR', 2)}${QUESTION}\n;; ANSWER SECTION:\na.example.\t60\tIN\tA\t192.0.2.1\n`
    expect(read(two).replies).toEqual([])
    expect(read(';; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\n').replies).toEqual([])
    expect(read(`${two}a.example.\t60\tIN\tA\t192.0.2.2\n\n`).replies).toHaveLength(1)
  })

  it('whose answers could not be read is no name without records', () => {
    const { replies, strange } = read(`${header('NOERROR', 2)}${QUESTION}\n;; ANSWER SECTION:\na.example. IN A\n${STATS}`)
    expect(strange).toEqual(['a.example. IN A'])
    expect(replies[0]?.reply).toMatchObject({ status: 'BADREPLY', answers: [], text: 'It announces 2 answers, none of which could be read.' })
    expect(read(`${header('NXDOMAIN', 1)}${QUESTION}${STATS}`).replies[0]?.reply.status).toBe('NXDOMAIN')
  })

  it('keeps the first records of a section and counts the others', () => {
    const record = (n: number, section: string): string => `${section}.example.\t60\tIN\tA\t198.18.${n >> 8}.${n & 255}`
    const many = (section: string): string => `;; ${section.toUpperCase()} SECTION:\n${Array.from({ length: 100 }, (_, n) => record(n, section)).join('\n')}\n`
    const [only] = read(`${header('NOERROR', 100)}${QUESTION}\n${many('answer')}\n${many('authority')}\n${many('additional')}${STATS}`).replies
    expect([only?.reply.answers.length, only?.reply.authority.length, only?.reply.additional.length, only?.reply.cut]).toEqual([RECORDS_KEPT, RECORDS_KEPT, RECORDS_KEPT, 3 * (100 - RECORDS_KEPT)])
    expect(only?.reply.answers[0]).toEqual({ name: 'answer.example', type: 'A', ttl: 60, value: '198.18.0.0' })
  })
})

describe('a record', () => {
  it.each([
    ['x.\t60\tIN\tTXT\t"a\\"b\\\\c\\027[31m<script>\\195\\188\\255\\000;tab\\009" "two"', 'TXT', 'a"b\\c\u001b[31m<script>ü\ufffd\u0000;tab\ttwo'],
    ['x.\t60\tIN\tTXT\t""', 'TXT', ''],
    ['x.\t60\tIN\tTXT\t\\# 3 010203', 'TXT', '\\# 3 010203'],
    ['x.\t60\tIN\tTYPE65534 \\# 3 010203', 'TYPE65534', '\\# 3 010203'],
    ['x.\t60\tCLASS3\tSPF\t"v=spf1"', 'SPF', 'v=spf1'],
    ['x.\t60\tIN\tPTR\twe\\032ird\\(x\\)\\027.p.', 'PTR', 'we ird(x)\u001b.p'],
    ['x.\t60\tIN\tPTR\ta\\.b\\\\c.example.', 'PTR', 'a\\.b\\\\c.example'],
    ['x.\t60\tIN\tNS\t.', 'NS', '.'],
    ['x.\t60\tIN\tNAPTR\t1 2 "u" "E2U+sip" "!^.*$!sip:x@y!" .', 'NAPTR', '1 2 "u" "E2U+sip" "!^.*$!sip:x@y!" .'],
    ['x.\t60\tIN\tHTTPS\t1 . alpn="h2" ipv4hint=192.0.2.1', 'HTTPS', '1 . alpn="h2" ipv4hint=192.0.2.1'],
    ['x.\t60\tIN\tDS\t1 8 2 ABAB cdcd', 'DS', '1 8 2 ABABCDCD'],
    ['x.\t60\tIN\tMX\t10', 'MX', '10'],
  ])('%s', (line, type, value) => expect(readRecord(line)).toMatchObject({ name: 'x', type, ttl: 60, value }))

  it.each(['web.example.org.', '203.0.113.80', '10 mx1.example.org.', '"v=spf1 -all"', '0 issue "letsencrypt.org"', 'A 8 2 300 20181227144044', '; x. 60 IN A 1.2.3.4', 'x. IN A 1.2.3.4', 'x.\t-1\tIN\tA\t1.2.3.4', 'x.\t60\tIN\ta\t1.2.3.4'])(
    '%s is none', (line) => expect(readRecord(line)).toBeNull())

  it('lines of +short are never read as a message, whatever they hold', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme-ascii' }).map((text) => JSON.stringify(text)), fc.ipV4(), fc.ipV6(), fc.domain().map((name) => `${name}.`), fc.domain().map((name) => `10 ${name}.`))), (lines) => {
      const { replies, strange } = read(lines.join('\n'))
      expect(replies).toEqual([])
      expect(strange).toEqual(lines.filter((line) => line.trim() !== ''))
    }))
  })
})

describe('text', () => {
  it('decodes what any bytes are printed as', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 255 }), (bytes) => {
      const printed = Array.from(bytes, (byte) => (byte === 34 || byte === 92 ? `\\${String.fromCharCode(byte)}` : byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`)).join('')
      const wanted = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
      expect(unescaped(printed)).toBe(wanted)
      expect(stringsOf(`"${printed}" "${printed}"`)).toEqual([wanted, wanted])
    }))
  })

  it('keeps a lone backslash, and reads what busybox does not escape', () => {
    expect(unescaped('a\\')).toBe('a\\')
    expect(unescaped('\\999')).toBe('999')
    expect(stringsOf('"grüße "x" <b>"')).toEqual(['grüße "x" <b>'])
    expect(stringsOf('"cut of')).toEqual(['cut of'])
  })

  it('never makes one name of two', () => {
    const label = fc.string({ unit: fc.constantFrom('a', '.', '\\', '"', ' '), minLength: 1, maxLength: 4 })
    const printed = (labels: readonly string[]): string => `${labels.map((one) => one.replace(/[."\\]/g, '\\$&').replaceAll(' ', '\\032')).join('.')}.`
    fc.assert(fc.property(fc.array(label, { minLength: 1, maxLength: 3 }), fc.array(label, { minLength: 1, maxLength: 3 }), (one, two) => {
      expect(nameOf(printed(one)) === nameOf(printed(two))).toBe(JSON.stringify(one) === JSON.stringify(two))
    }), { numRuns: 500 })
  })
})

describe('floods', () => {
  const MB = 1_000_000
  /** Characters handed to regular expressions while `work` runs. */
  function looked(work: () => void): number {
    let sum = 0
    const real = RegExp.prototype.exec
    vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function exec(this: RegExp, text: string) {
      sum += text.length
      return real.call(this, text)
    })
    work()
    vi.restoreAllMocks()
    return sum
  }

  it.each(['x', ' ', '\t', '"', '\\', '\\1', '\\195', '" "', 'x.\t60\tIN\tTXT\t"', ';; ', '; EDE: 9 (', 'a.', '0d ', ';; communications error to ', '\u001b[', '😀'])('a line of 1 MB of %j is looked at a few times and little of it is kept', (piece) => {
    const line = piece.repeat(MB / piece.length)
    for (const before of ['', 'x.\t60\tIN\tTXT\t"', 'x.\t60\tIN\tPTR\t', ';; OPT PSEUDOSECTION:\n; EDE: 9 (x): (', ';; ', '; ', 'dig: ']) {
      expect(looked(() => {
        const { replies } = read(`${header('NOERROR', 1)};; ANSWER SECTION:\n${before}${line}${STATS}`)
        for (const { reply } of replies) expect(JSON.stringify(reply).length).toBeLessThan(40 * VALUE_KEPT)
        for (const { reply } of replies) for (const record of reply.answers) expect(record.value.length).toBeLessThanOrEqual(VALUE_KEPT)
      })).toBeLessThan(8 * MB)
    }
  })

  it('100,000 lines of one message are one reply of bounded size', () => {
    const lines = Array.from({ length: 100_000 }, (_, n) => `a.example.\t60\tIN\tA\t198.18.${(n >> 8) & 255}.${n & 255}`).join('\n')
    const text = `${header('NOERROR', 100)};; ANSWER SECTION:\n${lines}\n${STATS}`
    let replies: DigReply[] = []
    expect(looked(() => { replies = read(text).replies })).toBeLessThan(20 * text.length)
    expect(replies).toHaveLength(1)
    expect(replies[0]?.reply.cut).toBe(100_000 - RECORDS_KEPT)
    expect(JSON.stringify(replies).length).toBeLessThan(20_000)
  })

  it('100,000 failures without an end are a few attempts', () => {
    const { replies } = read(';; communications error to 10.0.0.53#53: timed out\n;; Warning: x\n'.repeat(50_000))
    expect(replies).toHaveLength(1)
    expect(JSON.stringify(replies).length).toBeLessThan(4000)
  })

  it('any lines at all: never throws, and each is understood or not', () => {
    const words = fc.constantFrom(';; Got answer:', ';; flags: qr; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0', ';; MSG SIZE  rcvd: 5', ';a. IN A', 'a. 1 IN A 1.2.3.4', ';; no servers could be reached', ';; ANSWER SECTION:', ';; Sending:', '', '; EDE: 1', ';; Got bad packet: x', '5 bytes', ';; Truncated, retrying in TCP mode.', '; <<>> DiG 9.18 <<>> x')
    fc.assert(fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 40 }), (lines) => {
      const reader = new DigReader()
      const replies = lines.flatMap((text, at) => reader.line(text, at + 1).replies)
      expect(replies.length + reader.end(lines.length).length).toBeLessThanOrEqual(lines.length)
    }))
  })
})

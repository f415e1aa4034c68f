/** What single lines and odd outputs of nslookup become: failures, two questions in one output, other makes, forgeries, floods. */
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { EventBody, type Observed } from '#lib/protocol/events.ts'
import { LineSplitter } from '#lib/text/lines.ts'
import { RECORDS_KEPT, VALUE_KEPT } from '#lib/tools/dns/status.ts'
import { readNslookupLine } from '#lib/tools/nslookup/lines.ts'
import { bytesOf, contextOf, eventsOf, parsePieces, parseText, verdictOf } from './context.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const HEAD = 'Server:\t\t10.0.0.53\nAddress:\t10.0.0.53#53\n\n'

/** Replies as short lines: `a.example A NOERROR A 192.0.2.7|AAAA ::1 (10.0.0.53)`; `!` for an attempt, `?` for a line that was not understood. */
const brief = (events: readonly Observed[]): string[] => events.flatMap((event) => {
  if (event.kind === 'nslookup.reply') {
    const { reply } = event
    return [`${event.name} ${event.type ?? '-'} ${reply.status} ${reply.answers.map(({ type, value }) => `${type} ${value}`).join('|')}${reply.server ? ` (${reply.server.address}#${reply.server.port})` : ''}`.replace(/ {2,}/g, ' ').trim()]
  }
  if (event.kind === 'nslookup.attempt') return [`! ${event.server} ${event.error}`]
  return event.kind === 'unrecognised' ? ['?'] : []
})
const replyOf = (text: string, context = contextOf()) => eventsOf(parseText(text, context), 'nslookup.reply')[0]

describe('an answer', () => {
  it('A and AAAA of one question stand in one answer', () => {
    expect(brief(parseText(`${HEAD}Name:\ta.example\nAddress: 192.0.2.7\nName:\ta.example\nAddress: ::1\n\n`))).toEqual(['a.example - NOERROR A 192.0.2.7|AAAA ::1 (10.0.0.53#53)'])
  })

  it('knows the type that was asked for, and that an address is asked for its name', () => {
    const mx = `${HEAD}Non-authoritative answer:\na.example\tmail exchanger = 10 mx.example.\n\nAuthoritative answers can be found from:\na.example\tnameserver = ns.example.\nns.example\tinternet address = 192.0.2.1\nns.example\thas AAAA address 2001:db8::1\n\n`
    const reply = replyOf(mx, contextOf({ recordType: 'MX' }))
    expect(reply).toMatchObject({ name: 'a.example', type: 'MX', serverName: '10.0.0.53', line: 10, reply: { authoritative: false } })
    expect([reply?.reply.authority, reply?.reply.additional]).toEqual([
      [{ name: 'a.example', type: 'NS', ttl: null, value: 'ns.example' }],
      [{ name: 'ns.example', type: 'A', ttl: null, value: '192.0.2.1' }, { name: 'ns.example', type: 'AAAA', ttl: null, value: '2001:db8::1' }],
    ])
    expect(brief(parseText('11.2.0.192.in-addr.arpa\tname = we\\032ird.\\027[31m<b>.example.\n\n', contextOf({}, '192.0.2.11')))).toEqual(['11.2.0.192.in-addr.arpa PTR NOERROR PTR we ird.\u001b[31m<b>.example'])
  })

  it('that there is none is an answer, with the SOA that says so', () => {
    const text = `${HEAD}Non-authoritative answer:\n*** Can't find a.example: No answer\n\nAuthoritative answers can be found from:\nexample\n\torigin = ns.example\n\tmail addr = host.example\n\tserial = 1\n\trefresh = 2\n\tretry = 3\n\texpire = 4\n\tminimum = 5\n\n`
    const reply = replyOf(text, contextOf({ recordType: 'MX' }))
    expect(reply).toMatchObject({ name: 'a.example', reply: { status: 'NOERROR', answers: [], authoritative: false, authority: [{ name: 'example', type: 'SOA', value: 'ns.example host.example 1 2 3 4 5' }] } })
    expect(replyOf(`${HEAD}*** Can't find a.example: No answer\n\n`)?.reply).toMatchObject({ status: 'NOERROR', answers: [], authoritative: true })
  })

  it('busybox answers two questions below one head', () => {
    const text = "Server:\t\t10.0.0.53\nAddress:\t10.0.0.53:53\n\nNon-authoritative answer:\nName:\ta.example\nAddress: 192.0.2.7\n\nNon-authoritative answer:\nName:\ta.example\nAddress: ::1\n\n"
    expect(brief(parseText(text))).toEqual(['a.example - NOERROR A 192.0.2.7 (10.0.0.53#53)', 'a.example - NOERROR AAAA ::1 (10.0.0.53#53)'])
    const mixed = "Server:\t\t[fe80::1%eth0]:53\nAddress:\t[fe80::1%eth0]:53\n\nName:\ta.example\nAddress: 192.0.2.7\n\n*** Can't find a.example: No answer\n\n"
    expect(brief(parseText(mixed))).toEqual(['a.example - NOERROR A 192.0.2.7 (fe80::1%eth0#53)', 'a.example - NOERROR (fe80::1%eth0#53)'])
    expect(brief(parseText("Server:\t\t10.0.0.53\nAddress:\t10.0.0.53:53\n\n** server can't find a.example: NXDOMAIN\n\n** server can't find a.example: NXDOMAIN\n\n"))).toEqual(Array(2).fill('a.example - NXDOMAIN (10.0.0.53#53)'))
  })

  it('the small busybox', () => {
    expect(brief(parseText('Server:    10.0.0.53\nAddress 1: 10.0.0.53 ns.example\n\nName:      a.example\nAddress 1: 192.0.2.7 host.example\nAddress 2: ::1\n'))).toEqual(['a.example - NOERROR A 192.0.2.7|AAAA ::1 (10.0.0.53#null)'])
    expect(eventsOf(parseText("Server:    10.0.0.53\nAddress 1: 10.0.0.53\n\nnslookup: can't resolve 'a.example': Name does not resolve\n"), 'nslookup.fatal')[0]).toMatchObject({ error: 'unknown-host', line: 4 })
  })

  it.each([
    ['rdata_65 = 1 . alpn="h2"', 'HTTPS', '1 . alpn="h2"'], ['rdata_65280 = \\# 1 00', 'TYPE65280', '\\# 1 00'], ['service = 1 2 443 h.example.', 'SRV', '1 2 443 h.example'],
    ['text = "a\\"b" "c"', 'TXT', 'a"bc'], ['dname = d.example.', 'DNAME', 'd.example'], ['naptr = 1 2 "u" "x" "" .', 'NAPTR', '1 2 "u" "x" "" .'],
  ])('%s', (words, type, value) => expect(replyOf(`a.example\t${words}\n`)?.reply.answers).toMatchObject([{ name: 'a.example', type, value }]))
})

describe('no answer', () => {
  const GONE = ';; no servers could be reached\n\n'
  it.each([
    [`;; communications error to 10.0.0.53#53: timed out\n;; communications error to 10.0.0.54#53: timed out\n${GONE}`, ['! 10.0.0.53#53 timeout', '! 10.0.0.54#53 timeout', 'www.example.org - TIMEOUT']],
    [`;; UDP setup with 10.0.0.53#53(10.0.0.53) for a.example failed: host unreachable.\n${GONE}`, ['! 10.0.0.53#53 host-unreachable', 'a.example - UNREACHABLE']],
    [`;; Truncated, retrying in TCP mode.\n;; Connection to 10.0.0.53#53(10.0.0.53) for a.example failed: connection refused.\n${GONE}`, ['! 10.0.0.53#53 connection-refused', 'a.example - CONNREFUSED']],
    [`;; Truncated, retrying in TCP mode.\n;; communications error to 10.0.0.53#53: end of file\n${GONE}`, ['! 10.0.0.53#53 closed', 'www.example.org - BADREPLY']],
    [';; Got bad packet: bad label type\n14 bytes\ne4 f7 ff 80 00 01 00 05 00 00 00 00 7a 7a                ............zz\n\n', ['www.example.org - BADREPLY']],
    [';; ERROR: ID mismatch: expected ID 37681, got 0\n\n', ['www.example.org - BADREPLY']],
    [`;; Warning: ID mismatch: expected ID 26138, got 0\n;; communications error to 10.0.0.53#53: timed out\n${GONE}`, ['! 10.0.0.53#53 timeout', 'www.example.org - TIMEOUT']],
    ["nslookup: write to '10.0.0.53': Connection refused\n;; connection timed out; no servers could be reached\n\n", ['! 10.0.0.53 connection-refused', 'www.example.org - TIMEOUT']],
    [`;; Got SERVFAIL reply from 10.0.0.53, trying next server\n;; Got recursion not available from 10.0.0.54, trying next server\n${HEAD}Name:\ta.example\nAddress: 192.0.2.7\n\n`,
      ['! 10.0.0.53 SERVFAIL', '! 10.0.0.54 no-recursion', 'a.example - NOERROR A 192.0.2.7 (10.0.0.53#53)']],
    [`${HEAD}** server can't find a.example: REFUSED\n\n`, ['a.example - REFUSED (10.0.0.53#53)']],
    [`${HEAD}** server can't find a.example: RESERVED12\n\n`, ['a.example - RCODE12 (10.0.0.53#53)']],
    [`${HEAD}*** Can't find a.example: Parse error\n\n`, ['a.example - BADREPLY (10.0.0.53#53)']],
    [HEAD, []],
  ])('%s', (text, wanted) => expect(brief(parseText(text))).toEqual(wanted))

  it('keeps the words, and that it had asked over TCP', () => {
    const reply = replyOf(`;; Truncated, retrying in TCP mode.\n;; communications error to 10.0.0.53#53: end of file\n${GONE}`)?.reply
    expect(reply).toMatchObject({ truncated: true, transport: 'tcp', server: null, text: 'communications error to 10.0.0.53#53: end of file' })
    expect(replyOf(`;; Truncated, retrying in TCP mode.\n${HEAD}Name:\ta.example\nAddress: 192.0.2.7\n\n`)?.reply).toMatchObject({ truncated: true, transport: 'tcp' })
  })

  it.each([
    ["nslookup: 'bad..x' is not a legal name (empty label)", 'usage'], ["nslookup: couldn't get address for 'x': not found", 'bad-server'], ['*** Invalid option: -', 'usage'],
    ['unknown query type: FOO', 'usage'], ["nslookup: bad address 'x'", 'unknown-host'], ['nslookup: parse of /etc/resolv.conf failed', 'other'],
  ])('%s', (line, error) => {
    expect(eventsOf(parseText(`${line}\n${line}\n`), 'nslookup.fatal')).toMatchObject([{ line: 1, error, text: line }])
  })
})

describe('lines that are none of nslookup’s', () => {
  it.each(['Address: 192.0.2.7', '\torigin = ns.example', 'Authoritative answers can be found from:', 'hello', 'hello world', 'a.example\tsings = x', 'a.example\ttext = ', '** server can\'t find x: MAYBE',
    'Address: dead.beef', 'Name:\ta b', ';; something new', 'Server:', '<b>', '*** something', 'Query #1 completed'])('%j', (line) => {
    expect(brief(parseText(`${line}\n`))).toEqual(['?'])
  })

  it('a line that was cut is told, and only of a TXT record believed', () => {
    const long = `${HEAD}a.example\ttext = "${'\\195\\188'.repeat(2000)}"\n\n`
    const events = parseText(long)
    expect(eventsOf(events, 'run.truncated')).toMatchObject([{ what: 'line' }])
    const value = eventsOf(events, 'nslookup.reply')[0]?.reply.answers[0]?.value ?? ''
    // 4,096 bytes of the line hold 509 whole letters of eight bytes each; of the next, one byte.
    expect(value).toMatch(/^ü{509}\ufffd?$/)
    expect(brief(parseText(`${HEAD}a.example\trdata_65 = ${'x'.repeat(5000)}\n\n`))).toEqual(['?'])
  })

  it('below a head they leave open what was answered', () => {
    for (const line of ['a.example\tsings = x', '<b>', '*** something']) {
      expect(brief(parseText(`${HEAD}${line}\n\n\n`))).toEqual(['?'])
      expect(brief(parseText(`${HEAD}Non-authoritative answer:\n${line}\n\n`))).toEqual(['?'])
    }
    expect(brief(parseText(`${HEAD}\n`))).toEqual(['www.example.org - NOERROR (10.0.0.53#53)'])
  })

  it('says where a line stands, and shows little of a long one', () => {
    const [only] = eventsOf(parseText(`${HEAD}${'#'.repeat(2000)}\n`), 'unrecognised')
    expect(only).toMatchObject({ line: 4, text: `${'#'.repeat(512)}…` })
  })
})

describe('floods', () => {
  it('looks at every byte once, and at a line a few times', () => {
    const split = vi.spyOn(LineSplitter.prototype, 'push')
    for (const piece of ['x', ' ', '\t', 'a\ttext = "', '\\', '\\195', '" "', ';; ', '*** ', 'Name:\t', 'a.', '\u001b[', '\r', 'x\n', '------------\n', '\n']) {
      split.mockClear()
      const bytes = bytesOf(piece.repeat(30_000 / piece.length))
      const events = parsePieces([bytes, bytes, bytes])
      expect(split.mock.calls.reduce((sum, [part]) => sum + part.length, 0)).toBe(3 * bytes.length)
      expect(JSON.stringify(events).length).toBeLessThan(300 * bytes.length)
    }
  })

  it('one line of 1 MB is handed to few regular expressions', () => {
    const real = RegExp.prototype.exec
    let sum = 0
    vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function exec(this: RegExp, text: string) {
      sum += text.length
      return real.call(this, text)
    })
    const MB = 1_000_000
    for (const piece of ['x', ' x', '\tx', '"', '\\195', 'a\ttext = ', '** server can\'t find ', ';; Got ', '0d ']) {
      for (const before of ['', 'a\ttext = "', 'Address: ', '\torigin = ', '*** Can\'t find ', ';; ', 'nslookup: ']) {
        sum = 0
        const line = readNslookupLine(before + piece.repeat(MB / piece.length))
        expect(sum).toBeLessThan(25 * MB)
        expect(line.kind).not.toBe('refused')
      }
    }
  })

  it('20,000 records are one reply of bounded size', () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `Name:\ta.example\nAddress: 198.18.${(n >> 8) & 255}.${n & 255}\n`).join('')
    const events = parseText(`${HEAD}${lines}\n`)
    expect(events).toHaveLength(1)
    expect(eventsOf(events, 'nslookup.reply')[0]?.reply.cut).toBe(20_000 - RECORDS_KEPT)
    expect(JSON.stringify(events).length).toBeLessThan(10_000)
  })

  it('any lines at all: never throws, and every event is whole and bounded', () => {
    const words = fc.constantFrom('Server:\t\t10.0.0.53', 'Address:\t10.0.0.53#53', '', 'Non-authoritative answer:', 'Name:\ta.example', 'Address: 192.0.2.7', 'example', '\torigin = a', '\tmail addr = b', '\tminimum = 5',
      '------------', "** server can't find a: NXDOMAIN", "*** Can't find a: No answer", ';; no servers could be reached', ';; communications error to 10.0.0.53#53: timed out', 'a\ttext = "x', 'Authoritative answers can be found from:', ';; Truncated, retrying in TCP mode.')
    fc.assert(fc.property(fc.array(fc.oneof(words, fc.string({ unit: 'binary' })), { maxLength: 20 }), (lines) => {
      for (const { atMs: _atMs, ...body } of parseText(lines.join('\n'))) {
        expect(EventBody.parse(body)).toEqual(body)
        if (body.kind === 'nslookup.reply') for (const { value } of body.reply.answers) expect(value.length).toBeLessThanOrEqual(VALUE_KEPT)
      }
    }), { numRuns: 60 })
  })
})

describe('the verdict', () => {
  it.each([
    ['records', `${HEAD}Name:\ta.example\nAddress: 192.0.2.7\nName:\ta.example\nAddress: ::1\n\n`, 0, 'finished', 'exit', undefined, 'nslookup got 2 records for a.example from 10.0.0.53.'],
    ['no such name', `${HEAD}** server can't find a.example: NXDOMAIN\n\n`, 1, 'finished', 'exit', undefined, 'a.example does not exist, says 10.0.0.53 (NXDOMAIN).'],
    ['no such record', `${HEAD}*** Can't find a.example: No answer\n\n`, 0, 'finished', 'exit', undefined, 'a.example exists, but has no A or AAAA record, says 10.0.0.53.'],
    ['SERVFAIL', `${HEAD}** server can't find a.example: SERVFAIL\n\n`, 1, 'failed', 'servfail', 'resolver', /^10\.0\.0\.53 could not find out about a\.example \(SERVFAIL\)\. .* This does not say whether a\.example exists\.$/],
    ['REFUSED', `${HEAD}** server can't find a.example: REFUSED\n\n`, 1, 'failed', 'refused', 'resolver', /refuses to answer/],
    ['another code', `${HEAD}** server can't find a.example: NOTIMP\n\n`, 1, 'failed', 'notimp', 'resolver', /NOTIMP/],
    ['silence', ';; communications error to 10.0.0.53#53: timed out\n;; no servers could be reached\n', 1, 'failed', 'no-server', 'resolver', /10\.0\.0\.53#53 stayed silent.*nothing is known about the name\.$/],
    ['no listener', ';; communications error to 10.0.0.53#53: connection refused\n;; no servers could be reached\n', 1, 'failed', 'no-server', 'resolver', /nothing listens there/],
    ['no way', ';; UDP setup with 10.0.0.53#53(10.0.0.53) for a failed: host unreachable.\n;; no servers could be reached\n', 1, 'failed', 'no-server', 'resolver', /cannot send to 10\.0\.0\.53#53/],
    ['noise', ';; Got bad packet: bad label type\n', 1, 'failed', 'no-server', 'resolver', /no DNS answer/],
    ['a server without an address', "nslookup: couldn't get address for 'x': not found\n", 1, 'failed', 'bad-server', 'resolver', /said: “nslookup: couldn't get address/],
    ['arguments', '*** Invalid option: -\n', 1, 'failed', 'usage', 'hopscope', /version may be too old/],
    ['a crash', 'x', null, 'failed', 'signal', 'tool', /SIGSEGV/],
    ['a failure without a reason', '', 2, 'failed', 'exit', 'tool', /exit code 2\. It gave no reason\.$/],
    ['a failure with words of its own', 'socket: no\n', 2, 'failed', 'exit', 'tool', /It said: “socket: no”/],
    ['nothing', '', 0, 'finished', 'exit', undefined, 'nslookup ended without an answer.'],
  ] as const)('%s', (_name, text, code, kind, word, blame, message) => {
    const outcome = verdictOf(text, code)
    expect([outcome.kind, outcome.code, outcome.blame]).toEqual([kind, word, blame])
    if (typeof message === 'string') expect(outcome.message).toBe(message)
    else expect(outcome.message).toMatch(message)
  })

  it('what was found decides, whatever else failed', () => {
    const both = `${HEAD}Name:\ta.example\nAddress: 192.0.2.7\n\n** server can't find a.example: SERVFAIL\n\n`
    expect(verdictOf(both).message).toBe('nslookup got 1 record for a.example from 10.0.0.53.')
    expect(verdictOf(`${HEAD}*** Can't find a.example: No answer\n\n`, 0, contextOf({ recordType: 'MX' })).message).toBe('a.example exists, but has no MX record, says 10.0.0.53.')
  })
})

/** What single lines and odd streams become: wrap, duplicates, damage, floods, forgeries, long lines. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventBody } from '#lib/protocol/events.ts'
import { ascii, HotScanner } from '#lib/tools/ping/hot.ts'
import { pingParser, readPingLine } from '#lib/tools/ping/parse.ts'
import { bytesOf, contextOf, NOW, parseText } from './context.ts'

const reply = (seq: number, extra = '', stamp = 1_795_346_714 + seq) =>
  `[${stamp}.620752] 64 bytes from 192.0.2.1: icmp_seq=${seq % 65536} ttl=61 time=9.05 ms${extra}\n`

describe('readPingLine', () => {
  it.each([
    ['[1795346714.620752] 64 bytes from 192.0.2.1: icmp_seq=1 ttl=61 time=9.05 ms', { kind: 'reply', stampMs: 1_795_346_714_620.752, rttMs: 9.05 }],
    ['64 bytes from 192.0.2.1: icmp_seq=1 ttl=61 time=11,5 ms', { kind: 'reply', rttMs: 11.5 }],
    ['64 bytes from 192.0.2.1: icmp_seq=1 ttl=61 time=1.2 ms (DUP!) (BAD CHECKSUM!)', { kind: 'reply', dup: true, badChecksum: true }],
    ['8 bytes from ::1: icmp_seq=2 ttl=64', { kind: 'reply', rttMs: null, bytes: 8 }],
    ['\u001b[32m64 bytes from 192.0.2.1: icmp_seq=1 ttl=61 time=9.05 ms\u001b[0m', { kind: 'reply', seq: 1 }],
    ['8 packets transmitted, 5 received, 37,5% packet loss, time 2809ms', { kind: 'totals', lossPct: 37.5 }],
    ['rtt min/avg/max/mdev = 2,2/2,7/8,6/1,0 ms', { kind: 'rtt', rtt: { min: 2.2, avg: 2.7, max: 8.6, mdev: 1 } }],
    ['3 packets transmitted, 0 received, +2 corrupted, 1e-05% packet loss, time 9ms', { kind: 'totals', corrupted: 2, lossPct: 0.00001 }],
    ['From 198.51.100.17: icmp_seq=1 Redirect Host(New nexthop: 198.51.100.18)', { kind: 'icmp-error', error: 'redirect-host', nexthop: '198.51.100.18' }],
    ['From 198.51.100.17: icmp_seq=1 Redirect Network(New nexthop: 198.51.100.18)', { kind: 'icmp-error', error: 'redirect-net' }],
    ['From 2001:db8::1 icmp_seq=1 Packet too big: mtu=1280', { kind: 'icmp-error', error: 'packet-too-big', mtu: 1280 }],
    ['From 2001:db8::1 icmp_seq=1 Parameter problem: Wrong header field at 6', { kind: 'icmp-error', error: 'parameter-problem', pointer: 6 }],
    ['From 2001:db8::1 icmp_seq=4 Time exceeded: Hop limit', { kind: 'icmp-error', error: 'ttl-exceeded', seq: 4 }],
    ['From 192.0.2.9 icmp_seq=1 Dest Unreachable, Bad Code: 77', { kind: 'icmp-error', error: 'unreachable-other', code: 77 }],
    ['ping: Warning: time of day goes back (-2083us), taking countermeasures', { kind: 'notice', notice: 'clock-back' }],
    ['Warning: time of day goes back (-2083us), taking countermeasures.', { kind: 'notice', notice: 'clock-back' }],
    ['ping: Warning: invalid tv_usec -1 us', { kind: 'notice', notice: 'clock-back' }],
    ['WARNING: pinging broadcast address', { kind: 'notice', notice: 'other' }],
    ['ping: socktype: SOCK_RAW', { kind: 'remark' }],
    ['ping: socket: Operation not permitted', { kind: 'fatal', error: 'permission' }],
    ['ping: => missing cap_net_raw+p capability or setuid?', { kind: 'notice', notice: 'other' }],
    ['ping: socket: Address family not supported by protocol', { kind: 'fatal', error: 'address-family' }],
    ['ping: socket: Too many open files', { kind: 'fatal', error: 'other' }],
    ['connect: Network is unreachable', { kind: 'fatal', error: 'network-unreachable' }],
    ['ping: sendmsg: Network is unreachable', { kind: 'local-error', error: 'no-route' }],
    ['ping: sendmsg: No buffer space available', { kind: 'local-error', error: 'no-buffer' }],
    ['ping: SO_BINDTODEVICE eth9: No such device', { kind: 'fatal', error: 'no-interface' }],
    ["ping: invalid argument: '999': out of range: 0 <= value <= 255", { kind: 'fatal', error: 'invalid-argument' }],
    ['ping: something nobody has seen yet', { kind: 'notice', notice: 'other' }],
    ['.\b \b.\b \b..', { kind: 'dots' }],
    ['^C', { kind: 'echo' }],
    ['^\\2/4 packets, 50% loss', { kind: 'progress', received: 2, rtt: null }],
    ['  ', { kind: 'blank' }],
  ])('%j', (line, wanted) => expect(readPingLine(line)).toMatchObject(wanted))

  it.each([
    '64 bytes from 192.0.2.1: icmp_seq=1 ttl=61 time=9.05', '64 bytes from 192.0.2.1: icmp_seq=1 ttl=61 time=9.05 ms (NEW!)', '64 bytes from 192.0.2.1: icmp_seq=70000 ttl=61 time=1 ms',
    '64 bytes from evil name: icmp_seq=1 ttl=61 time=9.05 ms', '64 bytes from 192.0.2.1: icmp_seq=1 ttl=256 time=9.05 ms', '64 bytes from 192.0.2.1: icmp_seq=-1 ttl=61 time=9.05 ms',
    '[1795346714.62] 64 bytes from 192.0.2.1: icmp_seq=1 ttl=61 time=9.05 ms', '[x] no answer yet for icmp_seq=1', '[1795346714.620752] 3 packets transmitted, 3 received, 0% packet loss, time 9ms',
    'Reply from 192.0.2.1: bytes=32 time=16ms TTL=64', 'From 192.0.2.1 icmp_seq=1 Words Of A New Version', 'no answer yet for icmp_seq=', '3 packets transmitted, 3 received, -5% packet loss',
    'rtt min/avg/max/mdev = 1/2/3 ms', 'PING nothing', '#16\tzz', '--- x ---', '64 bytes from 192.0.2.1: icmp_seq=1 ttl=61 time=nan ms', '64 bytes from 192.0.2.1: icmp_seq=1 ttl=61 time=1e3 ms',
  ])('does not believe %j', (line) => expect(readPingLine(line)).toEqual({ kind: 'unrecognised' }))

  it('never throws and is fast on hostile lines', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (line) => {
      readPingLine(line)
    }), { numRuns: 1000 })
    for (const piece of ['64 bytes from ', '(', ': ', ' (DUP!)', '\u001b]', '#1\t', '^C', 'PING (', ' icmp_seq=', ', ', '\r', 'a1 ', '---']) {
      expect(readPingLine(piece.repeat(400_000 / piece.length)).kind).toBeTypeOf('string')
      expect(readPingLine(`64 bytes from ${piece.repeat(4000)}`).kind).toBeTypeOf('string')
    }
  })
})

describe('the hot scanner', () => {
  const field = (max: number) => fc.nat(max).map(String)
  const time = fc.oneof(field(99_999_999), fc.tuple(field(9999), fc.constantFrom('.5', '.05', '.999', '.1234', '.', ',5')).map(([a, b]) => a + b))
  const stamp = fc.tuple(fc.nat(2_000_000_000), fc.nat(999_999)).map(([s, us]) => `[${s}.${String(us).padStart(6, '0')}] `)
  const line = fc.tuple(fc.oneof(stamp, fc.constantFrom('', '[1.2] ', '[x] ')), field(99_999), fc.constantFrom('192.0.2.1', '192.0.2.11', '192.0.2.'), field(70_000), field(300), time, fc.constantFrom('', ' ', ' (DUP!)', 'x'))
    .map(([at, bytes, from, seq, ttl, ms, end]) => `${at}${bytes} bytes from ${from}: icmp_seq=${seq} ttl=${ttl} time=${ms} ms${end}`)

  const room = ' '.repeat(200)
  const scan = (text: string, end: string) => {
    const hot = new HotScanner('192.0.2.1')
    const at = hot.scan(ascii(`xx${text}${end}${room}`), 2)
    const { isAwaited, stampMs, bytes, seq, ttl, rttMs } = hot
    return { at, read: isAwaited ? { kind: 'awaited', stampMs, seq } : { kind: 'reply', from: '192.0.2.1', stampMs, bytes, seq, ttl, rttMs, dup: false, truncated: false, differentAddress: false, badChecksum: false } }
  }
  const awaited = fc.tuple(stamp, fc.constantFrom('no answer yet for icmp_seq=', 'no answer yet for icmp_seq= ', 'no answer for icmp_seq='), field(70_000)).map((parts) => parts.join(''))

  it('takes only what the full reader reads the same', () => {
    let taken = 0
    fc.assert(fc.property(fc.oneof(line, awaited), fc.constantFrom('\n', '\r\n', '\r', ''), (text, end) => {
      const { at, read } = scan(text, end)
      if (at < 0) return
      taken++
      expect(at).toBe(2 + text.length + end.length)
      expect(readPingLine(text)).toEqual(read)
    }), { numRuns: 6000 })
    expect(taken).toBeGreaterThan(100)
  })

  it('takes the common lines, and no byte that is no digit', () => {
    const text = '[1795346714.620752] 64 bytes from 192.0.2.1: icmp_seq=7 ttl=61 time=9.05 ms'
    expect(scan(text, '\r\n').read).toMatchObject({ stampMs: 1_795_346_714_620.752, bytes: 64, seq: 7, ttl: 61, rttMs: 9.05 })
    expect(scan('[1795346714.620752] no answer yet for icmp_seq=65535', '\n')).toMatchObject({ at: 55, read: { kind: 'awaited', seq: 65535 } })
    for (const place of [1, 5, 9, 10, 12, 16, 17]) {
      for (let byte = 0; byte < 256; byte++) {
        const changed = text.slice(0, place) + String.fromCharCode(byte) + text.slice(place + 1)
        expect(scan(changed, '\n').at >= 0, `${byte} at ${place}`).toBe(byte >= 48 && byte <= 57)
      }
    }
  })
})

describe('the parser', () => {
  it('writes events that the protocol’s decoder takes', () => {
    const text = `PING 192.0.2.1 (192.0.2.1) 56(84) bytes of data.\n${reply(1)}${reply(2, ' (DUP!)')}nonsense\nwrong\n${'x'.repeat(5000)}\nping: sendmsg: Operation not permitted\n`
    const events = parseText(text)
    expect(events.map((event) => event.kind)).toEqual(['ping.header', 'ping.reply', 'ping.reply', 'unrecognised', 'unrecognised', 'unrecognised', 'run.truncated', 'ping.local-error'])
    for (const { atMs: _atMs, ...body } of events) expect(EventBody.parse(body)).toEqual(body)
    expect(events.map((event) => ('line' in event ? event.line : null))).toEqual([1, 2, 3, 4, 5, 6, null, 7])
  })

  it('undoes the 16-bit wrap without calling it a duplicate, also for awaited probes and late replies around it', () => {
    let text = ''
    for (let probe = 1; probe <= 140_000; probe++) text += probe % 10 === 0 ? `[${1_795_346_714 + probe}.000000] no answer yet for icmp_seq=${probe % 65536}\n` : reply(probe)
    text += reply(139_990, '', 1_795_346_714 + 140_001)
    const events = parseText(text)
    const probes = events.map((event) => ('probe' in event ? event.probe : -1))
    expect(probes.slice(0, -1)).toEqual(Array.from({ length: 140_000 }, (_, at) => at + 1))
    expect(probes.at(-1)).toBe(139_990)
    expect(events.some((event) => 'dup' in event)).toBe(false)
  })

  it('marks a second answer that the tool did not mark', () => {
    const events = parseText('64 bytes from fe80::1%x: icmp_seq=1 ttl=64 time=0.1 ms\n64 bytes from fe80::2%x: icmp_seq=1 ttl=64 time=0.2 ms\n', contextOf('ff02::1%x'))
    expect(events).toMatchObject([{ from: 'fe80::1%x' }, { from: 'fe80::2%x', dup: true }])
    expect(events[0]).not.toHaveProperty('dup')
  })

  it('does not let a forged number make probes exist', () => {
    const events = parseText(`${reply(1)}${reply(2)}${reply(30_000, '', 1_795_346_717)}[1795346717.000001] From 198.51.100.9 icmp_seq=31000 Time to live exceeded\n${reply(3)}`)
    expect(events.map((event) => [event.kind, 'probe' in event ? event.probe : null])).toEqual([
      ['ping.reply', 1], ['ping.reply', 2], ['unrecognised', null], ['unrecognised', null], ['ping.reply', 3],
    ])
  })

  it('keeps reading after the clock went back an hour', () => {
    let text = ''
    for (let probe = 1; probe <= 200; probe++) text += reply(probe, '', 1_795_346_714 + probe - (probe > 50 ? 3600 : 0))
    expect(parseText(text).filter((event) => event.kind === 'ping.reply')).toHaveLength(200)
  })

  it('tells which reply was damaged, and whose time means nothing', () => {
    const events = parseText(`${reply(1)}wrong data byte #20 should be 0x14 but was 0x4e\n#16\t10 11 12 13 4e 15 \n${reply(2)}ping: Warning: time of day goes back (-20us), taking countermeasures\n${reply(3)}${reply(4)}`)
    expect(events).toMatchObject([
      { kind: 'ping.reply', probe: 1 }, { kind: 'ping.notice', notice: 'wrong-data', probe: 1 }, { kind: 'ping.reply', probe: 2 },
      { kind: 'ping.notice', notice: 'clock-back' }, { kind: 'ping.reply', probe: 3, clockStep: true }, { kind: 'ping.reply', probe: 4 },
    ])
    expect(events[5]).not.toHaveProperty('clockStep')
  })

  it('cuts a long line, marks it, counts it, and believes nothing in it', () => {
    const long = `64 bytes from 192.0.2.1: icmp_seq=1 ttl=61 time=9.05 ms${' '.repeat(8000)}`
    expect(parseText(`${long}\n${reply(1)}`)).toMatchObject([
      { kind: 'unrecognised', line: 1 }, { kind: 'run.truncated', what: 'line', bytes: long.length - 4096 }, { kind: 'ping.reply', line: 2 },
    ])
  })

  it('waits for the round trips below the totals, and does without them', () => {
    const totals = '3 packets transmitted, 3 received, 0% packet loss, time 9ms\n'
    expect(parseText(`${totals}rtt min/avg/max/mdev = 1/2/3/4 ms\n`)).toMatchObject([{ kind: 'ping.summary', line: 1, rtt: { min: 1, mdev: 4 } }])
    expect(parseText(`${totals}\n`)).toMatchObject([{ kind: 'ping.summary', rtt: null }])
    expect(parseText(`${totals}${reply(1)}`).map((event) => event.kind)).toEqual(['ping.summary', 'ping.reply'])
  })

  it('survives any bytes and any cut with one event a line at least counted', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 8 }), (chunks) => {
      const parser = pingParser(contextOf())
      for (const chunk of chunks) parser.push(chunk, NOW)
      parser.end(NOW)
      parser.verdict({ code: 1, signal: null })
    }), { numRuns: 500 })
  })
})

describe('the verdict', () => {
  const verdict = (text: string, code: number | null, signal: string | null = null) => {
    const parser = pingParser(contextOf())
    parser.push(bytesOf(text), NOW)
    parser.end(NOW)
    return parser.verdict({ code, signal })
  }
  const head = 'PING 192.0.2.1 (192.0.2.1) 56(84) bytes of data.\n'

  it.each([
    ['replies', `${head}${reply(1)}1 packets transmitted, 1 received, 0% packet loss, time 0ms\n`, 0, { kind: 'finished', code: 'exit', message: 'ping sent 1 probe and received 1 reply.' }],
    ['silence is an answer, not a failure', `${head}3 packets transmitted, 0 received, 100% packet loss, time 9ms\n`, 1, { kind: 'finished', message: expect.stringContaining('does not prove') }],
    ['errors came back', `${head}From 192.0.2.9 icmp_seq=1 Destination Host Unreachable\n1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 9ms\n`, 1, { kind: 'finished', message: expect.stringContaining('host-unreachable') }],
    ['every send refused', `${head}ping: sendmsg: Operation not permitted\nping: sendmsg: Operation not permitted\n2 packets transmitted, 0 received, 100% packet loss, time 9ms\n`, 1, { kind: 'failed', code: 'permission', blame: 'tool' }],
    ['some sends refused', `${head}ping: sendmsg: Operation not permitted\n2 packets transmitted, 0 received, 100% packet loss, time 9ms\n`, 1, { kind: 'finished' }],
    ['no route for any', `${head}ping: sendmsg: Network is unreachable\n1 packets transmitted, 0 received, 100% packet loss, time 9ms\n`, 1, { kind: 'failed', code: 'no-route', blame: 'path' }],
    ['may not open a socket', 'ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\nping: => missing cap_net_raw+p capability or setuid?\n', 2, { kind: 'failed', code: 'permission', blame: 'tool', message: expect.stringContaining('nothing about the target') }],
    ['bad arguments are ours', "ping: invalid argument: 'x': out of range\n", 1, { kind: 'failed', code: 'invalid-argument', blame: 'hopscope' }],
    ['unknown words', 'ping: the moon is in the way\n', 2, { kind: 'failed', code: 'exit', blame: 'tool', message: expect.stringContaining('the moon is in the way') }],
    ['no words', '', 127, { kind: 'failed', code: 'exit', message: expect.stringContaining('127') }],
  ])('%s', (_name, text, code, wanted) => expect(verdict(text, code)).toMatchObject(wanted))

  it('a signal that nobody here sent', () => expect(verdict(head, null, 'SIGKILL')).toMatchObject({ kind: 'failed', code: 'signal', signal: 'SIGKILL', blame: 'tool' }))
})

/** What single lines and odd streams become: flags, annotations, forgeries, damage, other makes; and when it is told. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { EventBody, type Observed } from '#lib/protocol/events.ts'
import { LineSplitter } from '#lib/text/lines.ts'
import { HopReader } from '#lib/tools/traceroute/lines/hop.ts'
import { tracerouteParser } from '#lib/tools/traceroute/parse.ts'
import { bytesOf, contextOf, cutAt, eventsOf, NOW, parsePieces, parseText, RUN } from './context.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const HEADER = 'traceroute to 203.0.113.9 (203.0.113.9), 30 hops max, 60 byte packets\n'
/** Probes as short words: `7.1 198.51.100.1 0.5 !X`, `7.2 *`; and `?` for a line that was not understood. */
const brief = (events: readonly Observed[]): string[] => events.flatMap((event) => {
  if (event.kind === 'path.reply') return [`${event.ttl}.${event.probe} ${event.from} ${event.rttMs}${event.flag === undefined ? '' : ` !${event.flag}`}`]
  if (event.kind === 'path.unanswered') return [`${event.ttl}.${event.probe} *`]
  return event.kind === 'unrecognised' ? ['?'] : []
})
const reply = (line: string, context = contextOf()) => eventsOf(parseText(`${line}\n`, context), 'path.reply')[0]

describe('a hop line', () => {
  it.each([
    ['!H', 'host-unreachable', 'address-unreachable'], ['!N', 'net-unreachable', 'no-route'], ['!X', 'admin-prohibited', 'admin-prohibited'],
    ['!P', 'protocol-unreachable', 'protocol-unreachable'], ['!S', 'source-route-failed', undefined], ['!V', 'precedence-violation', undefined],
    ['!C', 'precedence-cutoff', undefined], ['!F-1400', 'frag-needed', 'packet-too-big'], ['!F', 'frag-needed', 'packet-too-big'],
    ['!<9>', 'net-prohibited', 'unreachable-other'], ['!<13>', 'admin-prohibited', 'unreachable-other'], ['!<99>', 'unreachable-other', 'unreachable-other'],
    ['!<2>', 'protocol-unreachable', 'beyond-scope'], ['!<6>', 'net-unknown', 'admin-prohibited'], ['!<4-0>', 'source-quench', 'parameter-problem'],
    ['!<11-1>', 'reassembly-exceeded', undefined], ['!<3-1>', 'host-unreachable', 'reassembly-exceeded'], ['!Z', undefined, undefined],
  ])('flag %s is %s, in IPv6 %s', (flag, v4, v6) => {
    const mtu = flag === '!F-1400' ? { mtu: 1400 } : {}
    for (const [from, error] of [['198.51.100.1', v4], ['2001:db8::1', v6]] as const) {
      const read = reply(` 5  ${from}  9.8 ms ${flag}`)
      expect({ ...read, atMs: 0 }).toEqual({
        kind: 'path.reply', runId: RUN, line: 1, ttl: 5, probe: 1, rttMs: 9.8, from, flag: flag.slice(1), ...(error === undefined ? {} : { error }), ...mtu, atMs: 0,
      })
    }
  })

  it('flags of BSD’s traceroute6 mean something else: they get no kind', () => {
    const events = parseText('traceroute6 to a.example (2001:db8::9) from 2001:db8::2, 64 hops max, 20 byte packets\n 1  2001:db8::1  1.000 ms !P\n')
    expect(eventsOf(events, 'path.reply')[0]).toMatchObject({ flag: 'P' })
    expect(eventsOf(events, 'path.reply')[0]).not.toHaveProperty('error')
  })

  it('AS numbers, hops back and MTU stand with their probe', () => {
    const text = " 4  a.example (198.51.100.1) [AS64496/AS64497] <MPLS:L=16,E=5,S=1,T=2> '-3'  1.5 ms F=1500  2.5 ms * 198.51.100.2 [*]  3.5 ms !X\n"
    expect(parseText(text).map(({ atMs: _at, ...event }) => event)).toEqual([
      { kind: 'path.reply', runId: RUN, line: 1, ttl: 4, probe: 1, rttMs: 1.5, from: '198.51.100.1', asns: ['AS64496', 'AS64497'], backHops: 3, mtu: 1500 },
      { kind: 'path.labels', runId: RUN, line: 1, ttl: 4, from: '198.51.100.1', labels: [{ label: 16, tc: 5, bottom: 1, ttl: 2 }] },
      { kind: 'path.name', runId: RUN, address: '198.51.100.1', name: 'a.example', source: 'tool' },
      { kind: 'path.reply', runId: RUN, line: 1, ttl: 4, probe: 2, rttMs: 2.5, from: '198.51.100.1', asns: ['AS64496', 'AS64497'], backHops: 3 },
      { kind: 'path.unanswered', runId: RUN, line: 1, ttl: 4, probe: 3 },
      { kind: 'path.reply', runId: RUN, line: 1, ttl: 4, probe: 4, rttMs: 3.5, from: '198.51.100.2', asns: [], flag: 'X', error: 'admin-prohibited' },
    ])
  })

  it('labels are told once per responder and set', () => {
    const hop = (ttl: number, label: number) => ` ${ttl}  198.51.100.1 <MPLS:L=${label},E=0,S=1,T=1>  1.5 ms  2.5 ms\n`
    expect(eventsOf(parseText(hop(3, 16) + hop(3, 16) + hop(3, 17) + hop(4, 16)), 'path.labels').map(({ ttl, labels }) => [ttl, labels[0]?.label])).toEqual([[3, 16], [3, 17], [4, 16]])
  })

  it('an extension that is not MPLS leaves the probes alone and is counted', () => {
    expect(brief(parseText(' 3  198.51.100.1 <2/1:0a0b0c0d>  1.5 ms  2.5 ms\n 4  *\n'))).toEqual(['3.1 198.51.100.1 1.5', '3.2 198.51.100.1 2.5', '?', '4.1 *'])
  })

  it.each([
    ['a name that looks like an address', '1.2.3.4 (192.0.2.65)', '192.0.2.65', '1.2.3.4'],
    ['a name that looks like a time', '5.123 (192.0.2.65)', '192.0.2.65', '5.123'],
    ['the address as its own name', '192.0.2.65 (192.0.2.65)', '192.0.2.65', null],
    ['a zone', 'fe80::1%eth0 (fe80::1%eth0)', 'fe80::1%eth0', null],
  ])('%s', (_name, who, from, name) => {
    const events = parseText(` 5  ${who}  14.332 ms\n`)
    expect(brief(events)).toEqual([`5.1 ${from} 14.332`])
    expect(eventsOf(events, 'path.name').map((event) => [event.address, event.name])).toEqual(name === null ? [] : [[from, name]])
  })

  it('a link-local target answers as the target, whatever its zone is called', () => {
    const events = parseText('traceroute to fe80::1%2 (fe80::1%eth0), 30 hops max, 80 byte packets\n 1  fe80::2%eth0  1.000 ms fe80::1%eth0  2.000 ms\n', contextOf('fe80::1%2'))
    expect(brief(events)).toEqual(['1.1 fe80::2%eth0 1', '1.2 fe80::1%2 2'])
  })

  it.each([
    ['  1    <1 ms    <1 ms    <1 ms  10.0.0.1', []], ['  2     5 ms    12 ms     6 ms  10.0.0.1', []], ['  3     *        *        *     Request timed out.', ['3.1 *', '3.2 *', '3.3 *']],
    [' 1:  gw 0.3ms', []], [' 1?: [LOCALHOST]                      pmtu 1500', []], ['  1.|-- 10.0.0.1   0.0%    10    0.5', []], ['256  10.0.0.1  1.0 ms', []], [' 0  10.0.0.1  1.0 ms', []],
    [' 1  10.0.0.1  1.0 ms  2.0', ['1.1 10.0.0.1 1']], [' 1  10.0.0.1', []], [' 1  10.0.0.1  1.0 ms ?', ['1.1 10.0.0.1 1']], [' 1  10.0.0.1  1.0 ms !?  2.0 ms', []],
    [' 1  10.0.0.1  1.0 ms !X !X', []], [' 1  10.0.0.1  -1.0 ms', []], [' 1  10.0.0.1  nan ms', []], [' 1  10.0.0.1  1e3 ms', []], [' 1  10.0.0.1 10.0.0.2  1.0 ms', []],
    [' 1  10.0.0.1  99999999999 ms', []], [' 1  name  1.0 ms', []], [' 1  name (other)  1.0 ms', []], [' 1  10.0.0.1 <MPLS:L=9999999,E=0,S=1,T=1>  1.0 ms', []], [' 1  10.0.0.256  1.0 ms', []],
    [' 1  10.0.0.1 *  1.0 ms', []], [' 1  * F=1500', ['1.1 *']], [' 1  10.0.0.1  1.0 ms\u0007', []], [' 1  10.0.0.1  1.0 ms \u0007', ['1.1 10.0.0.1 1']], [' 1  10.0.0.1\r  1.0 ms', []],
    [' 1  \u001b[31m10.0.0.1\u001b[0m  1.0 ms', []], ['     10.0.0.1  1.0 ms', []], [' 1  10.0.0.1 (gw.example)  1.0ms', []], [' 1  192.0.2.65 (1.2.3.4)  14.370ms', []], [' 1  [AS1] *', []],
    [' 1  *x', ['1.1 *']], [' 1  *  (10.0.0.1)  1.0 ms', ['1.1 *']], [' 1  ünï.example (10.0.0.1)  1.0 ms', []], [' 1  10.0.0.1 [AS1] [AS2]  1.0 ms', []],
  ])('%j: what is not known is not believed, and counted', (line, probes) => {
    expect(brief(parseText(`${line}\n 9  *\n`))).toEqual([...probes, '?', '9.1 *'])
  })

  it('further responders on lines of their own belong to the hop above, if there is one', () => {
    const more = '    [AS0] b.example (198.51.100.2)  2.5 ms !H\n    198.51.100.3 (198.51.100.3)  3.5 ms *\n'
    expect(brief(parseText(` 7  198.51.100.1 (198.51.100.1)  1.5 ms\n${more}`))).toEqual(['7.1 198.51.100.1 1.5', '7.2 198.51.100.2 2.5 !H', '7.3 198.51.100.3 3.5', '7.4 *'])
    expect(brief(parseText(`${HEADER}${more}`))).toEqual(['?', '?'])
    expect(brief(parseText(` 7  *\n\n${more}`))).toEqual(['7.1 *', '?', '?'])
    expect(brief(parseText(' 7  *\n    1.5 ms\n    * *\n'))).toEqual(['7.1 *', '?', '?'])
  })

  it('the keys that a terminal echoes are no part of it', () => {
    expect(brief(parseText(' 3  198.51.100.1  1.5 ms *^C\n'))).toEqual(['3.1 198.51.100.1 1.5', '3.2 *'])
    expect(brief(parseText(' 3  198.51.100.1  1.5 ms^C\n^C\n'))).toEqual(['3.1 198.51.100.1 1.5'])
    expect(brief(parseText(' 3  198.51.100.1  1.5 ms  2.^C'))).toEqual(['3.1 198.51.100.1 1.5'])
  })
})

describe('when it is told', () => {
  it('a star at once; a reply as soon as the next thing is printed, at the moment its time was', () => {
    const parser = tracerouteParser(contextOf())
    const push = (text: string, nowMs: number) => parser.push(bytesOf(text), nowMs).map((event) => [...brief([event]), event.atMs])
    expect(push(HEADER.trimEnd(), 1)).toEqual([])
    expect(push('\n 1  198.51.100.1  0.5 ms', 2)).toEqual([[2]])
    expect(push('  0.6 ms', 3)).toEqual([['1.1 198.51.100.1 0.5', 2]])
    expect(push('\n 2  *', 9)).toEqual([['1.2 198.51.100.1 0.6', 3], ['2.1 *', 9]])
    expect(push(' *', 10)).toEqual([['2.2 *', 10]])
    expect(push(' 198.51.100.2  7.5 ms !X', 11)).toEqual([])
    expect(parser.lines).toBe(2)
    expect(parser.end(12).map((event) => [...brief([event]), event.atMs])).toEqual([['2.3 198.51.100.2 7.5 !X', 11]])
    expect(parser.lines).toBe(3)
    expect(parser.seen).toMatchObject({ header: true, maxTtl: 30, lastTtl: 2, replies: 3, reachedTtl: null, last: { ttl: 2, from: '198.51.100.2', flag: 'X' } })
  })

  it('probes are counted by TTL over the whole run, in the order printed', () => {
    expect(brief(parseText(' 1  *  10.0.0.1  1.0 ms\n 2  *\n 1  10.0.0.1  2.0 ms\n'))).toEqual(['1.1 *', '1.2 10.0.0.1 1', '2.1 *', '1.3 10.0.0.1 2'])
  })
})

describe('what else it says', () => {
  it.each([
    ['connect: Network is unreachable', 'network-unreachable'], ['connect: No route to host', 'host-unreachable'], ['connect: Permission denied', 'permission'], ['send: Operation not permitted', 'permission'],
    ['sendto: Operation not permitted', 'permission'], ['You do not have enough privileges to use this traceroute method.', 'permission'], ['socket: Operation not permitted', 'permission'],
    ['socket: Address family not supported by protocol', 'address-family'], ['setsockopt SO_BINDTODEVICE: No such device', 'no-interface'], ['bind: Cannot assign requested address', 'invalid-argument'],
    ['nosuch.invalid: Temporary failure in name resolution', 'dns-temporary'], ['fe80::1%d0: Name or service not known', 'unknown-host'], ['Cannot handle "host" cmdline arg `x\' on position 1 (argc 2)', 'usage'],
    ["Cannot handle `-w' option with arg `x' (argc 3)", 'usage'], ["Bad option `--bogus' (argc 1)", 'usage'], ['first hop out of range', 'usage'], ['no more than 10 probes per hop', 'usage'],
    ["bad wait specifications `-1,0,0' used", 'usage'], ['Unknown traceroute module foo', 'usage'], ['traceroute: unknown host nosuch.invalid', 'unknown-host'], ["traceroute: bad address 'nosuch.invalid'", 'unknown-host'],
    ['setsockopt IP_TTL: Invalid argument', 'other'], ['send: Message too long', 'other'], ['traceroute: socket: Operation not permitted', 'permission'],
  ])('%j is fatal: %s', (text, error) => {
    expect(parseText(`${HEADER}\n${text}\r\n`)).toMatchObject([{ kind: 'path.header' }, { kind: 'path.fatal', line: 3, error, text }])
  })

  it('the first reason is the reason', () => {
    const text = 'You do not have enough privileges to use this traceroute method.\nsocket: Operation not permitted\n'
    expect(parseText(text)).toMatchObject([{ kind: 'path.fatal', error: 'permission', line: 1 }, { kind: 'path.notice', notice: 'other', line: 2, text: 'socket: Operation not permitted' }])
  })

  it('remarks of the program are kept, anything else is counted', () => {
    const text = 'traceroute: Warning: a.example has multiple addresses; using 192.0.2.1\nthe moon is in the way\n  -4   Use IPv4\n'
    expect(parseText(text)).toMatchObject([{ kind: 'path.notice', notice: 'other', line: 1 }, { kind: 'unrecognised', line: 2 }, { kind: 'unrecognised', line: 3 }])
  })

  it('a second header changes nothing', () => {
    const forged = 'traceroute to 6.6.6.6 (6.6.6.6), 30 hops max\n'
    const events = parseText(`${HEADER}${forged} 1  a.example (10.0.0.1)  1.0 ms\n${forged} 2  192.0.2.65 (1.2.3.4)  1.0 ms\n`)
    expect(eventsOf(events, 'path.header').map((event) => event.address)).toEqual(['203.0.113.9'])
    expect(brief(events)).toEqual(['?', '1.1 10.0.0.1 1', '?', '2.1 1.2.3.4 1'])
  })

  it('writes events that the protocol’s decoder takes', () => {
    const events = parseText(`${HEADER} 1  a.example (10.0.0.1) <MPLS:L=16,E=5,S=1,T=2>  1.0 ms !F-1400 *\nnonsense\ntraceroute: hm\nsend: Operation not permitted\n${'x'.repeat(5000)}\n`)
    expect(events.map((event) => event.kind)).toEqual([
      'path.header', 'path.reply', 'path.labels', 'path.name', 'path.unanswered', 'unrecognised', 'path.notice', 'path.fatal', 'unrecognised', 'run.truncated',
    ])
    for (const { atMs: _atMs, ...body } of events) expect(EventBody.parse(body)).toEqual(body)
  })
})

describe('hostile output', () => {
  const rows = readFileSync(new URL('../../../fixtures/attacks/terminal.public.txt', import.meta.url), 'utf8').split('\n')
    .filter((row) => row.startsWith('"')).map((row) => JSON.parse(row.split('\t')[0] ?? '""') as string)
  const control = /[\u0000-\u001f\u007f-\u009f]/u

  it('as a name, an address or a line of its own: the hop above and below hold, and no name has a control character', () => {
    expect(rows.length).toBeGreaterThan(100)
    for (const row of rows) {
      for (const encoding of ['utf8', 'latin1'] as const) {
        for (const line of [row, ` 2  ${row} (10.0.0.2)  1.0 ms`, ` 2  ${row}  1.0 ms`, ` 2  10.0.0.2  1.0 ms ${row}`]) {
          const events = parsePieces([Buffer.from(`${HEADER} 1  10.0.0.1  1.0 ms\n${line}\n99  10.0.0.3  3.0 ms\n`, encoding)])
          const probes = brief(events)
          expect(probes).toEqual(expect.arrayContaining(['1.1 10.0.0.1 1']))
          expect(probes.at(-1)).toBe('99.1 10.0.0.3 3')
          for (const event of eventsOf(events, 'path.name')) expect(event.name).not.toMatch(control)
          for (const { atMs: _atMs, ...body } of events) EventBody.parse(body)
        }
      }
    }
  })

  it('never throws, however cut, and says the same', () => {
    const pieces = fc.constantFrom(' 1  ', '10.0.0.1', '  1.0 ms', ' *', '\n', '\r\n', ' !X', ' !', '(10.0.0.2)', ' [AS1]', ' <MPLS:L=1,E=0,S=1,T=1>', '    ', '\u0000', '\u001b[', 'name', ' F=1', " '-3'", HEADER, '^C')
    const text = fc.array(pieces, { maxLength: 40 }).map((parts) => bytesOf(parts.join('')))
    fc.assert(fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 300 })), fc.array(fc.nat(300), { maxLength: 6 }), (bytes, places) => {
      const whole = parsePieces([bytes])
      const cuts = [...new Set(places.map((place) => Math.min(place, bytes.length)))].toSorted((a, b) => a - b)
      expect(parsePieces(cutAt(bytes, cuts))).toEqual(whole)
      for (const { atMs: _atMs, ...body } of whole) EventBody.parse(body)
      const parser = tracerouteParser(contextOf())
      parser.push(bytes, NOW)
      parser.end(NOW)
      expect(parser.verdict({ code: 1, signal: null }).message).not.toBe('')
    }), { numRuns: 1500 })
  })

  it('looks at every byte once, whatever stands before it', () => {
    const fed = vi.spyOn(HopReader.prototype, 'feed')
    const split = vi.spyOn(LineSplitter.prototype, 'push')
    for (const piece of [' 1  10.0.0.1  1.0 ms', '(', ' *', '[AS1/', '1.0 ms ', '\u001b]', '<MPLS:L=1', '\r', 'x\n', '!X ']) {
      fed.mockClear()
      split.mockClear()
      const bytes = bytesOf(piece.repeat(20_000 / piece.length))
      const events = parsePieces([bytes, bytes, bytes])
      expect(fed.mock.calls.length).toBe(3 * bytes.filter((byte) => byte !== 10).length)
      expect(split.mock.calls.reduce((sum, [part]) => sum + part.length, 0)).toBe(3 * bytes.length)
      expect(events.length).toBeLessThanOrEqual(3 * bytes.length)
    }
  })

  it('a line without an end is cut, told, and believed no further than its first 4,096 bytes', () => {
    const events = parseText(`${HEADER} 1  10.0.0.1${'  1.0 ms'.repeat(2000)}\n 2  *\n`)
    const probes = brief(events)
    expect(probes.filter((probe) => probe.startsWith('1.')).length).toBe(Math.floor((4096 - ' 1  10.0.0.1'.length) / '  1.0 ms'.length))
    expect(probes.slice(-2)).toEqual(['?', '2.1 *'])
    expect(eventsOf(events, 'run.truncated')).toMatchObject([{ what: 'line', bytes: 12 + 16_000 - 4096 }])
  })
})

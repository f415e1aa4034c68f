/** mtr's parser: who answered, what is on the way, what is not believed, and what an exit means. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mtrParser, readMtrLine } from '#lib/tools/mtr/parse.ts'
import { bytesOf, contextOf, NOW, only, parseLines, parsePieces, targetOf } from './context.ts'

const A = '192.0.2.1'
const B = '192.0.2.2'
const C = '192.0.2.3'
const froms = (text: string): (string | null)[] => only(parseLines(text), 'path.reply').map(({ from }) => from)
const sent = (...seqs: number[]): string => seqs.map((seq) => `x 0 ${seq}\n`).join('')
/** `x` and `p` of one probe at hop 1, with these addresses in `h` lines between. */
const probe = (seq: number, ...hosts: string[]): string => `${sent(seq)}${hosts.map((host) => `h 0 ${host}\n`).join('')}p 0 1000 ${seq}\n`

describe('who answered', () => {
  it('0.95 names each change, a new address twice', () => {
    expect(froms(probe(1, A, A) + probe(2) + probe(3, B, B) + probe(4) + probe(5, A) + probe(6) + probe(7, B))).toEqual([A, A, B, B, A, A, B])
  })

  it('0.94 repeats the former address before each new one, and names each change once', () => {
    expect(froms(probe(1, A) + probe(2) + probe(3, A, B) + probe(4) + probe(5, B, A) + probe(6, B) + probe(7))).toEqual([A, A, B, B, A, B, B])
  })

  it('up to 0.93 an address is named once, so that with two of them nobody knows who answered', () => {
    expect(froms(probe(1, A) + probe(2) + probe(3, B) + probe(4) + probe(5) + probe(6, C) + probe(7))).toEqual([A, A, B, null, null, C, null])
  })

  it('a hop with one address is sure in every version, beside one that is not', () => {
    const other = 'x 1 50\nh 1 198.51.100.9\np 1 2000 50\nx 1 51\np 1 2000 51\n'
    expect(only(parseLines(probe(1, A) + probe(2, B) + probe(3) + other), 'path.reply').map(({ ttl, from }) => [ttl, from]))
      .toEqual([[1, A], [1, B], [1, null], [2, '198.51.100.9'], [2, '198.51.100.9']])
  })

  it('versions before 0.87 number nothing: probes count by answers, and no time of sending is claimed', () => {
    const events = parseLines(`h 0 ${A}\np 0 846\np 0 868\nh 0 ${B}\np 0 900\np 0 901\n`)
    expect(only(events, 'path.reply').map(({ probe: n, rttMs, from, sentAtMs }) => [n, rttMs, from, sentAtMs])).toEqual([
      [1, 0.846, A, undefined], [2, 0.868, A, undefined], [3, 0.9, B, undefined], [4, 0.901, null, undefined],
    ])
    expect(only(events, 'path.awaited')).toEqual([])
  })
})

describe('what is on the way', () => {
  it('a probe is awaited when the next one to its hop goes out, and at the end; an answer after that is still its answer', () => {
    const text = `x 0 33000\nx 1 33001\nx 0 33002\nh 0 ${A}\nh 0 ${A}\np 0 2500 33000\np 0 700 33002\n`
    const events = parseLines(text)
    expect(events.map((event) => [event.kind, 'ttl' in event && event.ttl, 'probe' in event && event.probe, 'sentAtMs' in event && event.sentAtMs, event.atMs])).toEqual([
      ['path.awaited', 1, 1, NOW, NOW + 200],
      ['path.reply', 1, 1, NOW, NOW + 500],
      ['path.reply', 1, 2, NOW + 200, NOW + 600],
      ['path.awaited', 2, 1, NOW + 100, NOW + 700],
    ])
  })

  it('numbers that come round belong to the newest probe', () => {
    const events = parseLines(`x 0 65535\nx 0 33000\nh 0 ${A}\nh 0 ${A}\np 0 1 65535\nx 1 65535\nh 1 ${B}\nh 1 ${B}\np 1 2 65535\n`)
    expect(only(events, 'path.reply').map(({ ttl, probe: n }) => [ttl, n])).toEqual([[1, 1], [2, 1]])
    expect(only(events, 'unrecognised')).toEqual([])
  })

  it.each([
    ['of a probe that was never sent', 'p 0 1000 33007'],
    ['at another hop than it was sent to', 'p 3 1000 33000'],
    ['without a number, from a version that has them', 'p 0 1000'],
    ['a second time', 'p 0 900 33000'],
  ])('an answer %s is not believed', (_what, line) => {
    const events = parseLines(`x 0 33000\nh 0 ${A}\nh 0 ${A}\np 0 800 33000\n${line}\n`)
    expect(only(events, 'path.reply')).toHaveLength(1)
    expect(only(events, 'unrecognised').map(({ text, line: n }) => [text, n])).toEqual([[line, 5]])
  })

  it('goes on counting lines and probes of an earlier part of the run', () => {
    const text = `$ /usr/bin/mtr --raw -- ${A}\nx 0 33000\nh 0 ${A}\nh 0 ${A}\np 0 800 33000\nx 1 33001\n`
    const events = parsePieces([bytesOf(text)], contextOf(), { start: { lines: 12, probes: (ttl) => ttl * 2, hasCommand: true } })
    expect(events.map((event) => [event.kind, 'line' in event && event.line, 'probe' in event && event.probe])).toEqual([['path.reply', 17, 3], ['path.awaited', 18, 5]])
  })
})

describe('labels and names', () => {
  const labels = (text: string) => only(parseLines(text), 'path.labels').map((event) => [event.line, event.from, event.labels.map(({ label }) => label)])

  it('labels are told once for each responder and set', () => {
    const one = 'm 0 24015 0 1 1\n'
    const two = 'm 0 16001 1 0 1\nm 0 16002 1 1 254\n'
    const text = `${sent(1)}h 0 ${A}\n${one}h 0 ${A}\n${one}p 0 9 1\n${sent(2)}h 0 ${B}\n${two}h 0 ${B}\n${two}p 0 9 2\n${sent(3)}h 0 ${A}\n${one}p 0 9 3\n${sent(4)}h 0 ${B}\n${one}p 0 9 4\n`
    expect(labels(text)).toEqual([[3, A, [24015]], [9, B, [16001, 16002]], [21, B, [24015]]])
    expect(only(parseLines(text), 'path.labels')[1]?.labels[1]).toEqual({ label: 16002, tc: 1, bottom: 1, ttl: 254 })
  })

  it('0.94 puts labels below the former address that are not its own', () => {
    expect(labels(`${sent(1)}h 0 ${A}\np 0 9 1\n${sent(2)}h 0 ${A}\nm 0 99 0 1 1\nh 0 ${B}\nm 0 7 0 1 1\np 0 9 2\n`)).toEqual([[8, B, [7]]])
  })

  it('labels of nobody are not believed', () => {
    expect(only(parseLines('m 0 24015 0 1 1\n'), 'unrecognised')).toHaveLength(1)
    expect(only(parseLines(`${probe(1, A, A)}m 0 24015 0 1 1\n`), 'unrecognised')).toHaveLength(1)
  })

  it('a name is told once, and not when it is the address', () => {
    const text = `${sent(1)}h 0 ${A}\nh 0 ${A}\nd 0 gw.example.org\np 0 9 1\n${sent(2)}d 0 gw.example.org\np 0 9 2\nd 0 ${A}\n`
    expect(only(parseLines(text), 'path.name').map(({ address, name }) => [address, name])).toEqual([[A, 'gw.example.org']])
    expect(only(parseLines(text), 'unrecognised')).toEqual([])
  })
})

describe('what is not believed', () => {
  it.each([
    'x 0', 'x 0 33000 1', 'x 255 33000', 'x 0 65536', 'x -1 33000', 'x 0 33000 ', ' x 0 33000', 'X 0 33000', 'x  0 33000', 'x 0 ３３０００',
    'p 0 1258 33000 7', 'p 0 -3 33000', 'p 0 1.5 33000', 'p 0 12345678901 33000', 'p 0 1258 ', 'h 0', 'h 0 gw.example.org', 'h 0 192.0.2.1 x', 'h 0 ???',
    'd 0 a b', 'd 0 ', 'd 0 a\u0085b', 'm 0 1 2 3', 'm 0 1048576 0 1 1', 'm 0 1 8 1 1', 'm 0 1 0 2 1', 'm 0 1 0 1 256', 'm 0 1 0 1 1 1', 'y 0 1', 'x', 'Start: 2026-11-22', 'mtr', '$ x 0 33000',
  ])('%j', (line) => {
    expect(readMtrLine(line)).toEqual({ kind: 'unrecognised' })
  })

  it('a line that was cut, nor what a terminal would overwrite', () => {
    const long = `d 0 ${'a'.repeat(5000)}`
    const events = parseLines(`${probe(1, A, A)}${long}\nx 0 7\rx 0 8\n`)
    expect(only(events, 'run.truncated')).toMatchObject([{ what: 'line', bytes: long.length - 4096 }])
    expect(only(events, 'unrecognised').map(({ text }) => text.length)).toEqual([513, 11])
    expect(only(events, 'path.name')).toEqual([])
  })

  it('reads through colours and the echo of a key', () => {
    expect(readMtrLine('^C')).toEqual({ kind: 'echo' })
    expect(readMtrLine('')).toEqual({ kind: 'blank' })
    expect(readMtrLine('^Cx 0 33000')).toEqual({ kind: 'sent', ttl: 1, seq: 33000 })
    expect(readMtrLine('\u001b[31mx 0 33000\u001b[0m')).toEqual({ kind: 'sent', ttl: 1, seq: 33000 })
  })

  it('never throws, keeps every probe accounted for and believes no answer twice, whatever the bytes are', () => {
    const line = fc.oneof(
      fc.tuple(fc.constantFrom('x', 'p', 'h', 'd', 'm'), fc.nat(4), fc.constantFrom('33000', '33001', '900 33000', '900 33001', '900', A, B, 'gw.example', '5 0 1 1')).map((words) => words.join(' ')),
      fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('', '^C', 'mtr: Permission denied', '$ mtr'),
    )
    fc.assert(fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      const events = parseLines(lines.map((text) => `${text}\n`).join(''))
      const replies = only(events, 'path.reply').map(({ ttl, probe: n }) => `${ttl} ${n}`)
      expect(new Set(replies).size).toBe(replies.length)
      const awaited = only(events, 'path.awaited').map(({ ttl, probe: n }) => `${ttl} ${n}`)
      expect(new Set(awaited).size).toBe(awaited.length)
      const numbered = only(events, 'path.reply').filter(({ sentAtMs }) => sentAtMs !== undefined)
      for (const { sentAtMs = 0, atMs } of numbered) expect(sentAtMs).toBeLessThanOrEqual(atMs)
    }), { numRuns: 300 })
  })
})

describe('how a run ended', () => {
  const verdict = (text: string, code: number | null = 0, signal: string | null = null, address = '203.0.113.10') => {
    const parser = mtrParser(contextOf(address))
    parser.push(bytesOf(text), NOW)
    parser.end(NOW)
    return parser.verdict({ code, signal })
  }

  it('nothing sent is no success, whatever the exit code', () => {
    expect(verdict('')).toMatchObject({ kind: 'failed', code: 'nothing-sent', blame: 'tool', exitCode: 0 })
    expect(verdict('mtr: Failed to resolve host: fd00::1: Address family for hostname not supported\n')).toMatchObject({ kind: 'failed', code: 'address-family' })
  })

  it('sent and never answered names the vantage first', () => {
    expect(verdict('x 0 33000\nx 1 33001\n').message).toBe('mtr sent 2 probes and got no answer at all, not even from the first router. Look at the route and the firewall of the vantage: `ip route get 203.0.113.10`.')
  })

  it('tells whether the target answered, at its lowest hop', () => {
    const text = `${probe(1, A, A)}x 1 2\nh 1 203.0.113.10\nh 1 203.0.113.10\np 1 5 2\nx 2 3\nh 2 203.0.113.10\nh 2 203.0.113.10\np 2 5 3\n`
    expect(verdict(text)).toMatchObject({ kind: 'finished', message: 'mtr sent 3 probes and reached target.example at hop 2.' })
    expect(verdict(probe(1, A, A)).message).toContain('got answers up to hop 1; target.example itself did not answer.')
  })

  it.each([
    ['mtr: udp socket connect failed: Network is unreachable', 'no-route', 'path'],
    ['mtr: udp socket connect failed: No route to host', 'no-route', 'path'],
    ['mtr: udp socket connect failed: Permission denied', 'broadcast', 'tool'],
    ['mtr: udp socket connect failed: Invalid argument', 'invalid-argument', 'hopscope'],
    ['mtr-packet: Failure to open IPv4 sockets: Permission denied', 'permission', 'tool'],
    ['mtr-packet: Failure to open IPv6 sockets: Operation not permitted', 'permission', 'tool'],
    ['mtr: Permission denied', 'permission', 'tool'],
    ['mtr: non-root users cannot request an interval < 1.0 seconds', 'permission', 'tool'],
    ['/usr/bin/mtr: Failure to start mtr-packet: Invalid argument', 'invalid-argument', 'hopscope'],
    ['mtr: unexpected packet generator exit: Broken pipe', 'other', 'tool'],
    ['mtr: Failed to resolve host: x: Name or service not known', 'unknown-host', 'resolver'],
    ['mtr: Failed to resolve host: x: Temporary failure in name resolution', 'dns-temporary', 'resolver'],
    ["mtr: unrecognized option '--raw'", 'usage', 'hopscope'],
    ['mtr: no such interface', 'no-interface', 'tool'],
  ])('%s', (line, code, blame) => {
    const events = parseLines(`${line}\n`)
    expect(only(events, 'path.fatal')).toMatchObject([{ text: line, line: 1 }])
    expect(verdict(`${line}\n`, 1)).toMatchObject({ kind: 'failed', code, blame, exitCode: 1 })
  })

  it('an unknown remark is kept, and quoted when mtr fails', () => {
    expect(only(parseLines('mtr: the moon is full\n'), 'path.notice')).toMatchObject([{ notice: 'other', text: 'mtr: the moon is full' }])
    expect(verdict('mtr: the moon is full\n', 1).message).toContain('“mtr: the moon is full”.')
    expect(verdict(probe(1, A, A), null, 'SIGKILL')).toMatchObject({ kind: 'failed', code: 'signal', signal: 'SIGKILL' })
  })

  it('an IPv6 target counts as reached', () => {
    expect(verdict('x 0 1\nh 0 2001:db8::7\nh 0 2001:db8::7\np 0 9 1\n', 0, null, '2001:db8::7').message).toContain('at hop 1.')
    expect(targetOf('2001:db8::7').family).toBe(6)
  })
})

/** Pathping's two parts as one run: lines and probes counted through, the second part decided by the first. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventBody, type Observed } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import { PATHPING, type PathpingOptions } from '#lib/tools/pathping/options.ts'
import { pathping } from '#lib/tools/pathping/index.ts'
import type { ParserContext, Step } from '#lib/tools/tool.ts'
import { cutAt, only, targetOf } from '../mtr/context.ts'

const NOW = 1_795_346_700_000
const RECORDED = readFileSync(new URL('../../../fixtures/pathping/three-hops.txt', import.meta.url), 'utf8')
const AT = RECORDED.indexOf('$ ')
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

function contextOf(some: Partial<PathpingOptions> = {}, address = '10.9.3.1'): ParserContext<PathpingOptions> {
  const options = PATHPING.decode(some)
  if (!options.ok) throw new Error(options.error.message)
  return { runId: RunId.parse('AAAAAAAAAAAAAAAA'), target: targetOf(address), options: options.value }
}

const whole = (bytes: Uint8Array): Uint8Array[] => [bytes]

/** As the runner does it: the first program's bytes, its end, the command of the second, its bytes, its end. */
function run(trace: string, statistics: string, { context = contextOf(), cut = whole } = {}) {
  const parser = pathping.parser(context)
  const events: Observed[] = []
  const push = (text: string): void => {
    for (const piece of cut(bytesOf(text))) events.push(...parser.push(piece, NOW))
  }
  push(trace)
  const step = parser.next?.({ code: 0, signal: null }, NOW + 1) ?? null
  let second: Step | null = null
  if (step) {
    push(`$ /usr/bin/${step.binary} ${step.args.join(' ')}\n`)
    push(statistics)
    second = parser.next?.({ code: 0, signal: null }, NOW + 2) ?? null
  }
  const outcome = parser.verdict({ code: 0, signal: null })
  events.push(...parser.end(NOW + 2))
  return { events, step, second, outcome }
}

const TRACE = RECORDED.slice(0, AT)
const STATISTICS = RECORDED.slice(RECORDED.indexOf('\n', AT) + 1)
const recorded = (cut = whole) => run(TRACE, STATISTICS, { context: contextOf({ queries: 10, timeoutMs: 1000 }), cut })

describe('a recorded run', () => {
  it('asks for exactly what was recorded next, and then for nothing', () => {
    const { step, second } = recorded()
    expect(step && `$ /usr/bin/${step.binary} ${step.args.join(' ')}`).toBe(RECORDED.slice(AT).split('\n')[0])
    expect(second).toBeNull()
  })

  it('begins each part with its stage', () => {
    const stages = only(recorded().events, 'path.stage').map(({ runId: _run, kind: _kind, ...rest }) => rest)
    expect(stages).toEqual([
      { line: 1, stage: 'trace', hops: null, probesPerHop: 1, expectedMs: null, atMs: NOW },
      { line: 5, stage: 'statistics', hops: 3, probesPerHop: 10, expectedMs: 11_000, atMs: NOW + 1 },
    ])
    expect(recorded().events[0]?.kind).toBe('path.stage')
  })

  it('counts lines and probes through both parts', () => {
    const { events } = recorded()
    const lines = RECORDED.split('\n')
    for (const ttl of [1, 2, 3]) {
      const replies = only(events, 'path.reply').filter((event) => event.ttl === ttl)
      const awaited = only(events, 'path.awaited').filter((event) => event.ttl === ttl)
      // One of the trace and ten of the statistics; the middle router limited its answers.
      expect([...replies, ...awaited].map(({ probe }) => probe).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 11 }, (_, at) => at + 1))
      expect(awaited.length > 0).toBe(ttl === 2)
      expect(lines[(replies[0]?.line ?? 0) - 1]).toMatch(new RegExp(`^ ${ttl}  `))
      for (const { line, rttMs } of replies.slice(1)) expect(lines[line - 1]).toMatch(new RegExp(`^p ${ttl - 1} ${Math.round((rttMs ?? 0) * 1000)} `))
    }
    expect(only(events, 'path.header')).toMatchObject([{ address: '10.9.3.1', maxTtl: 30 }])
    expect(only(events, 'unrecognised')).toEqual([])
    for (const { atMs: _at, ...event } of events) expect(EventBody.parse(event)).toEqual(event)
  })

  it('does not care how the bytes are cut', () => {
    const { events } = recorded()
    expect(recorded((bytes) => Array.from(bytes, (byte) => new Uint8Array([byte]))).events).toEqual(events)
    fc.assert(fc.property(fc.uniqueArray(fc.nat(700), { maxLength: 12 }), (places) => {
      const cut = (bytes: Uint8Array): Uint8Array[] => cutAt(bytes, places.filter((place) => place < bytes.length).toSorted((a, b) => a - b))
      expect(recorded(cut).events).toEqual(events)
    }), { numRuns: 20 })
  })

  it('says where it ended', () => {
    expect(recorded().outcome).toMatchObject({ kind: 'finished', message: 'mtr sent 30 probes and reached target.example at hop 3.' })
  })
})

const HEADER = 'traceroute to 10.9.3.1 (10.9.3.1), 30 hops max, 60 byte packets\n'

describe('where the path ends', () => {
  const hopsOf = (lines: string, some: Partial<PathpingOptions> = {}): string | null => {
    const { step } = run(HEADER + lines, '', { context: contextOf(some) })
    return step ? (step.args[step.args.indexOf('-m') + 1] ?? '') : null
  }

  it('at the target', () => {
    expect(hopsOf(' 1  10.9.1.1  0.1 ms\n 2  *\n 3  10.9.3.1  0.2 ms\n')).toBe('3')
  })

  it('at the last hop that answered, if the target did not', () => {
    expect(hopsOf(' 1  10.9.1.1  0.1 ms\n 2  10.9.2.1  0.2 ms\n 3  *\n 4  *\n')).toBe('2')
    expect(hopsOf(' 1  10.9.1.1  0.1 ms\n 2  10.9.2.1  0.2 ms !X\n')).toBe('2')
  })

  it('nowhere, if no hop answered: then there is nothing to count on, and the verdict says so', () => {
    expect(hopsOf(' 1  *\n 2  *\n')).toBeNull()
    const { events, outcome } = run(`${HEADER} 1  *\n 2  *\n`, '')
    expect(only(events, 'path.stage').map(({ stage }) => stage)).toEqual(['trace'])
    expect(outcome).toMatchObject({ kind: 'finished', code: 'no-hop', message: expect.stringContaining('there was no hop to count on') })
  })

  it('silent hops before the last one are probed too, however many', () => {
    const { step } = run(`${HEADER}${Array.from({ length: 14 }, (_, at) => ` ${at + 1}  *\n`).join('')}15  10.9.3.1  9 ms\n`, '')
    expect(step?.args.join(' ')).toContain('-i 3.75 -G 3 -Z 10 -m 15 -f 1 -U 15 ')
  })

  it('a router is never the destination of a probe', () => {
    const { step } = run(`${HEADER} 1  10.9.1.1  0.1 ms\n`, '')
    expect(step?.args.slice(-2)).toEqual(['--', '10.9.3.1'])
  })
})

describe('an end before its time', () => {
  it('a trace that cannot begin is told as traceroute tells it', () => {
    const parser = pathping.parser(contextOf())
    const events = parser.push(bytesOf('connect: Network is unreachable\n'), NOW)
    expect(parser.next?.({ code: 1, signal: null }, NOW)).toBeNull()
    expect(only([...events, ...parser.end(NOW)], 'path.fatal')).toMatchObject([{ error: 'network-unreachable' }])
    expect(parser.verdict({ code: 1, signal: null })).toMatchObject({ kind: 'failed', blame: 'path', exitCode: 1 })
  })

  it('stopped during the trace: what was read stays, and the stage was told', () => {
    const parser = pathping.parser(contextOf())
    const events = [...parser.push(bytesOf(`${HEADER} 1  10.9.1.1  0.1 ms\n 2  10.9`), NOW), ...parser.end(NOW)]
    expect(only(events, 'path.reply')).toHaveLength(1)
    expect(only(events, 'path.stage')).toHaveLength(1)
  })

  it('stopped before anything was read: still one opening', () => {
    expect(pathping.parser(contextOf()).end(NOW).map((event) => event.kind)).toEqual(['path.stage'])
  })

  it('mtr that cannot begin is no success', () => {
    const { outcome } = run(`${HEADER} 1  10.9.3.1  0.1 ms\n`, 'mtr-packet: Failure to open IPv4 sockets: Permission denied\n')
    expect(outcome).toMatchObject({ kind: 'failed', code: 'permission' })
  })
})

describe('arguments', () => {
  const argv = (some: Partial<PathpingOptions> = {}, address?: string) => pathping.argv(contextOf(some, address).options, targetOf(address ?? '10.9.3.1')).join(' ')

  it('the trace sends one probe to each hop, many at once', () => {
    expect(argv()).toBe('-n -e -4 -f 1 -m 30 -q 1 -w 2 -N 16 -I -- 10.9.3.1')
    expect(argv({ protocol: 'tcp', maxHops: 12 }, '2001:db8::1')).toBe('-n -e -6 -f 1 -m 12 -q 1 -w 2 -N 16 -T -p 443 -- 2001:db8::1')
    expect(argv({ protocol: 'udp', port: 53 })).toContain(' -U -p 53 -- ')
  })

  it('one probe leaves every period, but a round takes a second at least', () => {
    const interval = (hops: number, periodMs: number): string => {
      const lines = Array.from({ length: hops }, (_, at) => ` ${at + 1}  10.9.3.${at === hops - 1 ? 1 : at + 2}  1 ms\n`).join('')
      const args = run(HEADER + lines, '', { context: contextOf({ periodMs }) }).step?.args ?? []
      return args[args.indexOf('-i') + 1] ?? ''
    }
    expect([interval(2, 250), interval(4, 250), interval(8, 250), interval(10, 50), interval(3, 5000)]).toEqual(['1', '1', '2', '1', '15'])
  })

  it('has time for both parts, and says what it knows of it', () => {
    const { options, target } = contextOf()
    expect(pathping.deadlineMs(options)).toBeGreaterThan(30 * 250 * 100 + 3000)
    expect(pathping.deadlineMs(contextOf({ queries: 1000, periodMs: 5000, maxHops: 64 }).options)).toBe(86_400_000)
    expect(pathping.bound(options).replaceAll('\u00a0', ' ')).toBe('100 probes per hop, 25 s for each hop, at least 1 min 40 s')
    expect(pathping.cannot?.(options, target)).toBeNull()
    expect(pathping.cannot?.(options, targetOf('fe80::1%eth0'))).toContain('Use traceroute or ping instead.')
    expect([pathping.binary, pathping.helpers]).toEqual(['traceroute', ['mtr']])
  })
})

/** Hostile tool output (test/fixtures/attacks): no parser of the path tools throws, believes it, or loses the line behind it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import { mtr } from '#lib/tools/mtr/index.ts'
import { pathping } from '#lib/tools/pathping/index.ts'
import { PATHPING } from '#lib/tools/pathping/options.ts'
import { pmtu } from '#lib/tools/pmtu/index.ts'
import { PMTU } from '#lib/tools/pmtu/options.ts'
import type { Parser } from '#lib/tools/tool.ts'
import { bytesOf, mtrOptions, NOW, only, RUN, targetOf } from './context.ts'

const ROWS = readFileSync(new URL('../../../fixtures/attacks/terminal.public.txt', import.meta.url), 'utf8').split('\n')
  .filter((line) => line.startsWith('"')).map((line) => line.split('\t')[0] ?? '""')
const textOf = (literal: string): string => JSON.parse(literal.replaceAll(/@repeat\((.+?),(\d+)\)/g, (_, part: string, times: string) => part.repeat(Number(times)))) as string

const context = { runId: RUN, target: targetOf('192.0.2.9') }
const parserOf = {
  mtr: (): Parser => mtr.parser({ ...context, options: mtrOptions() }),
  pathping: (): Parser => {
    const options = PATHPING.decode({})
    if (!options.ok) throw new Error(options.error.message)
    const parser = pathping.parser({ ...context, options: options.value })
    parser.push(bytesOf('traceroute to 192.0.2.9 (192.0.2.9), 30 hops max, 60 byte packets\n 1  192.0.2.9  0.1 ms\n'), NOW)
    parser.next?.({ code: 0, signal: null }, NOW)
    parser.push(bytesOf('$ /usr/bin/mtr --raw -- 192.0.2.9\n'), NOW)
    return parser
  },
}

const all = (parser: Parser, text: string): Observed[] => [...parser.push(bytesOf(text), NOW), ...parser.end(NOW)]

it('there are rows', () => expect(ROWS.length).toBeGreaterThan(50))

describe.each(ROWS.map((row) => [row.slice(0, 60), textOf(row)] as const))('%s', (_shown, hostile) => {
  it.each(['mtr', 'pathping'] as const)('%s', (tool) => {
    const events = all(parserOf[tool](), `x 0 33000\n${hostile}\nh 0 192.0.2.9\nh 0 192.0.2.9\np 0 1500 33000\nd 0 ${hostile}\nx 1 33001\n`)
    expect(only(events, 'path.reply')).toMatchObject([{ ttl: 1, rttMs: 1.5, from: '192.0.2.9' }])
    expect(only(events, 'path.awaited')).toMatchObject([{ ttl: 2 }])
    for (const { name } of only(events, 'path.name')) expect(name).not.toMatch(/[\s\u0000-\u0020\u007f-\u009f]/)
    for (const { text } of only(events, 'unrecognised')) expect(text.length).toBeLessThanOrEqual(513)
  })

  it('pmtu', () => {
    const options = PMTU.decode({})
    if (!options.ok) throw new Error(options.error.message)
    const parser = pmtu.parser({ ...context, options: options.value })
    parser.push(bytesOf(`PING 192.0.2.9 (192.0.2.9) 1472(1500) bytes of data.\n${hostile}\n[1795365708.254216] 1480 bytes from 192.0.2.9: icmp_seq=1 ttl=63 time=1.5 ms\n`), NOW)
    expect(parser.next?.({ code: 0, signal: null }, NOW)).toBeNull()
    expect(only(parser.end(NOW), 'pmtu.try')).toMatchObject([{ packetBytes: 1500, fate: 'passed', answered: 1 }])
  })
})

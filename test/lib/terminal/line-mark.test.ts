/** What a transcript line's mark says, and how the line was read. */
import { describe, expect, it } from 'vitest'
import { lineMark, readRows } from '#lib/terminal/line-mark.ts'
import { readPingLine } from '#lib/tools/ping/parse.ts'
import { PROBE } from '#lib/tools/ping/view.ts'
import { makePingView } from '#test/fixtures/ping-view.ts'

const START = Date.UTC(2026, 10, 22, 13, 27, 38)
const awaited = (seq: number) => readPingLine(`[${(START + seq * 1000) / 1000}.000000] no answer yet for icmp_seq=${seq}`)

describe('mark', () => {
  const view = makePingView({ seed: 2, probes: 100, scenario: 'calm', startMs: START, awaited: 2 })
  it('of "no answer yet" follows the fate of the probe: waiting, then lost, then nothing when the reply came late', () => {
    expect(lineMark(awaited(99), START + 99_000, view)).toBe('waiting')
    view.series.state[49] = PROBE.lost
    expect(lineMark(awaited(50), START + 50_000, view)).toBe('lost')
    view.series.state[49] = PROBE.late
    expect(lineMark(awaited(50), START + 50_000, view)).toBe(null)
    expect(lineMark(awaited(50), START + 50_000, null)).toBe('waiting')
  })
  it('finds a probe whose 16-bit number has wrapped', () => {
    const wrapped = { ...view, series: { ...view.series, first: 65_536 + 1 } }
    wrapped.series.state[49] = PROBE.lost
    expect(lineMark(awaited(50), START + 50_000, wrapped)).toBe('lost')
  })
  it('tells errors and lines that were not understood', () => {
    expect(lineMark(readPingLine('From 192.0.2.1 icmp_seq=3 Destination Host Unreachable'), START, view)).toBe('error')
    expect(lineMark(readPingLine('something nobody has ever printed'), START, view)).toBe('unread')
    expect(lineMark(readPingLine('64 bytes from 198.51.100.24: icmp_seq=1 ttl=56 time=18.1 ms'), START, view)).toBe(null)
  })
})

describe('how a line was read', () => {
  it('has the fields of a reply', () => {
    const rows = Object.fromEntries(readRows(readPingLine('[1795354529.229100] 64 bytes from 198.51.100.24: icmp_seq=2386 ttl=55 time=30.5 ms')).map(({ name, value }) => [name, value]))
    expect(rows).toEqual({ seq: '2386', from: '198.51.100.24', ttl: '55', rtt: '30.5 ms', bytes: '64' })
  })
  it('says so when it was not', () => expect(readRows(readPingLine('?? nobody knows'))).toEqual([{ name: 'says', value: 'not understood' }]))
})

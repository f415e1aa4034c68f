/** Answers of earlier runs stand before those of the newest. */
import { describe, expect, it } from 'vitest'
import { withEarlier } from '#lib/timeline/dns-history.ts'
import { cell, makeView, NEW, NOW, OLD, os, record, reply, server } from '#test/app/dns-views.ts'

const a = (address: string) => reply({ answers: [record('A', address)] })
const R = '10.20.0.53'
const run = (address: string, sinceMs: number, times: number) => makeView({
  servers: [server({ address: R, role: 'own', cells: [cell({ reply: a(address), spans: [{ sinceMs, untilMs: sinceMs + 1000, key: address }] })], times: Array.from({ length: times }, (_, i) => ({ atMs: sinceMs + i, ms: i, first: i === 0 })) })],
  os: os({ addresses: [address], spans: [{ sinceMs, untilMs: sinceMs + 1000, key: address }] }),
})

describe('withEarlier', () => {
  it('puts spans and times of the runs before in front, and leaves what was said last alone', () => {
    const now = run(NEW, NOW, 2)
    const seen = withEarlier(now, [run(OLD, NOW - 20_000, 3), run(OLD, NOW - 10_000, 1)])
    expect(seen.servers[0]?.cells.get('A')?.spans.map(({ key, sinceMs }) => [key, sinceMs])).toEqual([[OLD, NOW - 20_000], [OLD, NOW - 10_000], [NEW, NOW]])
    expect(seen.servers[0]?.times.map(({ atMs }) => atMs - NOW)).toEqual([-20_000, -19_999, -19_998, -10_000, 0, 1])
    expect(seen.os?.spans.map(({ key }) => key)).toEqual([OLD, OLD, NEW])
    expect(seen.servers[0]?.cells.get('A')?.reply).toBe(now.servers[0]?.cells.get('A')?.reply)
    expect(seen.counts).toBe(now.counts)
  })
  it('leaves out other names and servers that are asked no more, and is the same view where there is nothing before', () => {
    const now = run(NEW, NOW, 1)
    expect(withEarlier(now, [])).toBe(now)
    expect(withEarlier(now, [{ ...run(OLD, NOW - 5000, 1), name: 'other.example.com' }])).toBe(now)
    const elsewhere = makeView({ servers: [server({ address: '10.0.0.9', role: 'chosen', cells: [cell({ reply: a(OLD) })] })] })
    expect(withEarlier(now, [elsewhere]).servers.map((one) => one.server)).toEqual([R])
  })
  it('is bounded', () => {
    const many = Array.from({ length: 600 }, (_, i) => run(OLD, NOW - 1_000_000 + i, 5))
    const seen = withEarlier(run(NEW, NOW, 1), many)
    expect(seen.servers[0]?.cells.get('A')?.spans).toHaveLength(512)
    expect(seen.servers[0]?.times).toHaveLength(240)
    expect(seen.servers[0]?.cells.get('A')?.spans.at(-1)?.key).toBe(NEW)
  })
})

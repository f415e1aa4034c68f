/** The pathping table against Microsoft's documented example and against an independent reckoning. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HopView, PathView } from '#lib/tools/path/view.ts'
import { pathpingTable } from '#lib/tools/pathping/table.ts'

type Hop = Pick<HopView, 'ttl' | 'counts' | 'rtt' | 'responders' | 'isTarget'>
type View = Pick<PathView, 'stage' | 'names'> & { hops: readonly Hop[] }

const responder = (address: string, untilMs: number | null = null): HopView['responders'][number] =>
  ({ index: 0, address, answered: 1, rtt: rtt(1), firstMs: 0, lastMs: 0, untilMs, flags: [], labels: [], toolAsns: [] })
const rtt = (meanMs: number): HopView['rtt'] => ({ n: 1, meanMs, stdevMs: NaN, minMs: meanMs, maxMs: meanMs, lastMs: meanMs })

interface Given { lost: number; sent?: number; late?: number; meanMs?: number; addresses?: string[] }
function hopOf({ lost, sent = 100, late = 0, meanMs = 20, addresses = ['192.0.2.1'] }: Given, at: number): Hop {
  const answered = sent - lost - late
  return {
    ttl: at + 1, isTarget: false, counts: { sent, judged: sent, answered, lost, late, awaited: 0 }, rtt: rtt(answered > 0 ? meanMs : NaN),
    responders: answered + late > 0 ? addresses.map((address) => responder(address)) : [],
  }
}
const viewOf = (hops: readonly Given[]): View => ({
  stage: { stage: 'statistics', sinceMs: 0, hops: hops.length, probesPerHop: 100, expectedMs: 125_000, done: 0 }, names: new Map(), hops: hops.map(hopOf),
})
const rowsOf = (hops: readonly Given[]) => pathpingTable(viewOf(hops)) ?? []
const nodes = (hops: readonly Given[]) => rowsOf(hops).filter((row) => row.kind === 'node')
const links = (hops: readonly Given[]) => rowsOf(hops).filter((row) => row.kind === 'link')

describe('the table', () => {
  it("is Microsoft's for Microsoft's example", () => {
    // https://learn.microsoft.com/windows-server/administration/windows-commands/pathping: lost of 100 to each hop, then what was printed.
    const hops = [{ lost: 0, meanMs: 41 }, { lost: 16, meanMs: 22 }, { lost: 13, meanMs: 24 }, { lost: 14, meanMs: 21 }, { lost: 13, meanMs: 24 }]
    expect(nodes(hops).slice(1).map((row) => [row.ttl, row.rttMs, row.toHere?.lost, row.here?.lost])).toEqual([[1, 41, 0, 0], [2, 22, 16, 3], [3, 24, 13, 0], [4, 21, 14, 1], [5, 24, 13, 0]])
    expect(links(hops).map((row) => [row.fromTtl, row.toTtl, row.lost?.lost, row.lost?.sent])).toEqual([[0, 1, 0, 100], [1, 2, 13, 100], [2, 3, 0, 100], [3, 4, 0, 100], [4, 5, 0, 100]])
    expect(rowsOf(hops).map((row) => row.kind)).toEqual(['node', ...Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? 'link' : 'node'))])
  })

  it('a router that answers only some of the time is a node loss, never a link loss', () => {
    const hops = [{ lost: 0 }, { lost: 80 }, { lost: 0 }]
    expect(nodes(hops).map((row) => row.here?.share)).toEqual([undefined, 0, 0.8, 0])
    expect(links(hops).map((row) => row.lost?.share)).toEqual([0, 0, 0])
  })

  it('a silent hop is unknown, and its link counts with the next', () => {
    const hops = [{ lost: 0 }, { lost: 100 }, { lost: 100 }, { lost: 10 }]
    expect(nodes(hops).slice(2, 4)).toMatchObject([{ ttl: 2, address: null, rttMs: null, toHere: null, here: null }, { ttl: 3, toHere: null, here: null }])
    expect(links(hops).map((row) => [row.fromTtl, row.toTtl, row.lost?.share ?? null])).toEqual([[0, 1, 0], [1, 2, null], [1, 3, null], [1, 4, 0.1]])
  })

  it('a late answer is not lost, and one probe of unknown fate counts nowhere', () => {
    expect(nodes([{ lost: 0, late: 100 }])[1]).toMatchObject({ toHere: { lost: 0, sent: 100, share: 0 }, rttMs: null })
    const view = viewOf([{ lost: 0 }])
    const waiting = { ...view, hops: view.hops.map((hop) => ({ ...hop, counts: { sent: 1, judged: 0, answered: 0, lost: 0, late: 0, awaited: 1 } })) }
    expect(pathpingTable(waiting)?.[2]).toMatchObject({ toHere: null, here: null })
  })

  it('names who answers now, and says how many more do', () => {
    const view = viewOf([{ lost: 0, addresses: ['192.0.2.1', '192.0.2.2'] }])
    const former = view.hops.map((hop) => ({ ...hop, responders: [...hop.responders, responder('192.0.2.9', 5)] }))
    const names = new Map([['192.0.2.1', { name: 'gw.example.org', asn: null, asName: null }]])
    expect(pathpingTable({ ...view, names, hops: former })?.[2]).toMatchObject({ address: '192.0.2.1', others: 1, name: 'gw.example.org' })
  })

  it('is not there before statistics began', () => {
    expect(pathpingTable({ ...viewOf([{ lost: 0 }]), stage: null })).toBeNull()
    expect(pathpingTable({ ...viewOf([]), stage: { stage: 'trace', sinceMs: 0, hops: null, probesPerHop: 1, expectedMs: null, done: 0 } })).toBeNull()
    expect(rowsOf([])).toHaveLength(1)
  })
})

describe('on any path', () => {
  const hops = fc.array(fc.record({ lost: fc.nat(100), sent: fc.constant(100) }), { minLength: 1, maxLength: 20 })

  it('equals a reckoning by whole packets, from first principles', () => {
    fc.assert(fc.property(hops, (given) => {
      // A packet counts as dropped before hop i only if no hop from i on can show that more came through.
      const answers = (at: number): boolean => (given[at]?.lost ?? 100) < 100
      const through = (at: number): number => {
        let most = 0
        for (let far = at; far < given.length; far++) if (answers(far)) most = Math.max(most, 100 - (given[far]?.lost ?? 100))
        return most
      }
      let arrived = 100
      const wantedLinks = given.map((_, at) => {
        if (!answers(at)) return null
        const dropped = arrived - through(at)
        arrived = through(at)
        return dropped
      })
      expect(links(given).map((row) => row.lost?.lost ?? null)).toEqual(wantedLinks)
      expect(nodes(given).slice(1).map((row) => row.here?.lost ?? null)).toEqual(given.map(({ lost }, at) => (answers(at) ? through(at) - (100 - lost) : null)))
    }), { numRuns: 300 })
  })

  it('no share is negative, and all links together are what the last answering hop lost', () => {
    fc.assert(fc.property(fc.array(fc.record({ lost: fc.nat(50), sent: fc.integer({ min: 50, max: 120 }) }), { minLength: 1, maxLength: 20 }), (given) => {
      const known = links(given).flatMap((row) => row.lost ?? [])
      for (const { share, lost } of [...known, ...nodes(given).flatMap((row) => row.here ?? [])]) {
        expect(share).toBeGreaterThanOrEqual(0)
        expect(lost).toBeGreaterThanOrEqual(0)
      }
      const last = nodes(given).findLast((row) => row.toHere !== null)?.toHere?.share ?? 0
      expect(known.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(last, 9)
    }), { numRuns: 300 })
  })
})

/** The hop table's rows: what each case of a path looks like, against views with every probe written out. */
import { describe, expect, it } from 'vitest'
import { createClock } from '#lib/format/time.ts'
import { pathRows, upToDeadEnd, type PathRow } from '../../app/_components/path/path-rows.ts'
import { lossCell, rowDetail, rowTags } from '../../app/_components/path/row-words.ts'
import { START, TARGET, lossy, makePath, times, type HopMade } from './path-views.ts'

const N = 600
const WINDOW = { fromMs: START, toMs: START + N * 1000 }
const clock = createClock('UTC')
const target = (probes = times(N, 20)): HopMade => ({ now: [TARGET], probes })
const rowsOf = (hops: readonly HopMade[], window = WINDOW): readonly PathRow[] => pathRows(makePath({ hops }), window, 'shop.example').rows
const at = (rows: readonly PathRow[], key: string): PathRow => {
  const row = rows.find((one) => one.key === key)
  if (!row) throw new Error(`no row ${key} among ${rows.map((one) => one.key).join(', ')}`)
  return row
}
const tagsOf = (row: PathRow): string[] => rowTags(row).map((tag) => tag.text)

describe('loss', () => {
  it('of a router that limits its answers is struck through and bounded by what passed it', () => {
    const view = makePath({ hops: [{ now: ['10.0.0.1'], probes: lossy(N, 240, 9) }, target()] })
    const row = at(pathRows(view, WINDOW, TARGET).rows, '1')
    expect(lossCell(row)).toMatchObject({ percent: '40.0', counts: '240 of 600', look: 'struck', spoken: '240 of 600 unanswered, not loss' })
    expect(tagsOf(row)).toEqual(['rate limits ICMP, not loss'])
    // Wilson, none of 600: 3.841 / 603.841 = 0.636 %, and never rounded below itself.
    expect(rowTags(row)[0]?.tip).toContain('at most 0.7\u00a0%')
    expect(rowDetail(row, view, clock).join(' ')).toContain('240 of 600 unanswered')
  })
  it('that goes on to the target is real, with no tag', () => {
    const rows = rowsOf([{ now: ['10.0.0.1'], probes: times(N, 1) }, { now: ['10.0.0.2'], probes: lossy(N, 24, 9) }, target(lossy(N, 24, 20))])
    expect([lossCell(at(rows, '1'))?.look, lossCell(at(rows, '2'))?.look, lossCell(at(rows, '3'))?.look]).toEqual(['plain', 'real', 'real'])
    expect(rows.flatMap(tagsOf)).toEqual([])
  })
  it('of few probes is counts and no verdict', () => {
    const row = at(rowsOf([{ now: ['10.0.0.1'], probes: lossy(12, 2, 1) }, target(lossy(12, 1, 5))]), '1')
    expect(lossCell(row)).toMatchObject({ percent: null, counts: '2 of 12', look: 'plain' })
  })
  it('is unknown where nothing is judged, never 0', () => {
    const row = at(rowsOf([{ now: [], probes: times(2, 'awaited') }]), '1')
    expect(lossCell(row)).toMatchObject({ counts: '\u2013', look: 'unknown' })
    expect(row.figures.awaited).toBe(2)
    expect(tagsOf(row)).toEqual([])
  })
  it('of all of a target that answered before is loss', () => {
    const row = at(rowsOf([{ now: ['10.0.0.1'], probes: times(N, 1) }, target([...times(300, 20), ...times(300, 'lost')])], { fromMs: START + 400_000, toMs: WINDOW.toMs }), '2')
    expect(lossCell(row)).toMatchObject({ percent: '100.0', look: 'real' })
  })
})

describe('hosts', () => {
  it('a silent router stays, says so, and has no loss', () => {
    const rows = rowsOf([{ now: [], probes: times(N, 'lost') }, target()])
    expect(at(rows, '1').host).toBeNull()
    expect(lossCell(at(rows, '1'))).toMatchObject({ counts: '\u2013' })
    expect(tagsOf(at(rows, '1'))).toEqual(['silent router'])
  })
  it('silence at the end is not called a silent router: nothing behind it answers', () => {
    const view = makePath({ reached: false, hops: [{ now: ['10.0.0.1'], probes: times(N, 1) }, { now: [], probes: times(N, 'lost') }, { now: [], probes: times(N, 'lost') }] })
    expect(pathRows(view, WINDOW, TARGET).rows.flatMap(tagsOf)).toEqual([])
  })
  it('a dead end shows three silent hops and counts the rest; silent routers on the way all stay', () => {
    const silent = Array.from({ length: 20 }, (): HopMade => ({ now: [], probes: times(10, 'lost') }))
    const first: HopMade = { now: ['10.0.0.1'], probes: times(10, 1) }
    const dead = pathRows(makePath({ reached: false, hops: [first, ...silent] }), WINDOW, TARGET).rows
    expect([dead.length, upToDeadEnd(dead)]).toEqual([21, 4])
    expect(upToDeadEnd(rowsOf([first, ...silent, target()]))).toBe(22)
    expect(upToDeadEnd(dead.slice(0, 5))).toBe(5)
  })
  it('several at a hop: one row each, the one with most answers first, loss on the hop alone', () => {
    const probes = [...times(100, 2, '10.0.0.8'), ...times(450, 3, '10.0.0.9'), ...times(50, 'lost')]
    const rows = rowsOf([{ now: ['10.0.0.8', '10.0.0.9'], probes }, target([...times(550, 20), ...times(50, 'lost')])])
    const [first, second] = rows
    expect([first?.host?.address, first?.ways, second?.host?.address, second?.kind]).toEqual(['10.0.0.9', 2, '10.0.0.8', 'share'])
    expect(first?.share).toBeCloseTo(450 / 550)
    expect(second?.share).toBeCloseTo(100 / 550)
    expect(first?.figures).toMatchObject({ sent: 600, lost: 50 })
    expect(second && lossCell(second)).toBeNull()
    expect(second?.figures).toMatchObject({ answered: 100, meanMs: 2 })
  })
  it('a loop keeps its repetitions and marks them; the target is never "again"', () => {
    const rows = rowsOf(['10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2'].map((address) => ({ now: [address], probes: times(N, 1) })))
    expect(rows.map((row) => [row.ttl, row.again])).toEqual([[1, null], [2, null], [3, 1], [4, 2]])
    expect(tagsOf(at(rows, '3'))).toEqual(['again'])
    expect(rowsOf([target(), target()]).map((row) => row.again)).toEqual([null, null])
  })
  it('the target goes by the name it was asked for by', () => {
    const row = at(rowsOf([target()]), '1')
    expect(row).toMatchObject({ isTarget: true, host: { name: 'shop.example', address: TARGET } })
  })
  it('a refusal is a tag with its reason', () => {
    const flags = [{ flag: 'X', error: 'admin-prohibited' as const, mtu: null, count: 3, firstMs: START, lastMs: START + 5000 }]
    expect(tagsOf(at(rowsOf([{ now: ['10.0.0.1'], probes: times(3, 1), flags }]), '1'))).toEqual(['!X admin prohibited'])
  })
})

describe('time', () => {
  const changedMs = START + 300_000
  const view = makePath({
    epochs: [
      { n: 0, sinceMs: START, untilMs: changedMs, sets: [['10.0.0.1'], [TARGET]], changedTtls: [], targetTtl: 2 },
      { n: 1, sinceMs: changedMs, untilMs: null, sets: [['10.0.0.2'], [TARGET]], changedTtls: [1], targetTtl: 2 },
    ],
    hops: [
      { now: ['10.0.0.2'], before: [{ address: '10.0.0.1', untilMs: changedMs }], probes: [...times(290, 10, '10.0.0.1'), ...times(10, 'lost'), ...times(300, 30, '10.0.0.2')] },
      target(),
    ],
  })
  it('figures begin at the route change; the router before keeps its own, with its loss', () => {
    const { rows, cut } = pathRows(view, WINDOW, TARGET)
    expect(cut).toEqual({ atMs: changedMs, by: 'route' })
    expect(at(rows, '1').figures).toMatchObject({ sent: 300, meanMs: 30, lost: 0 })
    const former = at(rows, '1 was 10.0.0.1')
    expect(former).toMatchObject({ kind: 'former', untilMs: changedMs, verdict: null })
    expect(former.figures).toMatchObject({ sent: 300, meanMs: 10, lost: 10 })
  })
  it('a window after the change knows nothing of the router before', () => {
    const { rows, cut } = pathRows(view, { fromMs: changedMs + 1000, toMs: WINDOW.toMs }, TARGET)
    expect(cut).toBeNull()
    expect(rows.map((row) => row.key)).toEqual(['1', '2'])
  })
  it('a window without a probe is empty, not lossless', () => {
    const { rows, sent } = pathRows(view, { fromMs: WINDOW.toMs + 5000, toMs: WINDOW.toMs + 9000 }, TARGET)
    expect(sent).toBe(0)
    expect(rows.map((row) => lossCell(row)?.counts)).toEqual(['\u2013', '\u2013'])
  })
  it('statistics of a staged run begin with that stage', () => {
    const staged = makePath({ hops: [{ now: ['10.0.0.1'], probes: times(N, 1) }, target()], stage: { stage: 'statistics', sinceMs: START + 100_000, hops: 2, probesPerHop: 500, expectedMs: 500_000, done: 1000 } })
    const { cut, rows } = pathRows(staged, WINDOW, TARGET)
    expect(cut?.by).toBe('stage')
    expect(at(rows, '1').figures.sent).toBe(500)
  })
})

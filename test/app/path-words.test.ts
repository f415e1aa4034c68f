/** What the path pane says: columns, ticket, notices, route changes, progress, protocols side by side. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClock } from '#lib/format/time.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import { DEFAULT_COLUMNS, PATH_COLUMNS, cellMs, decodeColumns, encodeColumns, toggled } from '../../app/_components/path/columns.ts'
import { compared } from '../../app/_components/path/compare-rows.ts'
import { nocText } from '../../app/_components/path/noc-text.ts'
import { paneState, probing, progressOf, routeChanges, traceWords } from '../../app/_components/path/pane-state.ts'
import { pathRows } from '../../app/_components/path/path-rows.ts'
import { heatSummary, rangeSummary, stripsOf } from '../../app/_components/path/strips.ts'
import { START, designPath, lossy, makePath, times } from './path-views.ts'

const clock = createClock('Europe/Berlin')
const WINDOW = { fromMs: START, toMs: START + 600_000 }
const columns = PATH_COLUMNS.filter((column) => DEFAULT_COLUMNS.includes(column.id))
const ticket = (view: PathView): string => nocText({ view, rows: pathRows(view, WINDOW, 'checkout.example.com'), columns, tool: 'mtr', vantage: 'edge-fra1', target: 'checkout.example.com', clock, nowMs: START + 590_000 })

describe('columns', () => {
  it('what was chosen comes back, in the order of the table', () => {
    fc.assert(fc.property(fc.shuffledSubarray(PATH_COLUMNS.map((column) => column.id)), (ids) => {
      const back = decodeColumns(encodeColumns(ids))
      expect(back).toEqual(PATH_COLUMNS.map((column) => column.id).filter((id) => ids.includes(id)))
    }))
  })
  it('nothing stored, or only names of long ago, is the default; none chosen is none', () => {
    expect(decodeColumns(null)).toEqual(DEFAULT_COLUMNS)
    expect(decodeColumns('dscp,owamp')).toEqual(DEFAULT_COLUMNS)
    expect(decodeColumns('')).toEqual([])
    expect(encodeColumns(DEFAULT_COLUMNS)).toBeNull()
  })
  it('a tick adds, another one takes away', () => expect(toggled(toggled(['loss'], 'p95'), 'loss')).toEqual(['p95']))
  it('mtr keeps its own names and every column is defined', () => {
    expect(PATH_COLUMNS.filter((column) => column.group === 'mtr').map((column) => column.head)).toEqual(['Last', 'Avg', 'Best', 'Wrst', 'StDev', 'Gmean', 'Jttr', 'Javg', 'Jmax', 'Jint'])
    expect(new Set(PATH_COLUMNS.map((column) => column.id)).size).toBe(PATH_COLUMNS.length)
    for (const column of PATH_COLUMNS) expect(column.define.length).toBeGreaterThan(10)
  })
  it('milliseconds: two decimals below one, seconds from ten', () => expect([0.42, 3.14, 12_345, NaN].map((ms) => cellMs(ms))).toEqual(['0.42', '3.1', '12.3 s', '\u2013']))
})

describe('ticket', () => {
  const text = ticket(designPath())
  const lines = text.split('\n')
  it('says from where, to what, how and when', () => {
    expect(lines[0]).toBe('Path from edge-fra1 to checkout.example.com (198.51.100.24)')
    expect(lines[1]).toBe('Probes: mtr, ICMP, 1 probe/s a hop, ttl 1-30')
    expect(lines[2]).toBe('Time: Sun 22 Nov 2026, 14:31:42 to 14:37:50 CET, UTC+1, since the last route change')
  })
  it('is aligned, and of letters that any system keeps', () => {
    expect(text).toMatch(/^[\n\x20-\x7e]*$/)
    const head = lines.findIndex((line) => line.startsWith('hop'))
    const end = (lines[head] ?? '').indexOf('  sent') + '  sent'.length
    const sent = lines.slice(head + 1, lines.indexOf('Notes') - 1).filter((line) => /^ *\d/.test(line)).map((line) => line.slice(0, end).match(/(\d+)$/)?.[1])
    expect(sent).toEqual(Array.from({ length: 9 }, () => '378'))
  })
  it('puts loss that is none in brackets and says why; the router of before has its own list', () => {
    expect(text).toMatch(/192\.0\.2\.66 \[AS64510\] +\[\d\d\.\d % \(\d+ of 378\)\]/)
    expect(text).toMatch(/hop 5: rate limits ICMP, not loss\..*at most [\d.]+ %\./)
    expect(text).toMatch(/hop 7: real loss/)
    expect(text).toContain('hop 8: silent router. It answers no probe and forwards them all the same.')
    expect(text).toContain('Routers before\nhop 6: cr2.ams.transit.example (192.0.2.81) [AS64510] until 14:31:42')
    expect(text).toMatch(/cr1b\.fra\.transit\.example \(192\.0\.2\.42\) \[AS64510\] 2\d %/)
  })
})

describe('state', () => {
  const state = (view: PathView | null, window = WINDOW) => paneState({ view, rows: view && view.hops.length > 0 ? pathRows(view, window, 'x') : null, given: null, clock })
  it('waits before the first answer and does not call it loss', () => {
    expect(state(null)?.title).toBe('Waiting for the first probe.')
    expect(state(makePath({ hops: [{ now: [], probes: times(2, 'awaited') }] }))).toMatchObject({ title: 'Waiting for the first answer.', severity: 'info' })
  })
  it('no answer at all is told, not judged', () => expect(state(makePath({ reached: false, hops: [{ now: [], probes: times(40, 'lost') }] }))).toMatchObject({ severity: 'info', title: 'No hop has answered 40 probes so far.' }))
  it('a window without probes offers the run', () => expect(state(designPath(), { fromMs: START - 60_000, toMs: START - 1000 })).toMatchObject({ empty: true }))
  it('nothing stands in the way of a path', () => expect(state(designPath())).toBeNull())
  it('the given notice goes first', () => expect(paneState({ view: designPath(), rows: null, given: { severity: 'crit', title: 'Refused.', text: 'No packet was sent.' }, clock })?.title).toBe('Refused.'))
  it('a trace under way says how far it is', () => {
    const view = makePath({ reached: false, hops: [{ now: ['10.0.0.1'], probes: times(3, 1) }, { now: [], probes: times(3, 'awaited') }] })
    expect(traceWords(view)).toBe('Looking for 198.51.100.24: probing hop 2 of at most 30.')
    expect(traceWords({ ...view, ended: true })).toBeNull()
    expect(traceWords(designPath())).toBeNull()
  })
  it('the rate is the run\u2019s', () => {
    const view = makePath({ protocol: 'tcp', port: 443, hops: [] })
    expect(probing({ ...view, intervalMs: 2500 }, 'mtr')).toBe('TCP :443, 1 probe a hop every 2.5\u00a0s, ttl 1\u201330')
    expect(probing({ ...view, intervalMs: null, protocol: 'udp' }, 'traceroute')).toBe('UDP :443, one trace, ttl 1\u201330')
  })
  it('progress has a share and the time left', () => {
    const view = makePath({ hops: [{ now: ['10.0.0.1'], probes: times(3, 1) }], stage: { stage: 'statistics', sinceMs: START, hops: 5, probesPerHop: 100, expectedMs: 125_000, done: 200 } })
    expect(progressOf(view, START + 50_000)).toEqual({ text: 'Computing statistics for 2:05\u2026', left: '1:15 left', share: 0.4 })
    expect(progressOf({ ...view, ended: true }, START)).toBeNull()
  })
})

it('route changes are told by time, hop and names', () => {
  expect(routeChanges(designPath(), clock)).toEqual([{ atMs: START + 222_000, ttls: [6], text: '14:31:42 hop 6 changed from cr2.ams.transit.example to cr4.lon.transit.example' }])
})

describe('strips', () => {
  const strips = (window: { fromMs: number; toMs: number }, view = designPath()) => stripsOf({ view, rows: pathRows(view, window, 'x'), window, kind: 'linear', clock })
  it('columns begin at the same moments while the window follows now', () => {
    const a = strips(WINDOW), b = strips({ fromMs: WINDOW.fromMs + a.colMs * 3, toMs: WINDOW.toMs + a.colMs * 3 })
    expect((b.fromMs - a.fromMs) / a.colMs).toBeCloseTo(3, 5)
    expect([a.columns, b.columns]).toEqual([93, 93])
  })
  it('a short window has no gaps between its columns', () => {
    const { rows } = strips({ fromMs: START, toMs: START + 60_000 })
    expect([...(rows[0]?.heat.sent ?? [])].slice(0, -1).every((sent) => sent > 0)).toBe(true)
  })
  it('what is struck, silent or plain is drawn as such, and told in words', () => {
    const made = strips(WINDOW)
    expect(made.rows.map((row) => row.look)).toEqual(['plain', 'plain', 'plain', 'plain', 'struck', 'plain', 'plain', 'silent', 'plain'])
    expect(rangeSummary(made)).toMatch(/Hop 9 median 3\d\.\d\u00a0ms\.$/)
    expect(heatSummary(made, WINDOW, clock)).toContain('hop 6 changed from')
  })
})

it('protocols stand side by side, each with its own run, and another router is told', () => {
  const icmp = makePath({ hops: [{ now: ['10.0.0.1'], probes: lossy(100, 40, 5) }, { now: ['198.51.100.24'], probes: times(100, 9) }] })
  const udp = makePath({ protocol: 'udp', hops: [{ now: ['10.0.0.2'], probes: times(3, 6) }] })
  const { runs, hops } = compared([
    { protocol: 'icmp', state: 'running', port: null, view: () => icmp }, { protocol: 'udp', state: 'ended', port: null, view: () => udp }, { protocol: 'tcp', state: 'none', port: 443, view: () => null },
  ], 'x')
  expect(runs.map((run) => run.name)).toEqual(['ICMP', 'UDP'])
  expect(hops.map((hop) => [hop.ttl, hop.differ, hop.cells.map((cell) => cell?.figures.p50Ms ?? null)])).toEqual([[1, true, [5, 6]], [2, false, [9, null]]])
  expect(hops[0]?.cells[0]?.verdict?.kind).toBe('cosmetic')
})

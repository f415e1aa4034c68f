/** What the Path view says in words and rows. */
import { playedOf } from '#lib/timeline/moment.ts'
import { describe, expect, it } from 'vitest'
import { createWindowStore } from '#lib/timeline/window-store.ts'
import { fateOf, summaryOf } from '#lib/timeline/moment.ts'
import { CONNECT } from '#lib/timeline/words.ts'
import { PROBE } from '#lib/tools/ping/view.ts'
import { createClock } from '#lib/format/time.ts'
import { windowStats } from '#lib/tools/ping/window.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
import { makePingView } from '#test/fixtures/ping-view.ts'
import { chartKey } from '../../app/_components/latency/chart-keys.ts'
import { eventRows, totalRows } from '../../app/_components/latency/event-rows.ts'
import { geometryOf } from '../../app/_components/latency/paint/geometry.ts'
import { runNotice } from '../../app/_components/latency/run-notice.ts'

const running = { state: 'running', outcome: null, target: 'checkout.example.com' } as const
const path = makePingView({ seed: 4, probes: 624, scenario: 'path' })

describe('event rows', () => {
  it('list bursts, the shift and the TTL change, newest first', () => {
    const rows = eventRows(path)
    expect(rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['losses in a row', 'latency shift', 'reply TTL']))
    expect(rows.map(({ toMs }) => toMs)).toEqual(rows.map(({ toMs }) => toMs).sort((a, b) => b - a))
    expect(rows.filter(({ kind }) => kind === 'losses in a row').reduce((n, { count }) => n + count, 0)).toBe(path.bursts.reduce((n, { count }) => n + count, 0))
  })
  it('name who sent an ICMP error and quote it', () => {
    const row = eventRows(makePingView({ seed: 1, probes: 50, scenario: 'unreachable' })).find(({ kind }) => kind === 'icmp error')
    expect(row).toMatchObject({ who: '192.0.2.130', quote: 'Destination Host Unreachable', what: 'host unreachable', severity: 'warn' })
  })
  it('compare our totals with the tool only once it printed its own', () => {
    expect(totalRows(path).every(({ tool, differs }) => tool === '\u2013' && !differs)).toBe(true)
    const summary: PingView['summary'] = { kind: 'ping.summary', runId: 'aaaaaaaaaaaaaaaa' as never, line: 900, transmitted: 624, received: path.counts.answered + 1, duplicates: 0, errors: 0, corrupted: 0, lossPct: 4, timeMs: 1, rtt: null }
    expect(totalRows({ ...path, summary }).filter(({ differs }) => differs).map(({ name }) => name)).toEqual(['answered', 'lost'])
  })
})

describe('notice over the chart', () => {
  it('waits before the first reply, and never says lost before the timeout', () => {
    expect(runNotice(null, running)?.title).toBe('Waiting for the first probe.')
    const waiting = runNotice(makePingView({ seed: 1, probes: 4, scenario: 'calm', awaited: 4 }), running)
    expect(waiting).toMatchObject({ title: 'Waiting for the first reply.', severity: 'info' })
    expect(JSON.stringify(waiting)).not.toMatch(/No reply|down/)
  })
  it('counts silence, and does not call the host down', () => {
    expect(runNotice(makePingView({ seed: 1, probes: 12, scenario: 'silent', awaited: 8 }), running)).toMatchObject({ title: 'No reply to 4 probes so far.', severity: 'info' })
  })
  it('quotes a fatal error exactly and keeps the blame off the target', () => {
    const notice = runNotice(makePingView({ seed: 1, probes: 0, scenario: 'fatal' }), { ...running, state: 'failed' })
    expect(notice?.quote).toBe('ping: socket: Operation not permitted')
    expect(notice?.text).toContain('Nothing is known about the target')
  })
  it('says that no packet was sent when policy refused', () => {
    expect(runNotice(null, { state: 'refused', target: '169.254.169.254', outcome: { kind: 'refused', code: 'policy', message: 'Rule 2 refuses it.' } })?.text).toBe('Rule 2 refuses it. No packet was sent.')
  })
  it('gets out of the way at the first reply', () => expect(runNotice(path, running)).toBeNull())
})

describe('connections in place of echoes', () => {
  const reach = { ...running, tool: 'reach' } as const
  it('are called what they are', () => {
    const calm = makePingView({ seed: 4, probes: 60, scenario: 'lossy' })
    const words = JSON.stringify([eventRows(makePingView({ seed: 4, probes: 300, scenario: 'path' }), CONNECT), totalRows(calm, CONNECT)])
    expect(words).toMatch(/failures in a row.*connections \d+ to \d+/)
    expect(words).not.toMatch(/losses|replies? /i)
    expect(fateOf({ state: PROBE.lost, rttMs: Number.NaN }, CONNECT)).toBe('failed')
    expect(fateOf({ state: PROBE.lost, rttMs: Number.NaN })).toBe('lost')
  })
  it('an unanswered one is no verdict before its wait is over, and silence is no outage', () => {
    expect(runNotice(null, reach)).toMatchObject({ title: 'Waiting for the first connection.', severity: 'info' })
    expect(runNotice(makePingView({ seed: 1, probes: 4, scenario: 'calm', awaited: 4 }), reach)?.title).toBe('Waiting for the first answer.')
    const silent = runNotice(makePingView({ seed: 1, probes: 12, scenario: 'silent' }), reach)
    expect(silent?.title).toBe('None of 12 connections was answered so far.')
    expect(silent?.text).not.toMatch(/down|reply/)
    expect(runNotice(makePingView({ seed: 1, probes: 12, scenario: 'calm' }), reach)).toBeNull()
  })
  it('the plot takes the room of the TTL', () => {
    const [echo, connect] = [geometryOf(800, 286), geometryOf(800, 286, false)]
    expect(connect.ttl.h).toBe(0)
    expect(connect.plot.h - echo.plot.h).toBe(echo.ttl.h)
    expect(connect.axis).toEqual(echo.axis)
  })
})

describe('keys of the chart', () => {
  const make = () => {
    const store = createWindowStore({ spanMs: 600_000 })
    store.setExtent(path.firstSentMs, path.lastSentMs)
    return { store, source: { view: () => path, subscribe: () => () => {} } }
  }
  it('move the crosshair one probe, with Shift ten, from the newest', () => {
    const chart = make()
    chartKey({ key: 'ArrowLeft', shift: false }, chart)
    const first = chart.store.get().crosshairMs ?? 0
    chartKey({ key: 'ArrowLeft', shift: true }, chart)
    expect(Math.round((first - (chart.store.get().crosshairMs ?? 0)) / 1000)).toBe(10)
    chartKey({ key: 'ArrowRight', shift: false }, chart)
    expect(Math.round((first - (chart.store.get().crosshairMs ?? 0)) / 1000)).toBe(9)
  })
  it('zoom, show all, follow', () => {
    const chart = make()
    const width = (): number => chart.store.get().toMs - chart.store.get().fromMs
    chartKey({ key: '+', shift: false }, chart)
    expect(width()).toBe(300_000)
    expect(chart.store.get().following).toBe(false)
    chartKey({ key: '0', shift: false }, chart)
    expect(chart.store.get()).toMatchObject({ following: true, spanMs: null })
    expect(chartKey({ key: 'x', shift: false }, chart)).toBe(false)
  })
})

describe('summary for those who cannot see the chart', () => {
  it('has range, median, loss and events', () => {
    const [fromMs, toMs] = [path.firstSentMs, path.lastSentMs + 1]
    const text = summaryOf({ figures: windowStats(path, fromMs, toMs), view: path, clock: createClock('UTC'), fromMs, toMs })
    expect(text).toMatch(/Round trip to 198\.51\.100\.24.*range .* to .*, median .*lost .* of 624.*burst.*median moved from 18\.6.*2 different reply TTLs\./)
  })
})

it('says how much of a window has been played', () => {
  expect(playedOf({ played: 392, of: 624, all: true })).toBe('392 of 624 probes played')
  expect(playedOf({ played: 392, of: 1624, all: false })).toBe('392 of 1,624 probes in view played')
  expect(playedOf({ played: 2, of: 1, all: true })).toBe('1 of 1 probe played')
})

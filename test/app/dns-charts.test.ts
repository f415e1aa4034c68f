/** Answers over time, answer times and the walk from the root as they are laid out. */
import { describe, expect, it } from 'vitest'
import { createClock } from '#lib/format/time.ts'
import { answersOf, wordsOfKey, type AnswersOverTime } from '#lib/timeline/dns-answers.ts'
import { answerTimes, shareOfMs } from '#lib/timeline/dns-times.ts'
import { walkOf } from '#lib/timeline/dns-walk.ts'
import type { DnsView } from '#lib/tools/dns/view.ts'
import { BEGAN, cell, designView, makeView, NEW, NOW, OLD, os, record, reply, server, spansOf, step } from './dns-views.ts'

const clock = createClock('Europe/Berlin')
const MIN = 60_000

function over(view: DnsView, more: { type?: string | null; over?: boolean; everyMs?: number } = {}): AnswersOverTime {
  const answers = answersOf({ view, type: null, types: view.types, nowMs: NOW, everyMs: 30_000, over: false, clock, ...more })
  if (answers === null) throw new Error('no question')
  return answers
}

describe('answers over time', () => {
  const answers = over(designView())
  const strip = (label: string) => answers.strips.find((one) => one.label === label)
  it('the right answer is the first pattern, the older the second; no answer is neither', () => {
    expect(answers.sets.map(({ words }) => words)).toEqual([[NEW], [OLD]])
    expect(strip('1.1.1.1')?.pieces.map(({ set }) => set)).toEqual([1, 0, null, 0])
    expect(answers.noAnswer).toBe(true)
  })
  it('says how each stands now', () => {
    expect(answers.strips.map(({ label, words, tone }) => `${label}: ${words}${tone === 'warn' ? ', marked' : ''}`)).toEqual([
      'this host: not changed, marked', 'stub: until 15:26:36, marked', 'corp: until 15:26:36, marked', '1.1.1.1: changed 14:02:56', '8.8.8.8: flips, now new', 'ns1: changed 14:02:08', 'ns2: not changed, marked',
    ])
    expect(answers.change).toBe('ns1 changed at 14:02:08')
  })
  it('can be read without eyes', () => expect(strip('ns1')?.summary).toBe(`ns1: ${OLD}, 13:56:02 to 14:02:08; ${NEW}, 14:02:08 to 14:38:02`))
  it('a piece reaches to the next answer, or to now while asking goes on; a pause is not an answer', () => {
    const held = (spans: ReturnType<typeof spansOf>, more = {}): number[] => over(makeView({ types: ['A'], servers: [server({ address: '1.1.1.1', role: 'own', cells: [cell({ spans })] })] }), more).strips[0]?.pieces.map(({ toMs }) => (toMs - BEGAN) / MIN) ?? []
    expect(held(spansOf([0, OLD], [10, NEW]))).toEqual([10, 42])
    expect(held(spansOf([0, OLD], [10, NEW]), { over: true })[1]).toBeCloseTo(42 - 22 / 60)
    const paused = [{ sinceMs: BEGAN, untilMs: BEGAN + 2 * MIN, key: 'NOERROR\nA 10.0.0.1' }, { sinceMs: BEGAN + 30 * MIN, untilMs: NOW, key: 'NOERROR\nA 10.0.0.2' }]
    expect(held(paused)[0]).toBe(2)
  })
  it('chooses the question whose answers vary, unless it is told', () => {
    const quiet = cell({ type: 'A', reply: reply({ answers: [record('A', NEW)] }) })
    const moved = cell({ type: 'AAAA', reply: reply({ answers: [record('AAAA', '2001:db8::2')] }), spans: [{ sinceMs: BEGAN, untilMs: BEGAN + MIN, key: 'NOERROR\nAAAA 2001:db8::1' }, { sinceMs: BEGAN + MIN, untilMs: NOW, key: 'NOERROR\nAAAA 2001:db8::2' }] })
    const view = makeView({ servers: [server({ address: '1.1.1.1', role: 'own', cells: [quiet, moved] })] })
    expect([over(view).type, over(view, { type: 'A' }).type]).toEqual(['AAAA', 'A'])
  })
  it('this host gives the same answer as a server that tells the alias on the way', () => {
    const said = reply({ answers: [record('CNAME', 'x.example.net'), record('A', NEW)] })
    const view = makeView({ types: ['A'], os: os({ addresses: [NEW] }), servers: [server({ address: '1.1.1.1', role: 'own', cells: [cell({ reply: said })] })] })
    expect(over(view).sets).toHaveLength(1)
  })
  it('keeps old sets readable from their keys', () => {
    expect(wordsOfKey('NOERROR\nA 10.0.0.1\nCNAME x.example', 'A')).toEqual(['10.0.0.1'])
    expect([wordsOfKey('NOERROR', 'A'), wordsOfKey('NXDOMAIN', 'A'), wordsOfKey('SERVFAIL', 'AAAA')]).toEqual([['NODATA'], ['NXDOMAIN'], ['SERVFAIL']])
  })
})

describe('answer times', () => {
  const times = answerTimes(designView(), { fromMs: BEGAN, toMs: NOW })
  it('a row a server, the first of a cache apart, the zone\u2019s servers cache nothing', () => {
    expect(times.rows.map(({ label, again, first }) => `${label} ${again.length}+${first.length}`)).toEqual(['stub 19+1', 'corp 19+1', '1.1.1.1 19+1', '8.8.8.8 19+1', 'ns1 20+0', 'ns2 20+0'])
  })
  it('counts what lies in the window only', () => expect(answerTimes(designView(), { fromMs: BEGAN, toMs: BEGAN + 1 }).rows[0]).toMatchObject({ again: [], first: [3.1], medianMs: 3.1, text: '3.1' }))
  it('whole milliseconds below one are not 0', () => {
    const view = makeView({ servers: [server({ address: '1.1.1.1', role: 'own', times: [{ atMs: NOW, ms: 0, first: false }] })] })
    const made = answerTimes(view, { fromMs: BEGAN, toMs: NOW })
    expect(made.rows[0]?.text).toBe('<1')
    expect(shareOfMs(made, 0)).toBeGreaterThan(0)
  })
  it('a decade is a decade wide, and everything is on the scale', () => {
    const width = (low: number): number => shareOfMs(times, 10 * low) - shareOfMs(times, low)
    expect(width(1)).toBeCloseTo(width(0.1))
    expect(times.rows.flatMap(({ again, first }) => [...again, ...first]).every((ms) => ms >= times.bottomMs && ms <= times.topMs)).toBe(true)
    expect(times.ticks.map(({ label }) => label)).toEqual(['0.1', '1', '10', '100\u00a0ms'])
  })
  it('unknown is a dash', () => expect(answerTimes(makeView({ servers: [server({ address: '1.1.1.1', role: 'own' })] }), { fromMs: 0, toMs: NOW }).rows[0]?.text).toBe('–'))
})

describe('the walk', () => {
  const view = designView()
  const walk = walkOf(view.walk, reply({ answers: [record('A', NEW)] }))
  it('each zone begins where the slowest server of the one before ended', () => {
    const rows = walk?.zones.flatMap((zone) => zone.rows) ?? []
    expect(rows.map(({ zone, server: name, words, tone }) => `${zone} ${name} ${words}${tone === 'warn' ? '!' : ''}`)).toEqual(['. a.root-servers.net NS for com.', 'com. b.gtld-servers.net NS ns1, ns2', `example.com. ns1.example.com A ${NEW}`, ` ns2.example.com A ${OLD}!`])
    expect(rows.map(({ atMs }) => Math.round(10 * atMs) / 10)).toEqual([0, 12.4, 31.5, 31.5])
    expect(walk?.totalMs).toBeCloseTo(59.4)
    expect(walk?.note).toContain('do not agree')
  })
  it('servers of a zone that say the same are one row; one that differs is told', () => {
    const child = { zone: 'com', ns: ['a.gtld-servers.net'], glue: [] }
    const made = walkOf([...['a', 'b', 'c'].map((name) => step('.', `${name}.root-servers.net`, { child })), step('.', 'd.root-servers.net', { child: { ...child, ns: ['evil.example'] } }), step('com', 'a.gtld-servers.net', { reply: reply({ status: 'TIMEOUT', server: null, queryMs: null }) })])
    expect(made?.zones[0]?.more).toHaveLength(2)
    expect(made?.zones[0]?.rows.map(({ tone }) => tone)).toEqual(['plain', 'warn'])
    expect(made?.zones[1]?.rows[0]).toMatchObject({ ms: null, words: 'timeout', tone: 'crit' })
  })
  it('a server that was not asked says why', () => expect(walkOf([step('.', 'a.root-servers.net', { reply: null, refused: 'Rule 1 refuses it.' })])?.zones[0]?.rows[0]).toMatchObject({ words: 'not asked: Rule 1 refuses it.', tone: 'dim' }))
  it('there is none before there is one', () => expect(walkOf([])).toBeNull())
})

/** Path rules where they must hold back, hand over or clear. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { orderFindings } from '#lib/diagnose/order.ts'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import { loopOf } from '#lib/diagnose/path/loop.ts'
import type { EventBody } from '#lib/protocol/events.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { decodeSession, encodeSession } from '#lib/session/snapshot.ts'
import type { SessionView } from '#lib/session/view.ts'
import { isClearlyLess } from '#lib/stats/proportion.ts'
import { START_MS, TARGET } from '#test/lib/session/history.ts'
import { chance, clean, logOf, mtr, ping, pmtu, ROUTERS, runIdOf, session, type Answer, type PingAnswer } from './path-history.ts'

const fine = (probe: number): PingAnswer => ({ rttMs: 16 + chance(probe) / 2, ttl: 58 })
const ordered = (view: SessionView): FindingRecord[] => orderFindings(view.findings)
const rules = (view: SessionView): string[] => ordered(view).map((f) => f.rule)
const only = (view: SessionView, rule: string): FindingRecord | undefined => view.findings.find((f) => f.rule === rule)
const lossy = (from: number, share: number) => (ttl: number, round: number): Answer => (ttl >= from && chance(ttl, round, 5) < share ? null : clean(ttl, round))
const note = (body: EventBody, atS = 2): { atMs: number; body: EventBody }[] => [{ atMs: START_MS + atS * 1000, body }]

describe('what the vantage itself says', () => {
  test('no route: critical, and no "unreachable" beside it', () => {
    const view = session(mtr({ rounds: 0, answer: clean }), note({ kind: 'path.fatal', runId: runIdOf('mtr'), line: 1, error: 'network-unreachable', text: 'connect: Network is unreachable' }),
      pmtu({ mtu: null, failsFrom: null }), note({ kind: 'pmtu.fatal', runId: runIdOf('pmtu'), line: 1, error: 'network-unreachable', text: 'connect: Network is unreachable' }, 3))
    expect(ordered(view).map((f) => [f.rule, f.severity])).toEqual([['P-NOROUTE', 'crit'], ['P-NOROUTE', 'info']])
    expect(ordered(view)[1]?.explainedBy).toBe(ordered(view)[0]?.id)
  })
  test('not permitted: cannot probe, never down', () => {
    const view = session(mtr({ rounds: 0, answer: clean }), note({ kind: 'path.notice', runId: runIdOf('mtr'), line: 1, notice: 'permission', text: 'send: Operation not permitted' }))
    expect(rules(view)).toEqual(['P-CANTPROBE'])
    expect(view.findings[0]?.title).not.toMatch(/down|lost/)
  })
  test('its own "host unreachable" is no route, a router’s is a code', () => {
    const from = (address: string): SessionView => session(mtr({ rounds: 20, lastTtl: 2, sources: ['10.0.0.5'], answer: (ttl) => (ttl === 1 ? { from: address, rttMs: 1, flag: 'H', error: 'host-unreachable' } : null) }))
    expect(rules(from('10.0.0.5'))[0]).toBe('P-NOROUTE')
    expect(rules(from('10.0.0.1'))[0]).toBe('P-CODE')
  })
})

describe('codes', () => {
  const said = (flag: string, error: NonNullable<NonNullable<Answer>['error']>, from = ROUTERS[4] ?? '', protocol = 'icmp'): SessionView =>
    session(mtr({ rounds: 20, lastTtl: 6, options: { protocol }, answer: (ttl, round) => (ttl < 5 ? clean(ttl, round) : { from, rttMs: 11, flag, error, ...(flag.startsWith('F') ? { mtu: 1400 } : {}) }) }))
  test.each([['H', 'host-unreachable'], ['N', 'net-unreachable'], ['X', 'admin-prohibited'], ['P', 'protocol-unreachable']] as const)('!%s is told once, with its meaning', (flag, error) => {
    const view = said(flag, error)
    expect(rules(view)).toEqual(['P-CODE'])
    expect(view.findings[0]).toMatchObject({ severity: 'crit', span: { hops: [5, 6] } })
    expect(view.findings[0]?.evidence).toContainEqual(expect.objectContaining({ label: 'Code', detail: `!${flag}` }))
  })
  test('!F tells a size', () => expect(said('F-1400', 'frag-needed').findings.map((f) => [f.rule, f.severity])).toEqual([['P-MTU', 'info']]))
  test('a UDP port unreachable from elsewhere: somebody answers for the target', () => expect(rules(said('p', 'port-unreachable', '192.0.2.77', 'udp'))).toEqual(['P-OTHER-SRC']))
  test('a code while the target is reached is a warning and explains no silence', () => {
    const view = session(mtr({ rounds: 30, answer: (ttl, round) => (ttl === 4 && round % 3 === 0 ? { from: ROUTERS[3] ?? '', rttMs: 8, flag: 'X', error: 'admin-prohibited' } : clean(ttl, round)) }))
    expect(only(view, 'P-CODE')).toMatchObject({ severity: 'warn' })
    expect(only(view, 'P-CODE')?.explains).toBeUndefined()
  })
})

describe('our own doing', () => {
  const limited = (ttl: number, round: number): Answer => (ttl === 3 && round % 3 ? null : clean(ttl, round))
  test('two path runs at once: told as long as both go on', () => {
    const view = session(mtr({ rounds: 40, answer: limited }), mtr({ id: 'mtr2', rounds: 40, options: { protocol: 'udp' }, answer: limited }))
    expect(only(view, 'P-LOSS-SELF')).toMatchObject({ severity: 'info', untilMs: null })
  })
  test('a run of another session, from the log', () => {
    const began: EventBody = { kind: 'run.overlap', runId: runIdOf('mtr'), state: 'began', with: { runId: runIdOf('other'), tool: 'mtr', protocol: 'ICMP', sameSession: false } }
    const view = session(mtr({ rounds: 40, answer: limited }), note(began))
    expect(only(view, 'P-LOSS-SELF')?.evidence[0]).toEqual({ label: 'At the same time', value: 'mtr ICMP, another session' })
    const over = session(mtr({ rounds: 40, answer: limited }), note(began), note({ ...began, state: 'ended' }, 20))
    expect(only(over, 'P-LOSS-SELF')?.untilMs).not.toBeNull()
  })
  test('ping beside it uses nobody’s budget', () => expect(rules(session(ping({ probes: 40, answer: fine }), mtr({ rounds: 40, answer: limited })))).toEqual(['P-LOSS-COSMETIC']))
})

describe('loss', () => {
  test('a traceroute in bursts calls nothing loss', () => {
    const view = session(mtr({ tool: 'traceroute', rounds: 10, options: { protocol: 'icmp', queries: 10 }, answer: lossy(1, 0.6) }))
    expect(rules(view).filter((rule) => rule.startsWith('P-LOSS-ONSET') || rule === 'P-LOSS-FIRST')).toEqual([])
  })
  test('evidence names the hops before, the hop and the target; the span selects the hop', () => {
    const view = session(mtr({ rounds: 200, answer: lossy(5, 0.12) }))
    const onset = only(view, 'P-LOSS-ONSET')
    expect(onset?.span.hops).toEqual([5, 7])
    expect(onset?.evidence.slice(0, 3).map((row) => row.label)).toEqual(['Hops 1 to 4', 'Hop 5', 'Target'])
    expect(onset?.evidence[0]?.value).toBe('none')
    expect(onset?.evidence[2]?.detail).toMatch(/^\d+ of 19\d$/)
  })
  test('a limited hop before the onset is left out, and said to hide it', () => {
    const view = session(mtr({ rounds: 200, answer: (ttl, round) => (ttl === 4 && round % 5 ? null : lossy(5, 0.12)(ttl, round)) }))
    expect(rules(view).slice(0, 2)).toEqual(['P-LOSS-ONSET', 'P-LOSS-COSMETIC'])
    expect(only(view, 'P-LOSS-ONSET')?.otherwise).toContain('Hop 4 limits its replies, so the loss may begin there.')
  })
  test('below 30 probes it says "few samples" and is one step milder', () => {
    const view = session(mtr({ rounds: 22, answer: (ttl, round) => (ttl >= 5 && round % 4 === ttl % 4 ? null : clean(ttl, round)) }))
    expect(only(view, 'P-LOSS-ONSET')).toMatchObject({ severity: 'warn', confidence: 'low' })
    expect(only(view, 'P-LOSS-ONSET')?.evidence.map((row) => row.label)).toContain('Few samples')
  })
  test('loss that ended an hour ago has cleared, in a run that goes on', () => {
    const view = session(mtr({ rounds: 3000, answer: (ttl, round) => (round < 400 ? lossy(5, 0.1)(ttl, round) : clean(ttl, round)) }))
    expect(only(view, 'P-LOSS-ONSET')?.untilMs).toBeGreaterThan(START_MS + 400_000)
    expect(only(view, 'P-LOSS-ONSET')?.untilMs).toBeLessThan(START_MS + 1_100_000)
  })
  test('loss that begins after an hour is told within minutes', () => {
    const view = session(mtr({ rounds: 4000, answer: (ttl, round) => (round > 3600 ? lossy(5, 0.1)(ttl, round) : clean(ttl, round)) }))
    expect(only(view, 'P-LOSS-ONSET')?.noticedMs).toBeLessThan(START_MS + 3_800_000)
  })
  test('pings that all come back and one lossy size are a black hole; on a lossy path they are not', () => {
    const hole = pmtu({ mtu: 1400, failsFrom: 1401 })
    expect(only(session(ping({ probes: 40, answer: fine }), hole), 'P-MTU')?.severity).toBe('warn')
    expect(only(session(ping({ probes: 40, answer: (probe) => (chance(probe, 3) < 0.4 ? null : fine(probe)) }), hole), 'P-MTU')?.severity).toBe('info')
  })
})

describe('loops', () => {
  const pathOf = (addresses: readonly (string | null)[]): SessionView => session(mtr({ rounds: 12, lastTtl: addresses.length, answer: (ttl) => { const from = addresses[ttl - 1]; return from ? { from, rttMs: ttl } : null } }))
  const found = (addresses: readonly (string | null)[]): readonly string[] | undefined => {
    const run = pathOf(addresses).runs[0]
    return run?.tool === 'mtr' ? loopOf(run.view)?.addresses : undefined
  }
  test.each([
    [['a', 'b', 'c', 'b', 'c', 'b'], ['b', 'c']], [['a', 'b', 'c', 'd', 'b', 'c', 'd'], ['b', 'c', 'd']], [['a', 'b', null, 'b', null, 'b', null], ['b']],
    [['a', 'b', 'b', 'c'], undefined], [['a', 'b', 'b', 'b', 'b', 'b'], undefined], [['a', 'b', 'a', 'c'], undefined], [['a', null, null, null, null], undefined], [['a', 'b', 'c', 'd'], undefined],
  ])('%j: %j', (path, loop) => {
    const address = (name: string | null): string | null => (name === null ? null : `198.51.100.${name.charCodeAt(0)}`)
    expect(found(path.map(address))).toEqual(loop?.map(address))
  })
})

describe('the life of path findings', () => {
  const log = logOf(ping({ probes: 400, answer: (probe) => ({ rttMs: fine(probe).rttMs + (probe > 100 ? 25 : 0), ttl: 58 }) }),
    mtr({ rounds: 400, answer: (ttl, round) => { const a = lossy(6, round > 200 ? 0.2 : 0)(ttl, round); return a && ttl >= 4 && round > 100 ? { ...a, rttMs: a.rttMs + 25 } : a } }))
  const whole = emptySession()
  for (const event of log) applyEvent(whole, event)
  test('a shift stays told though its probes have left the window, once', () => {
    const shifts = whole.findings.filter((f) => f.rule === 'P-LAT-SHIFT')
    expect(shifts).toHaveLength(2)
    expect(new Map(shifts.map((f) => [f.span.runId, [f.severity, f.untilMs]]))).toEqual(new Map([[runIdOf('mtr'), ['warn', null]], [runIdOf('ping'), ['info', null]]]))
    expect(shifts.find((f) => f.severity === 'info')?.explainedBy).toBe(shifts.find((f) => f.severity === 'warn')?.id)
  })
  test.each([0.2, 0.4, 0.6, 0.9])('snapshot at %f and tail: the same findings', (share) => {
    const before = emptySession()
    const cut = Math.floor(log.length * share)
    for (const event of log.slice(0, cut)) applyEvent(before, event)
    const view = decodeSession(JSON.parse(JSON.stringify(encodeSession(before))))
    if (!view) throw new Error('the snapshot did not decode')
    for (const event of log.slice(cut)) applyEvent(view, event)
    expect(view.findings).toEqual(whole.findings)
    expect(view.fine).toEqual(whole.fine)
  })
  test('an unreachable target that answers again: "until"', () => {
    const view = session(mtr({ rounds: 60, lastTtl: 12, answer: (ttl, round) => (round <= 30 && ttl > 4 ? null : clean(ttl, round)) }))
    expect(only(view, 'P-UNREACH-AT')?.untilMs).not.toBeNull()
  })
  test('the same cause seen by two path runs is one verdict', () => {
    const view = session(mtr({ rounds: 80, answer: lossy(6, 0.2) }), mtr({ id: 'tcp', rounds: 80, options: { protocol: 'tcp' }, answer: lossy(6, 0.2) }))
    const onsets = ordered(view).filter((f) => f.rule === 'P-LOSS-ONSET')
    expect(onsets.map((f) => f.severity)).toEqual(['crit', 'info'])
    expect(onsets[1]?.explainedBy).toBe(onsets[0]?.id)
  })
  test('another target’s trouble explains nothing here', () => {
    const view = session(mtr({ rounds: 20, lastTtl: 16, answer: (ttl, round) => (ttl > 4 ? null : clean(ttl, round)) }), ping({ id: 'ping2', address: '203.0.113.99', probes: 20, answer: () => null }))
    expect(only(view, 'P-NO-REPLY')).toMatchObject({ severity: 'warn' })
    expect(only(view, 'P-NO-REPLY')?.explainedBy).toBeUndefined()
    expect(TARGET).not.toBe('203.0.113.99')
  })
})

describe('isClearlyLess', () => {
  /** The chi-square of the 2 x 2 table, which is the square of the z of this test: 3.841 is its 95 % point. */
  const chiSquare = (a: number, n: number, b: number, m: number): number => ((n + m) * (a * (m - b) - b * (n - a)) ** 2) / ((a + b) * (n + m - a - b) * n * m)
  test('agrees with the chi-square of the table', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (n, m, p, q) => {
      const [a, b] = [Math.floor(p * n), Math.floor(q * m)]
      const expected = a / n < b / m && chiSquare(a, n, b, m) > 3.841458820694124
      expect(isClearlyLess({ lost: a, judged: n }, { lost: b, judged: m })).toBe(expected)
    }))
  })
  test('without trials nothing is clear', () => expect(isClearlyLess({ lost: 0, judged: 0 }, { lost: 5, judged: 5 })).toBe(false))
})

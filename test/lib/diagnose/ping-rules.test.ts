/** Each ping rule fires on the history that proves it, first and alone above "info"; a clean history fires none. */
import { describe, expect, test } from 'vitest'
import { orderFindings, worstFinding } from '#lib/diagnose/order.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import type { SessionView } from '#lib/session/view.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { history, reply, RUN, START_MS, TARGET, times, type Fate } from '#test/lib/session/history.ts'

function fold(events: readonly SessionEvent[]): SessionView {
  const view = emptySession()
  for (const event of events) applyEvent(view, event)
  return view
}
const rules = (view: SessionView): string[] => orderFindings(view.findings).map((finding) => finding.rule)
const serious = (view: SessionView): string[] => view.findings.filter((f) => f.severity === 'crit' || f.severity === 'warn').map((f) => f.rule)

/** A steady path with a little deterministic spread. */
const steady = (n: number, ms = 20, ttl = 61): Fate[] => times(n, (i) => reply(ms + ((i * 7) % 11) / 10, ttl))
/** Every `k`-th probe lost, never two in a row. */
const scattered = (n: number, k: number): Fate[] => times(n, (i) => (i % k === k - 1 ? 'lost' : reply(20 + (i % 5) / 10)))

describe('a clean path', () => {
  const view = fold(history(steady(300)))
  test('fires nothing', () => expect(rules(view)).toEqual([]))
  test('says what was checked and fine', () => {
    expect(view.fine.map((check) => check.rule)).toEqual(['P-LOSS', 'P-LAT-SHIFT', 'P-HOPS', 'P-JITTER', 'P-DUP', 'P-CORRUPT'])
    expect(view.fine.find((check) => check.rule === 'P-LOSS')?.value).toMatch(/^0 of 29\d$/)
    expect(view.fine.find((check) => check.rule === 'P-HOPS')?.value).toBe('64 \u2212 61 = 3 back')
  })
  test('one lost probe of 300 is not a finding', () => expect(rules(fold(history([...steady(150), 'lost', ...steady(149)])))).toEqual([]))
})

describe('each rule on the history that proves it', () => {
  const cases: { name: string; events: SessionEvent[]; rule: string; severity: string; title: RegExp }[] = [
    { name: '12.5 % scattered loss', events: history([...scattered(400, 8), ...steady(8)]), rule: 'P-LOSS', severity: 'crit', title: /^12\.\d.% of probes to the target are lost\.$/ },
    { name: '6 % scattered loss', events: history([...scattered(400, 16), ...steady(8)]), rule: 'P-LOSS', severity: 'warn', title: /^6\.\d.% of probes/ },
    { name: 'no reply at all', events: history(times(12, 'lost')), rule: 'P-NO-REPLY', severity: 'warn', title: /^No reply to 1[01] probes so far\.$/ },
    { name: 'a burst', events: history([...steady(300), ...times(4, 'lost'), ...steady(100)]), rule: 'P-LOSS-BURST', severity: 'warn', title: /^4 probes in a row were lost\.$/ },
    { name: 'a latency step', events: history([...steady(60, 20), ...steady(60, 40)]), rule: 'P-LAT-SHIFT', severity: 'warn', title: /^Latency rose (19|20|21)\.\d ms\.$/ },
    { name: 'a TTL change', events: history([...steady(60), ...steady(60, 20, 60)]), rule: 'P-TTL-CHANGE', severity: 'info', title: /^The reply TTL changed from 61 to 60\.$/ },
    { name: 'duplicates', events: history(steady(100).map((fate, i) => (typeof fate === 'object' && 'rttMs' in fate && i % 20 === 3 ? { ...fate, dup: true } : fate))), rule: 'P-DUP', severity: 'warn', title: /^5 replies came twice\.$/ },
    { name: 'reordering', events: history(times(100, (i) => reply(i % 40 === 20 ? 260 : 20)), { intervalMs: 200 }), rule: 'P-REORDER', severity: 'info', title: /overtook each other\.$/ },
    { name: 'a late reply', events: history([...steady(30), reply(3200), ...steady(30)]), rule: 'P-LATE', severity: 'info', title: /^1 reply came later than 2,000 ms\.$/ },
    { name: 'a damaged reply', events: history([...steady(30), { rttMs: 20, corrupt: true }, ...steady(30)]), rule: 'P-CORRUPT', severity: 'crit', title: /^1 reply came back damaged\.$/ },
    { name: 'another source', events: history([...steady(5), ...times(20, { rttMs: 20, from: '203.0.113.77' })]), rule: 'P-OTHER-SRC', severity: 'warn', title: /^203\.0\.113\.77 answers for 203\.0\.113\.9\.$/ },
    { name: 'jitter', events: history(times(100, (i) => reply(i % 2 ? 60 : 20))), rule: 'P-JITTER', severity: 'warn', title: /^Jitter is 40\.0 ms\.$/ },
    { name: 'prohibited', events: history(times(20, { icmp: 'admin-prohibited', from: '192.0.2.1' })), rule: 'P-CODE', severity: 'crit', title: /^192\.0\.2\.1 says: communication administratively prohibited\.$/ },
    { name: 'a loop', events: history(times(10, { icmp: 'ttl-exceeded', from: '192.0.2.7' })), rule: 'P-LOOP', severity: 'crit', title: /loop near 192\.0\.2\.7\.$/ },
    { name: 'a smaller MTU', events: history(times(5, { icmp: 'frag-needed', from: '192.0.2.7', mtu: 1400 })), rule: 'P-MTU', severity: 'info', title: /at most 1,400 bytes\.$/ },
    { name: 'no neighbour', events: history(times(8, { icmp: 'host-unreachable', from: '10.0.0.5' }), { sources: ['10.0.0.5'] }), rule: 'P-NOROUTE', severity: 'crit', title: /^The vantage cannot reach 203\.0\.113\.9/ },
  ]
  test.each(cases)('$name: $rule first', ({ events, rule, severity, title }) => {
    const view = fold(events)
    const first = orderFindings(view.findings)[0]
    expect(first?.rule).toBe(rule)
    expect(first?.severity).toBe(severity)
    expect(first?.title.replaceAll('\u00a0', ' ')).toMatch(title)
    expect(first?.evidence.length).toBeGreaterThan(0)
    expect(serious(view).filter((other) => other !== rule)).toEqual([])
  })
  test('a clock step is told, and is no latency', () => {
    const events = history(steady(40))
    const step: SessionEvent = { kind: 'clock.step', deltaMs: 5000, seq: events.length + 1, atMs: START_MS + 45_000 }
    const after = history(steady(20)).filter((event) => event.kind === 'ping.reply')
      .map((event, i): SessionEvent => ({ ...event, probe: 41 + i, seq: step.seq + 1 + i, atMs: event.atMs + 45_000 }))
    const view = fold([...events, step, ...after])
    expect(rules(view)).toEqual(['P-CLOCK'])
    expect(view.findings[0]).toMatchObject({ severity: 'info', sinceMs: START_MS + 45_000 })
    expect(view.findings[0]?.evidence[0]?.value.replaceAll('\u00a0', ' ')).toBe('5,000 ms')
  })
  test('the same unreachable from a router is not "no route"', () => {
    expect(rules(fold(history(times(8, { icmp: 'host-unreachable', from: '10.0.0.5' })))).slice(0, 1)).toEqual(['P-CODE'])
  })
  test('a TTL that was asked for is no loop', () => {
    const view = fold(history(times(10, { icmp: 'ttl-exceeded', from: '192.0.2.7' }), { options: { ttl: 3 } }))
    expect(serious(view)).toEqual([])
    expect(view.findings[0]?.title).toBe('The TTL of 3 ran out at 192.0.2.7.')
  })
  test('local trouble is "cannot probe", never loss', () => {
    const events = history([])
    const seq = events.length
    const text = 'ping: sendmsg: Operation not permitted'
    const more: SessionEvent[] = times(5, 'lost').map((_, i) => ({ kind: 'ping.local-error', runId: RUN, line: i + 2, error: 'permission', text, seq: seq + i + 1, atMs: START_MS + i * 1000 }))
    const view = fold([...events, ...more])
    expect(rules(view)).toEqual(['P-CANTPROBE'])
    expect(view.findings[0]?.title).not.toMatch(/down|lost/)
  })
})

describe('the life of a finding', () => {
  const events = history([...scattered(200, 5), ...steady(900)])
  test('loss clears with hysteresis and becomes "until"', () => {
    const view = fold(events)
    const loss = view.findings.find((finding) => finding.rule === 'P-LOSS')
    expect(loss?.untilMs).not.toBeNull()
    expect(loss?.untilMs ?? 0).toBeGreaterThan(START_MS + 200_000)
    expect(loss?.sinceMs).toBeLessThan(START_MS + 60_000)
    expect(view.findings.filter((finding) => finding.rule === 'P-LOSS')).toHaveLength(1)
    expect(worstFinding(view.findings)?.rule).toBe('P-LOSS')
  })
  test('the target is named by its address where it has no name', () => {
    expect(fold(history(times(5, 'lost'))).findings[0]?.meaning).toContain(TARGET)
  })
})

/** Each rule of the path fires on the history that proves it, first and alone above "info"; clean histories fire none. */
import { describe, expect, test } from 'vitest'
import { orderFindings } from '#lib/diagnose/order.ts'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import type { SessionView } from '#lib/session/view.ts'
import { SHOWN_TOOLS } from '#lib/tools/shown.ts'
import { START_MS, TARGET } from '#test/lib/session/history.ts'
import { chance, clean, mtr, ping, pmtu, ROUTERS, session, type Answer, type PingAnswer } from './path-history.ts'

const ROUNDS = 60
const fine = (probe: number): PingAnswer => ({ rttMs: 16 + chance(probe) / 2, ttl: 58 })
const ordered = (view: SessionView): FindingRecord[] => orderFindings(view.findings)
const words = (view: SessionView): string[] => ordered(view).map((f) => `${f.severity} ${f.rule}${f.untilMs === null ? '' : ' (until)'}: ${f.title}`)
const loud = (findings: readonly FindingRecord[]): string[] => findings.filter((f) => f.severity === 'crit' || f.severity === 'warn').map((f) => f.rule)
const plain = (text: string | undefined): string => (text ?? '').replaceAll('\u00a0', ' ')

/** Everything that passes hop `from` is lost with this chance, there and behind it. */
const lossy = (from: number, share: number) => (ttl: number, round: number): Answer => (ttl >= from && chance(ttl, round, 5) < share ? null : clean(ttl, round))
const lossyPing = (share: number) => (probe: number): PingAnswer | null => (chance(probe, 77) < share ? null : fine(probe))
const slower = (ms: number, from: number, since: number) => (ttl: number, round: number): Answer => {
  const answer = clean(ttl, round)
  return answer && ttl >= from && round > since ? { ...answer, rttMs: answer.rttMs + ms } : answer
}
/** Fills for six seconds, drains in two. */
const queueMs = (s: number): number => ((s % 8) < 6 ? 20 * (s % 8) : 60 * (8 - (s % 8)))
const behind = (last: number) => (ttl: number, round: number): Answer => (ttl > last ? null : clean(ttl, round))
const rerouted = (ttl: number, round: number): Answer => {
  const answer = clean(ttl, round)
  return answer && round > 20 && (ttl === 3 || ttl === 4) ? { ...answer, from: `198.51.100.3${ttl}` } : answer
}
const looping = (ttl: number, round: number): Answer => (ttl < 3 ? clean(ttl, round) : { from: ROUTERS[ttl % 2 === 1 ? 2 : 3] ?? '', rttMs: 5 + ttl })
const fullMtu = pmtu({ mtu: 1500, failsFrom: null })
const nothing = pmtu({ mtu: null, failsFrom: null })
const V6 = '2001:db8:1::10'

const CASES: { name: string; view: SessionView; rule: string; severity: string; title: RegExp; others?: string[] }[] = [
  { name: 'lossy last mile', rule: 'P-LOSS-ONSET', severity: 'crit', title: /^Real loss begins at hop 6, 198\.51\.100\.6, and reaches the target\.$/,
    view: session(ping({ probes: ROUNDS, answer: lossyPing(0.2) }), mtr({ rounds: ROUNDS, answer: lossy(6, 0.2) }), fullMtu) },
  { name: 'loss at the target alone', rule: 'P-LOSS-ONSET', severity: 'crit', title: /^Real loss begins at the target or on its link\.$/,
    view: session(ping({ probes: ROUNDS, answer: lossyPing(0.25) }), mtr({ rounds: ROUNDS, answer: lossy(7, 0.25) }), fullMtu) },
  { name: 'loss from the first hop on', rule: 'P-LOSS-FIRST', severity: 'crit', title: /^Real loss begins at the first hop, 198\.51\.100\.1\.$/,
    view: session(ping({ probes: ROUNDS, answer: lossyPing(0.3) }), mtr({ rounds: ROUNDS, answer: lossy(1, 0.3) }), fullMtu) },
  { name: 'a hop that limits its replies', rule: 'P-LOSS-COSMETIC', severity: 'info', title: /^Hop 3, 198\.51\.100\.3, limits its ICMP replies\. This is not loss\.$/,
    view: session(ping({ probes: ROUNDS, answer: fine }), mtr({ rounds: ROUNDS, answer: (ttl, round) => (ttl === 3 && round % 5 !== 0 ? null : clean(ttl, round)) }), fullMtu) },
  { name: 'UDP that the target answers sparingly', rule: 'P-LOSS-TARGET-LIMIT', severity: 'info', title: /^The target leaves UDP probes unanswered\./,
    view: session(mtr({ rounds: ROUNDS, options: { protocol: 'udp' }, answer: (ttl, round) => (ttl === 7 && round % 3 ? null : clean(ttl, round)) })) },
  { name: 'ICMP that the target answers sparingly, and ping that it answers', rule: 'P-LOSS-TARGET-LIMIT', severity: 'info', title: /^The target answers ping and leaves/,
    view: session(ping({ probes: ROUNDS, answer: fine }), mtr({ rounds: ROUNDS, answer: (ttl, round) => (ttl === 7 && round % 3 === 0 ? null : clean(ttl, round)) })) },
  { name: 'silent hops', rule: 'P-SILENT-HOP', severity: 'ok', title: /^Hops 2 and 4 do not answer, and packets pass all the same\.$/,
    view: session(ping({ probes: ROUNDS, answer: fine }), mtr({ rounds: ROUNDS, answer: (ttl, round) => (ttl === 2 || ttl === 4 ? null : clean(ttl, round)) }), fullMtu) },
  { name: 'a longer way back', rule: 'P-ASYM', severity: 'info', title: /^The way back is 3 routers longer than the way out\.$/,
    view: session(ping({ probes: ROUNDS, answer: (probe) => ({ ...fine(probe), ttl: 55 }) }), mtr({ rounds: ROUNDS, answer: clean }), fullMtu) },
  { name: 'one router more on the way back', rule: 'P-ASYM', severity: 'ok', title: /^The way back is 1 router longer/,
    view: session(ping({ probes: ROUNDS, answer: (probe) => ({ ...fine(probe), ttl: 57 }) }), mtr({ rounds: ROUNDS, answer: clean }), fullMtu) },
  { name: 'a route change', rule: 'P-PATH-CHANGE', severity: 'info', title: /^The path changed: hop 3 changed from 198\.51\.100\.3 to 198\.51\.100\.33, and 1 more hop\.$/,
    view: session(ping({ probes: ROUNDS, answer: (probe) => ({ ...fine(probe), ttl: probe > 20 ? 57 : 58 }) }), mtr({ rounds: ROUNDS, answer: rerouted }), fullMtu), others: ['P-TTL-CHANGE', 'P-ASYM'] },
  { name: 'a route change that loses probes in a row', rule: 'P-PATH-CHANGE', severity: 'warn', title: /^The path changed: hop 3/,
    view: session(ping({ probes: ROUNDS, answer: (probe) => (probe > 20 && probe <= 24 ? null : fine(probe)) }), mtr({ rounds: ROUNDS, answer: rerouted }), fullMtu), others: ['P-LOSS', 'P-LOSS-BURST'] },
  { name: 'a route change that takes longer', rule: 'P-LAT-SHIFT', severity: 'warn', title: /^Latency rose (29|30)\.\d ms when hop 3 changed from 198\.51\.100\.3 to 198\.51\.100\.33, and 1 more hop\.$/,
    view: session(ping({ probes: ROUNDS, answer: (probe) => ({ rttMs: (fine(probe).rttMs) + (probe > 20 ? 30 : 0), ttl: probe > 20 ? 56 : 58 }) }),
      mtr({ rounds: ROUNDS, answer: (ttl, round) => { const a = rerouted(ttl, round); return a && ttl >= 3 && round > 20 ? { ...a, rttMs: a.rttMs + 30 } : a } }), fullMtu) },
  { name: 'a latency step in time', rule: 'P-LAT-SHIFT', severity: 'warn', title: /^Latency rose (24|25)\.\d ms\.$/,
    view: session(ping({ probes: ROUNDS, answer: (probe) => ({ rttMs: fine(probe).rttMs + (probe > 20 ? 25 : 0), ttl: 58 }) }), mtr({ rounds: ROUNDS, answer: slower(25, 4, 20) }), fullMtu) },
  { name: 'a large latency step in time is no queue', rule: 'P-LAT-SHIFT', severity: 'warn', title: /^Latency rose (119|120)\.\d ms\.$/,
    view: session(mtr({ rounds: ROUNDS, answer: slower(120, 4, 20) })) },
  { name: 'a queue that fills and drains', rule: 'P-BLOAT', severity: 'warn', title: /^Signs of queueing from hop 5, 198\.51\.100\.5, on: round trips swell and shrink\.$/,
    view: session(ping({ probes: ROUNDS, answer: (probe) => ({ rttMs: 16 + queueMs(probe), ttl: 58 }) }),
      mtr({ rounds: ROUNDS, answer: (ttl, round) => { const a = clean(ttl, round); return a && ttl >= 5 ? { ...a, rttMs: a.rttMs + queueMs(round) } : a } }), fullMtu) },
  { name: 'a long link', rule: 'P-LAT-STEP', severity: 'info', title: /^The round trip grows by \d\d\.\d ms at hop 4, 198\.51\.100\.4\.$/,
    view: session(ping({ probes: ROUNDS, answer: (probe) => ({ ...fine(probe), rttMs: 96 }) }), mtr({ rounds: ROUNDS, answer: slower(80, 4, 0) }), fullMtu) },
  { name: 'a hop that is slow to answer', rule: 'P-LAT-LOCAL', severity: 'ok', title: /^Hop 4, 198\.51\.100\.4, answers slowly and forwards fast\.$/,
    view: session(ping({ probes: ROUNDS, answer: fine }), mtr({ rounds: ROUNDS, answer: (ttl, round) => { const a = clean(ttl, round); return a && ttl === 4 ? { ...a, rttMs: a.rttMs + 40 } : a } }), fullMtu) },
  { name: 'a routing loop', rule: 'P-LOOP', severity: 'crit', title: /^Packets to the target go round in a loop between 198\.51\.100\.3 and 198\.51\.100\.4\.$/,
    view: session(ping({ probes: ROUNDS, answer: () => 'expired' }), mtr({ rounds: ROUNDS, answer: looping, lastTtl: 30 }), nothing) },
  { name: 'prohibited, with codes in the trace', rule: 'P-CODE', severity: 'crit', title: /^198\.51\.100\.4 at hop 5 says: communication administratively prohibited\.$/,
    view: session(ping({ probes: ROUNDS, answer: () => 'prohibited' }),
      mtr({ rounds: ROUNDS, lastTtl: 12, answer: (ttl, round) => (ttl < 5 ? clean(ttl, round) : { from: ROUTERS[3] ?? '', rttMs: 8, flag: 'X', error: 'admin-prohibited' }) }), nothing) },
  { name: 'prohibited, with a trace that hears no codes', rule: 'P-CODE', severity: 'crit', title: /^198\.51\.100\.4 says: communication administratively prohibited\.$/,
    view: session(ping({ probes: ROUNDS, answer: () => 'prohibited' }), mtr({ rounds: ROUNDS, lastTtl: 16, answer: behind(4) }), nothing) },
  { name: 'a path-MTU black hole', rule: 'P-MTU', severity: 'warn', title: /^Packets over 1,400 bytes vanish, and nobody says why\.$/,
    view: session(ping({ probes: ROUNDS, answer: fine }), mtr({ rounds: ROUNDS, answer: clean }), pmtu({ mtu: 1400, failsFrom: 1401 })) },
  { name: 'a smaller MTU that a router tells of', rule: 'P-MTU', severity: 'info', title: /^198\.51\.100\.3 says that packets may have at most 1,400 bytes\.$/,
    view: session(ping({ probes: ROUNDS, answer: fine }), mtr({ rounds: ROUNDS, answer: clean }), pmtu({ mtu: 1400, failsFrom: 1401, fate: 'too-big', toldBy: ROUTERS[2] ?? null })) },
  { name: 'a smaller MTU of the vantage itself', rule: 'P-MTU', severity: 'info', title: /^Packets over 1,400 bytes do not leave the vantage\.$/,
    view: session(ping({ probes: ROUNDS, answer: fine }), mtr({ rounds: ROUNDS, answer: clean }), pmtu({ mtu: 1400, failsFrom: 1401, fate: 'local' })) },
  { name: 'equal-cost paths', rule: 'P-ECMP', severity: 'info', title: /^Packets are spread over several routers at hops 3 and 4\.$/,
    view: session(ping({ probes: ROUNDS, answer: fine }), mtr({ rounds: ROUNDS, answer: (ttl, round) => { const a = clean(ttl, round); return a && (ttl === 3 || ttl === 4) ? { ...a, from: `198.51.100.${ttl}${Math.floor(chance(ttl, round, 9) * 3)}` } : a } }), fullMtu) },
  { name: 'paths of unequal length', rule: 'P-UNEQUAL', severity: 'info', title: /^The target is 7 and 8 hops away, depending on the path\.$/,
    view: session(mtr({ rounds: ROUNDS, lastTtl: 8, answer: (ttl, round) => (ttl >= 7 ? (ttl === 7 && round % 2 ? { from: '198.51.100.7', rttMs: 15 } : { from: TARGET, rttMs: 16 }) : clean(ttl, round)) })), others: ['P-ECMP'] },
  { name: 'ICMP filtered, before a TCP run', rule: 'P-UNREACH-AT', severity: 'warn', title: /^ICMP probes get as far as hop 4, 198\.51\.100\.4, and no further\.$/,
    view: session(ping({ probes: ROUNDS, answer: () => null }), mtr({ rounds: ROUNDS, lastTtl: 16, answer: behind(4) }), nothing) },
  { name: 'ICMP filtered, after a TCP run', rule: 'P-ICMP-FILTERED', severity: 'info', title: /^The target does not answer ICMP, but TCP port 443 answers\.$/,
    view: session(ping({ probes: ROUNDS, answer: () => null }), mtr({ rounds: ROUNDS, lastTtl: 16, answer: behind(4) }), nothing, mtr({ id: 'tcp', atS: 30, options: { protocol: 'tcp', port: 443 }, rounds: 30, answer: clean })) },
  { name: 'UDP filtered alone', rule: 'P-UNREACH-AT', severity: 'info', title: /^UDP probes get as far as hop 4/,
    view: session(ping({ probes: ROUNDS, answer: fine }), mtr({ rounds: ROUNDS, lastTtl: 16, options: { protocol: 'udp' }, answer: behind(4) })) },
  { name: 'broken IPv6 of a host that works over IPv4', rule: 'P-V6-BROKEN', severity: 'warn', title: /^dual\.internal answers over IPv4 and not over IPv6\.$/,
    view: session(...[TARGET, V6].flatMap((address, i) => {
      const run = { address, host: 'dual.internal', addresses: [TARGET, V6] }
      const path = { ...run, id: `mtr${i}`, rounds: ROUNDS, lastTtl: i === 0 ? 7 : 16, answer: i === 0 ? clean : behind(3) }
      return [ping({ ...run, id: `ping${i}`, probes: ROUNDS, answer: i === 0 ? fine : () => null }), mtr(path), pmtu({ ...run, id: `pmtu${i}`, mtu: i === 0 ? 1500 : null, failsFrom: null })]
    })) },
]

describe('each rule on the history that proves it', () => {
  test.each(CASES)('$name: $rule first', ({ view, rule, severity, title, others }) => {
    const [first, ...rest] = ordered(view)
    expect([first?.rule, first?.severity], words(view).join('\n')).toEqual([rule, severity])
    expect(plain(first?.title)).toMatch(title)
    expect(first?.untilMs).toBeNull()
    expect(loud(rest), words(view).join('\n')).toEqual([])
    if (others) expect(rest.map((f) => f.rule).filter((r) => !others.includes(r))).toEqual([])
  })
})

describe('what every finding says', () => {
  const all = CASES.flatMap(({ name, view }) => view.findings.map((finding) => ({ name: `${name}: ${finding.rule}`, finding, view })))
  test.each(all)('$name: one sentence, evidence, where it lies, and what to run', ({ finding, view }) => {
    expect(finding.title).toMatch(/^([^a-z]|dual\.internal ).*\.$/u)
    expect(finding.title).not.toMatch(/undefined|NaN|null|Infinity/)
    expect(finding.meaning).toMatch(/\.$/)
    expect(finding.evidence.length).toBeGreaterThan(0)
    for (const row of finding.evidence) expect(`${row.label} ${row.value} ${row.detail ?? ''}`).not.toMatch(/undefined|NaN|null|Infinity/)
    expect(new Set(finding.evidence.map((row) => row.label)).size).toBe(finding.evidence.length)
    const run = view.runs.find((one) => one.runId === finding.span.runId)
    expect(run).toBeDefined()
    expect(finding.span.fromMs).toBeGreaterThanOrEqual(START_MS - 60_000)
    expect(finding.span.toMs).toBeGreaterThanOrEqual(finding.span.fromMs)
    for (const ttl of finding.span.hops ?? []) expect(ttl).toBeGreaterThan(0)
    for (const action of finding.next.actions ?? []) {
      if (action.kind === 'run') expect(SHOWN_TOOLS[action.tool].decodeOptions(action.options), JSON.stringify(action)).toMatchObject({ ok: true })
    }
    if (run?.tool !== 'ping') expect(finding.next.actions?.[0]?.kind).toBe('run')
    expect(finding.next.actions?.length ?? 0).toBeLessThanOrEqual(2)
    if (finding.explainedBy !== undefined) expect(view.findings.map((other) => other.id)).toContain(finding.explainedBy)
  })
  test('the TCP path is one click away when ICMP ends in silence, and not offered again once it ran', () => {
    const of = (name: string): FindingRecord | undefined => ordered(CASES.find((one) => one.name === name)?.view ?? session())[0]
    expect(of('ICMP filtered, before a TCP run')?.next.actions?.[0]).toEqual({ kind: 'run', label: 'Run TCP path :443', tool: 'traceroute', options: { protocol: 'tcp', port: 443, queries: 5 } })
    expect(of('ICMP filtered, after a TCP run')?.next.actions?.[0]).not.toMatchObject({ options: { protocol: 'tcp' } })
  })
})

describe('clean paths', () => {
  const cleanOf = (ttl: number): SessionView => session(ping({ probes: ROUNDS, answer: (probe) => ({ ...fine(probe), ttl }) }), mtr({ rounds: ROUNDS, answer: clean }), fullMtu)
  test.each([58, 122, 249])('reply TTL %i: nothing fires', (ttl) => expect(words(cleanOf(ttl))).toEqual([]))
  test('says what was checked and fine', () => {
    const checks = cleanOf(58).fine.map((one) => `${one.title}: ${one.value}`)
    expect(checks).toContain('Path stable: 7 hops')
    expect(checks).toContain('Same length out and back: 6 routers')
    expect(checks).toContain('Path MTU: 1500')
    expect(checks.find((one) => one.startsWith('No loss on the path'))).toMatch(/: 0 of (5\d|60)$/)
  })
  test.each([1, 2, 3, 5, 8, 13])('one lost probe here and there (seed %i) is not a finding', (seed) => {
    const answer = (ttl: number, round: number): Answer => (round === 7 + ttl * seed % 50 ? null : clean(ttl, round))
    expect(words(session(mtr({ rounds: ROUNDS, answer })))).toEqual([])
  })
  test('one very slow answer of a hop is no slow hop', () => {
    const answer = (ttl: number, round: number): Answer => { const a = clean(ttl, round); return a && ttl === 2 && round === 5 ? { ...a, rttMs: 700 } : a }
    expect(words(session(mtr({ rounds: ROUNDS, answer })))).toEqual([])
  })
  test('probes on their way are not lost', () => expect(words(session(mtr({ rounds: 2, answer: behind(0), lastTtl: 16 })))).toEqual([]))
})

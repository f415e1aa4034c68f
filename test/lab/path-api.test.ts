/** Every path scenario through the API: default runs, real tools, the table against the truth, and the finding that must come first. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import type { FindingsPage } from '#lib/protocol/api.ts'
import { orderFindings } from '#lib/diagnose/order.ts'
import type { PathRun } from '#lib/session/runs.ts'
import { createLab, type Lab } from './lab.ts'
import { hasEnough, LabSession, type StartOptions } from './path-in-lab.ts'
import { addressesOf, byTtl, comparePath } from './path-truth.ts'
import { labOrSkip } from './privilege.ts'
import { startInLab, type LabServer } from './server-in-lab.ts'
import type { TruthProbe } from './truth.ts'

/** Enough for "30 probes", and the steps at 14 s have as many before them as behind. */
const ROUNDS = 34
const ROUTERS = [1, 2, 3, 4, 5, 6].map((n) => `198.51.100.${n}`)
const DUAL = 'dual.internal'

/** Each with a protocol of its own, so that the truth can tell them apart. */
/** Tools that end before anybody stops them. */
const ENDS_ITSELF: ReadonlySet<string> = new Set(['pmtu', 'traceroute'])
const OTHER_TOOLS: StartOptions['runs'] = [
  { tool: 'mtr', options: { protocol: 'udp', cycles: 8 } }, { tool: 'pathping', options: { queries: 10, periodMs: 100 } },
]

/** What traceroute's UDP probes must see too. */
const TRACED = ['clean', 'silent-hops', 'routing-loop', 'admin-prohibited', 'ecmp']

interface Scenario extends StartOptions { expected: string | null; severity?: string | readonly string[] }
const SCENARIOS: Record<string, Scenario> = {
  clean: { target: '203.0.113.30', expected: null },
  'lossy-last-mile': { target: '203.0.113.31', expected: 'P-LOSS-ONSET', severity: ['warn', 'crit'] },
  'rate-limited-hop': { target: '203.0.113.32', expected: 'P-LOSS-COSMETIC', severity: 'info' },
  'silent-hops': { target: '203.0.113.33', expected: 'P-SILENT-HOP', severity: 'ok' },
  'asymmetric-return': { target: '203.0.113.34', expected: 'P-ASYM', severity: 'info' },
  'ttl-128': { target: '203.0.113.35', expected: null },
  'ttl-255': { target: '203.0.113.36', expected: null },
  'route-change': { target: '203.0.113.37', expected: 'P-PATH-CHANGE', severity: 'info' },
  'latency-step': { target: '203.0.113.38', expected: 'P-LAT-SHIFT', severity: 'warn' },
  bufferbloat: { target: '203.0.113.39', expected: 'P-BLOAT', severity: 'warn' },
  'routing-loop': { target: '203.0.113.40', expected: 'P-LOOP', severity: 'crit' },
  'admin-prohibited': { target: '203.0.113.41', expected: 'P-CODE', severity: 'crit' },
  'pmtu-black-hole': { target: '203.0.113.42', expected: 'P-MTU', severity: 'warn' },
  'pmtu-told': { target: '203.0.113.43', expected: 'P-MTU', severity: 'info' },
  ecmp: { target: '203.0.113.44', expected: 'P-ECMP', severity: 'info' },
  'icmp-filtered-tcp-open': { target: '203.0.113.45', expected: 'P-UNREACH-AT', severity: 'warn' },
  'broken-v6': { target: DUAL, family: 4, expected: 'P-V6-BROKEN', severity: 'warn' },
}

/** For whoever looks into a failure: what was logged and what really happened, in test/.out. */
function keep(name: string, session: LabSession, truth: readonly TruthProbe[]): void {
  const folder = join(import.meta.dirname, '../.out')
  mkdirSync(folder, { recursive: true })
  const targets = new Set(session.view.runs.map((run) => run.target.address))
  writeFileSync(join(folder, `lab-${name}.json`), JSON.stringify({ events: session.events, truth: truth.filter((probe) => targets.has(probe.dst)) }))
}

/** The mtr run of the default start; of the IPv6 address in the broken dual stack. */
const mtrRun = (session: LabSession): PathRun => {
  const run = session.view.runs.findLast((one): one is PathRun => one.tool === 'mtr' && one.view.protocol === 'icmp')
  if (run === undefined) throw new Error('The session has no mtr run.')
  return run
}

interface Measured { session: LabSession; page: FindingsPage }

describe.skipIf(!labOrSkip())('paths through the API', () => {
  let lab: Lab
  let server: LabServer
  let truth: TruthProbe[] = []
  const all = new Map<string, Measured>()
  let after: Measured | null = null

  /** One scenario to its end. All of them run at once, each with its own target. */
  async function measure(name: string, { target, family, runs }: StartOptions): Promise<LabSession> {
    const session = await LabSession.start(server, { target, ...(family !== undefined && { family }), ...(runs !== undefined && { runs }) })
    if (name === 'broken-v6') await session.add({ target, family: 6 })
    await session.until(`${ROUNDS} rounds`, hasEnough(ROUNDS))
    await session.stop()
    all.set(name, { session, page: await session.findings() })
    return session
  }

  /**
   * Starts what the first finding offers, as one click would. When all others have ended: mtr 0.95 takes the answers to anybody's TCP probes for its own
   * where the source port is the number of a probe that it still waits for, so a TCP run beside others spoils theirs.
   */
  async function followNextStep(session: LabSession): Promise<void> {
    const action = orderFindings(session.view.findings)[0]?.next.actions?.find((one) => one.kind === 'run')
    if (action?.kind !== 'run') throw new Error('The first finding offers no run.')
    await session.add({ target: session.view.target, runs: [{ tool: action.tool, options: action.options }] })
    await session.until('the end of the offered run', (view) => view.runs.length === 4 && view.runs.every((run) => run.endedAtMs !== null))
    after = { session, page: await session.findings() }
  }

  /** TCP after the others, for the same reason. */
  async function otherTools(): Promise<void> {
    const target = '2001:db8:1::30'
    const session = await measure('other-tools', { target, runs: OTHER_TOOLS })
    await session.add({ target, runs: [{ tool: 'traceroute', options: { protocol: 'tcp' } }] })
    await session.until('the end of traceroute', (view) => view.runs.length === 3 && view.runs.every((run) => run.endedAtMs !== null))
  }

  const of = (name: string): Measured => {
    const measured = all.get(name)
    if (measured === undefined) throw new Error(`${name} was not measured`)
    return measured
  }
  const truthTo = (address: string, protocol = 'icmp'): TruthProbe[] => truth.filter((probe) => probe.dst === address && probe.protocol === protocol && probe.sent_ttl < 64)

  beforeAll(async () => {
    lab = await createLab({ scenario: Object.keys(SCENARIOS).map((name) => `path-${name}`), prefix: 'hopscope-path', hosts: { [DUAL]: ['203.0.113.46', '2001:db8:1::46'] } })
    server = await startInLab(lab)
    const results: PromiseSettledResult<unknown>[] = await Promise.allSettled(Object.entries(SCENARIOS).map(([name, scenario]) => measure(name, scenario)))
    const filtered = all.get('icmp-filtered-tcp-open')?.session
    results.push(...await Promise.allSettled([
      ...(filtered === undefined ? [] : [followNextStep(filtered)]),
      otherTools(),
      ...TRACED.map((name) => measure(`traceroute ${name}`, { target: SCENARIOS[name]?.target ?? '', runs: [{ tool: 'traceroute', options: {} }] })),
    ]))
    for (const result of results) if (result.status === 'rejected') console.error(result.reason)
    await lab.settled()
    truth = await lab.truth()
  }, 150_000)

  afterAll(async () => {
    await server?.close()
    await lab?.close()
  }, 30_000)

  it.each(Object.keys(SCENARIOS))('%s: no line unread, every probe as it really went', (name) => {
    const { session } = of(name)
    onTestFailed(() => keep(name, session, truth))
    expect(session.events.filter((event) => event.kind === 'unrecognised')).toEqual([])
    for (const run of session.view.runs) expect([run.tool, run.state]).toEqual([run.tool, ENDS_ITSELF.has(run.tool) ? 'finished' : 'stopped'])
    const path = mtrRun(session)
    comparePath(path, truthTo(path.target.address, path.view.protocol))
  })

  it.each(Object.entries(SCENARIOS))('%s: the expected finding comes first, and nothing else is above info', (name, { expected, severity }) => {
    const { session, page } = of(name)
    // What a viewer folds is what the server says.
    if (session.view.seq === page.seq) expect(session.view.findings).toEqual(page.findings)
    const findings = orderFindings(page.findings)
    const said = findings.map((one) => `${one.severity} ${one.rule}${one.untilMs === null ? '' : ' (until)'}: ${one.title}`)
    if (expected === null) { expect(said).toEqual([]); return }
    expect(findings[0]?.rule, said.join('\n')).toBe(expected)
    expect(findings[0]?.severity, said.join('\n')).toBeOneOf([severity].flat())
    expect(findings.slice(1).filter((one) => one.severity === 'warn' || one.severity === 'crit').map((one) => `${one.severity} ${one.rule}: ${one.title}`)).toEqual([])
  })

  it.each(TRACED)('%s: traceroute shows every probe as it really went', (name) => {
    const { session } = of(`traceroute ${name}`)
    onTestFailed(() => keep(`traceroute-${name}`, session, truth))
    expect(session.events.filter((event) => event.kind === 'unrecognised')).toEqual([])
    const run = session.path()
    expect(run.state).toBe('finished')
    comparePath(run, truthTo(run.target.address, 'udp'))
    if (name === 'admin-prohibited') expect(run.view.hops[4]?.responders[0]).toMatchObject({ address: ROUTERS[3], flags: [{ flag: 'X', error: 'admin-prohibited', count: 3 }] })
  })

  it('silent hops stay rows without an address', () => {
    expect(addressesOf(of('silent-hops').session.path().view)).toEqual([ROUTERS[0], '-', ROUTERS[2], '-', ROUTERS[4], ROUTERS[5], '203.0.113.33'])
  })

  it('a route change begins an epoch when it happened, at the hops that changed', () => {
    const { view } = of('route-change').session.path()
    const changedAt = Math.min(...truthTo('203.0.113.37').filter((probe) => ['198.51.100.33', '198.51.100.34'].includes(probe.answers[0]?.from ?? '')).map((probe) => probe.at_ms))
    expect(view.epochs.map((epoch) => epoch.sets.map((set) => set.join(' ')))).toEqual([
      [...ROUTERS, '203.0.113.37'], [ROUTERS[0], ROUTERS[1], '198.51.100.33', '198.51.100.34', ROUTERS[4], ROUTERS[5], '203.0.113.37'],
    ])
    expect(view.epochs[1]?.changedTtls).toEqual([3, 4])
    // The epoch begins with the first probe that the new router answered; one round is a second.
    expect(Math.abs((view.epochs[1]?.sinceMs ?? 0) - changedAt)).toBeLessThan(1500)
    const old = view.hops[2]?.responders.find((one) => one.address === ROUTERS[2])
    expect(old?.untilMs).not.toBeNull()
  })

  it('a loop looks like a loop', () => {
    const { view } = of('routing-loop').session.path()
    expect(view.targetTtl).toBeNull()
    const [first, second, ...rest] = addressesOf(view)
    expect([first, second]).toEqual([ROUTERS[0], ROUTERS[1]])
    expect(rest.length).toBeGreaterThan(8)
    expect(rest).toEqual(rest.map((_, index) => ROUTERS[2 + (index % 2)]))
  })

  it('equal-cost routers share a row, each with its own count', () => {
    const { view } = of('ecmp').session.path()
    const real = byTtl(truthTo('203.0.113.44'))
    for (const ttl of [3, 4]) {
      const hop = view.hops[ttl - 1]
      const wanted = Map.groupBy(real.get(ttl) ?? [], (probe) => probe.answers[0]?.from ?? '')
      expect(hop?.responders.map((one) => one.address).toSorted()).toEqual([...wanted.keys()].toSorted())
      for (const one of hop?.responders ?? []) expect((wanted.get(one.address)?.length ?? 0) - one.answered).toBeOneOf([0, 1])
    }
    expect(view.epochs.length).toBe(1)
  })

  it('routers out and routers back differ where the ways differ', () => {
    const { session } = of('asymmetric-return')
    expect(session.path().view.targetTtl).toBe(7)
    expect(session.ping().view.ttls.map((span) => span.ttl)).toEqual([64 - 9])
    for (const [name, ttl] of [['ttl-128', 122], ['ttl-255', 249], ['clean', 58]] as const) expect(of(name).session.ping().view.ttls.map((span) => span.ttl)).toEqual([ttl])
  })

  it('the largest packet that passes, and who said so', () => {
    expect(of('clean').session.pmtu().view.result).toMatchObject({ mtu: 1500, failsFrom: null, toldBy: null, blackHole: false })
    expect(of('pmtu-told').session.pmtu().view.result).toMatchObject({ mtu: 1400, failsFrom: 1401, toldBy: ROUTERS[2], blackHole: false })
    expect(of('pmtu-black-hole').session.pmtu().view.result).toMatchObject({ mtu: 1400, failsFrom: 1401, toldBy: null, blackHole: true })
  })

  it('ICMP filtered, TCP open: the offered run reaches the target, and settles the matter', () => {
    if (after === null) throw new Error('the offered run was not measured')
    const { session, page } = after
    const run = session.path()
    expect(run.view).toMatchObject({ protocol: 'tcp', targetTtl: 7 })
    comparePath(run, truthTo('203.0.113.45', 'tcp'))
    const [first, ...others] = orderFindings(page.findings.filter((one) => one.untilMs === null))
    expect([first?.rule, first?.severity]).toEqual(['P-ICMP-FILTERED', 'info'])
    expect(others.filter((one) => one.severity === 'warn' || one.severity === 'crit').map((one) => one.rule)).toEqual([])
  })

  it('mtr (UDP) and pathping (ICMP) over IPv6 at once, then traceroute (TCP), each against its own probes', () => {
    const { session } = of('other-tools')
    onTestFailed(() => keep('other-tools', session, truth))
    for (const tool of ['traceroute', 'mtr', 'pathping'] as const) {
      const run = session.path(tool)
      comparePath(run, truthTo('2001:db8:1::30', run.view.protocol))
      expect(addressesOf(run.view)).toEqual([...[1, 2, 3, 4, 5, 6].map((n) => `2001:db8:ff::${n}`), '2001:db8:1::30'])
    }
    const { view } = session.path('pathping')
    for (const hop of view.hops) expect(hop.counts.sent).toBe(10)
  })
})

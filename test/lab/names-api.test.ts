/** Names and ports through the API: real dig, getent and connections against servers with every trouble, and the finding that must come first. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { orderFindings } from '#lib/diagnose/order.ts'
import type { FindingsPage, Inspection } from '#lib/protocol/api.ts'
import { hasAnswers, isDns, isReach, type DnsRun, type ReachRun } from '#lib/session/runs.ts'
import type { SessionView } from '#lib/session/view.ts'
import { labCertificates } from './names/certificates.ts'
import { createNamesLab, type NamesLab } from './names/names-lab.ts'
import { HOSTS, NEW_ADDRESS, NS, OLD_ADDRESS, RESOLVERS, ZONE } from './names/plan.ts'
import { LabSession, type Wanted } from './path-in-lab.ts'
import { labOrSkip } from './privilege.ts'
import { startInLab, value, type LabServer } from './server-in-lab.ts'

/** Two rounds say whether an answer stays; a third would say nothing more. */
const DNS = { tool: 'dns', options: { intervalMs: 5000, rounds: 2 } } as const
const REACH = { tool: 'reach', options: { count: 6, intervalMs: 500, timeoutMs: 1000, checkS: 60 } } as const
/** So many at once that the machine still answers in time. */
const SIDE_BY_SIDE = 6

interface Scenario { target: string; runs: readonly Wanted[]; expected: string | null; severity?: string }
const dns = (name: string, expected: string | null, severity?: string, more: Record<string, unknown> = {}): Scenario => ({ target: name, runs: [{ ...DNS, options: { ...DNS.options, ...more } }], expected, ...(severity !== undefined && { severity }) })
const reach = (name: string, expected: string | null, severity?: string): Scenario => ({ target: name, runs: [REACH], expected, ...(severity !== undefined && { severity }) })
const at = (name: string): string => `${name}.${ZONE}`

const SCENARIOS: Record<string, Scenario> = {
  'clean name': { ...dns(`${at('clean')}:443`, null), runs: [DNS, REACH, { tool: 'nslookup', options: {} }] },
  'round robin': dns(at('round'), null),
  'NXDOMAIN': dns(at('nowhere'), 'D-NXDOMAIN', 'info'),
  'NODATA': dns(at('mail-only'), 'D-NODATA', 'info'),
  'SERVFAIL': dns(at('servfail'), 'D-SERVFAIL', 'warn'),
  'DNSSEC': dns(at('dnssec'), 'D-DNSSEC', 'crit'),
  'REFUSED': dns(at('refused'), 'D-REFUSED', 'warn'),
  'timeout': dns(at('silent'), 'D-TIMEOUT', 'warn'),
  'slow': dns(at('slow'), 'D-SLOW', 'warn'),
  'disagreeing': dns(`${at('moved')}:443`, 'D-DISAGREE', 'warn'),
  'truncated': dns(at('truncated'), null, undefined, { recordType: 'TXT' }),
  'TCP fails': dns(at('cut'), 'D-TRUNC', 'warn', { recordType: 'TXT' }),
  'chain of aliases': dns(at('chain'), 'D-CNAME', 'warn'),
  'loop of aliases': dns(at('loop-a'), 'D-CNAME', 'warn'),
  'hosts file only': dns('hosts-only.internal', 'D-OS-DIFF', 'warn'),
  'hosts file against DNS': dns(at('hosts-other'), 'D-OS-DIFF', 'warn'),
  'search list': dns('intra', 'D-SEARCH', 'info'),
  'lame delegation': dns(at('www.lame'), 'D-LAME', 'info'),
  'older authority': dns(at('www.behind'), 'D-LAG', 'warn'),
  'broken AAAA': dns(at('aaaa-broken'), 'D-AAAA-BROKEN', 'warn'),
  'port closed': reach(`${at('closed')}:443`, 'R-REFUSED', 'crit'),
  'port filtered': reach(`${at('filtered')}:443`, 'R-FILTERED', 'warn'),
  'port prohibited': reach(`${at('prohibited')}:443`, 'R-UNREACH', 'crit'),
  'IPv6 broken': reach(`${at('v6-dead')}:443`, 'R-PARTIAL', 'warn'),
  'expired': reach(`${at('expired')}:443`, 'R-TLS-EXPIRED', 'crit'),
  'wrong name': reach(`${at('wrong-name')}:443`, 'R-TLS-NAME', 'crit'),
  'self-signed': reach(`${at('self-signed')}:443`, 'R-TLS-UNTRUSTED', 'warn'),
  'redirect followed': reach(`${at('away')}:80`, null),
  'redirect refused': reach(`${at('away-inside')}:80`, 'R-REDIRECT', 'info'),
  'server error': reach(`${at('broken')}:80`, 'R-HTTP-ERROR', 'warn'),
}

interface Measured { session: LabSession; page: FindingsPage }

function keep(name: string, { session, page }: Measured): void {
  const folder = join(import.meta.dirname, '../.out')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `lab-names-${name.replaceAll(' ', '-')}.json`), JSON.stringify({ findings: page.findings, events: session.events }, null, 1))
}

const allEnded = (view: SessionView): boolean => view.runs.length > 0 && view.runs.every((run) => run.endedAtMs !== null)

describe.skipIf(!labOrSkip())('names through the API', () => {
  let names: NamesLab
  let server: LabServer
  const all = new Map<string, Measured>()
  const failures = new Map<string, unknown>()

  async function measure(name: string, scenario: Scenario): Promise<void> {
    const session = await LabSession.start(server, { target: scenario.target, runs: scenario.runs })
    await session.until('the end of every run', allEnded)
    all.set(name, { session, page: await session.findings() })
  }

  beforeAll(async () => {
    names = await createNamesLab('hopscope-names', labCertificates())
    server = await startInLab(names.lab)
    const waiting = Object.entries(SCENARIOS)
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [name, scenario] = next
        await measure(name, scenario).catch((error: unknown) => { failures.set(name, error) })
      }
    }
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker))
  }, 240_000)

  afterAll(async () => {
    await server?.close()
    await names?.lab.close()
  }, 30_000)

  const of = (name: string): Measured => {
    const measured = all.get(name)
    if (measured === undefined) throw failures.get(name) instanceof Error ? failures.get(name) : new Error(`${name} was not measured`)
    return measured
  }
  const dnsOf = (name: string): DnsRun => found(of(name).session.view.runs.find(isDns))
  const reachOf = (name: string): ReachRun => found(of(name).session.view.runs.find(isReach))

  it.each(Object.entries(SCENARIOS))('%s: the expected finding comes first, and nothing else is above info', (name, { expected, severity }) => {
    const measured = of(name)
    onTestFailed(() => keep(name, measured))
    const { session, page } = measured
    expect(session.view.runs.map((run) => [run.tool, run.state])).toEqual(session.view.runs.map((run) => [run.tool, 'finished']))
    expect(session.events.filter((event) => event.kind === 'unrecognised')).toEqual([])
    if (session.view.seq === page.seq) expect(session.view.findings).toEqual(page.findings)
    const findings = orderFindings(page.findings)
    const said = findings.map((one) => `${one.severity} ${one.rule}: ${one.title}`).join('\n')
    if (expected === null) { expect(said).toBe(''); return }
    expect(findings[0]?.rule, said).toBe(expected)
    expect(findings[0]?.severity, said).toBe(severity)
    expect(findings.slice(1).filter((one) => one.severity === 'warn' || one.severity === 'crit').map((one) => `${one.severity} ${one.rule}: ${one.title}`)).toEqual([])
  })

  it('every server of resolv.conf and of the zone was asked, and says what the zone has', () => {
    const { view } = dnsOf('clean name')
    expect(view.servers.map(({ address, role }) => [address, role])).toEqual([[RESOLVERS[0], 'own'], [RESOLVERS[1], 'own'], [NS.ns1, 'authority'], [NS.ns2, 'authority']])
    for (const { cells } of view.servers) {
      expect(cells.get('A')?.reply.answers.map(({ value }) => value)).toEqual([HOSTS.clean[0]])
      expect(cells.get('AAAA')?.reply.answers.map(({ value }) => value)).toEqual([HOSTS.clean[1]])
    }
    expect(view.servers.map(({ cells }) => cells.get('A')?.reply.authoritative)).toEqual([false, false, true, true])
    expect(view.os?.addresses.toSorted()).toEqual([...HOSTS.clean].toSorted())
    expect(view.os?.source).toBeNull()
    expect(Object.fromEntries(view.ports.map(({ address, state }) => [address, state]))).toEqual(Object.fromEntries(HOSTS.clean.map((address) => [address, 'open'])))
    expect(view.rounds).toBe(2)
  })

  it('who says what: the old address at one resolver, the new one at all others, and which of the two accepts connections', () => {
    const { view } = dnsOf('disagreeing')
    const said = Object.fromEntries(view.servers.map(({ address, cells }) => [address, cells.get('A')?.reply.answers[0]?.value]))
    expect(said).toEqual({ [RESOLVERS[0]]: OLD_ADDRESS, [RESOLVERS[1]]: NEW_ADDRESS, [NS.ns1]: NEW_ADDRESS, [NS.ns2]: NEW_ADDRESS })
    expect(Object.fromEntries(view.ports.map(({ address, state }) => [address, state]))).toEqual({ [OLD_ADDRESS]: 'refused', [NEW_ADDRESS]: 'open' })
  })

  it('the host\'s own answer names the file and line it comes from', () => {
    expect(dnsOf('hosts file only').view.os).toMatchObject({ status: 'found', addresses: ['203.0.113.110'], source: '/etc/hosts line 3' })
  })

  it('a cut answer comes whole over TCP, and the servers were asked so', () => {
    const cell = dnsOf('truncated').view.servers[0]?.cells.get('TXT')
    expect([cell?.reply.status, cell?.reply.answers.length, cell?.reply.truncated, cell?.reply.transport]).toEqual(['NOERROR', 24, true, 'tcp'])
    expect(names.asked().filter((one) => one.name === at('truncated') && one.tcp).length).toBeGreaterThan(0)
  })

  it('handshakes are counted one by one, and the certificate is the one that was made', () => {
    const { addresses } = reachOf('clean name').view
    expect(addresses.map(({ address, counts }) => [address, counts.open, counts.sent >= counts.open])).toEqual([[HOSTS.clean[0], expect.any(Number), true], [HOSTS.clean[1], expect.any(Number), true]])
    for (const { counts, tls, http } of addresses) {
      expect(counts.open).toBe(counts.sent)
      expect(tls).toMatchObject({ shaken: true, reason: null, serverName: at('clean') })
      expect(http.map(({ status }) => status)).toEqual([200])
    }
  })

  it('nothing was ever sent to an address that policy refuses, and the redirect that leads there says so', () => {
    const { addresses } = reachOf('redirect refused').view
    expect(addresses[0]?.redirects).toMatchObject([{ verdict: 'refused', url: expect.stringContaining('169.254.169.254') as unknown }])
    const argv = of('redirect refused').session.events.flatMap((event) => (event.kind === 'run.step' || event.kind === 'run.started' ? [event.argv.join(' ')] : []))
    expect(argv.filter((command) => command.includes('169.254'))).toEqual([])
  })

  it('64 hung look-ups delay nobody else', async () => {
    let open = 64
    const inspected = Promise.all(Array.from({ length: open }, async (_, i) => {
      const inspection = value(await server.call<Inspection>('POST', '/api/v1/targets/inspect', { target: `n${i}.hung.test` }))
      open -= 1
      return inspection
    }))
    const session = await LabSession.start(server, { target: HOSTS.clean[0], runs: [{ tool: 'ping', options: { count: 5, intervalMs: 200 } }, { ...REACH, options: { ...REACH.options, port: 443, count: 3 } }] })
    await session.until('the first replies', (view) => view.runs.every(hasAnswers))
    // They came while every one of the look-ups hung.
    expect(open).toBe(64)
    for (const { notice, runs } of await inspected) {
      expect(notice?.code).toBe('target-unresolved')
      expect(runs.filter((run) => run.ticked).map((run) => run.tool)).toEqual(['dns', 'nslookup'])
    }
    await session.until('the end of both', allEnded)
    expect(session.ping().view.counts).toMatchObject({ sent: 5, answered: 5, lost: 0 })
  }, 60_000)
})

function found<T>(run: T | undefined): T {
  if (run === undefined) throw new Error('The session has no such run.')
  return run
}

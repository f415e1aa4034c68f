/** What a reach run does, step by step, in scripted worlds. */
import { expect, test } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import { reachArgv, reachBound, reachDeadlineMs } from '#lib/tools/reach/args.ts'
import { reachAddresses, reachDepth, reachPort } from '#lib/tools/reach/depth.ts'
import type { Step } from '#lib/tools/tool.ts'
import { contextOf, optionsOf, targetOf, V4, V6 } from './context.ts'
import { checkSaid, flag, pinned, play, refused, START_MS, tcpSaid, type Answer, type Connection, type Played, type Said } from './world.ts'

type Kind<K extends Observed['kind']> = Extract<Observed, { kind: K }>
const of = <K extends Observed['kind']>({ events }: Played, kind: K): Kind<K>[] => events.filter((event): event is Kind<K> => event.kind === kind)
const words = ({ steps }: Played): string[] => steps.map(({ binary, args }) => `${binary} ${args.join(' ')}`)
const isLook = (step: Step): boolean => step.args[0] === 'check'

interface Script { look?: (address: string, step: Step) => Answer; tcp?: (address: string, n: number) => Connection; trace?: (step: Step) => Said }
/** Everything open and fine, unless said otherwise. */
const stepOf = ({ look = () => ({}), tcp = () => ({ state: 'open' }), trace = () => ({ lines: ['64  *'] }) }: Script = {}) => (step: Step, nowMs: number): Said =>
  step.binary === 'traceroute' ? trace(step) : isLook(step) ? checkSaid(step, nowMs, (address) => look(address, step)) : tcpSaid(step, nowMs, tcp)

test('port and depth: as asked, as the target says, as the port suggests', () => {
  expect(reachPort(optionsOf({ port: 22 }), { port: 80 })).toBe(22)
  expect([reachPort(optionsOf(), { port: 80 }), reachPort(optionsOf(), {})]).toEqual([80, 443])
  expect([22, 80, 443, 993, 8080, 8443, 25].map((port) => reachDepth(optionsOf(), port))).toEqual(['tcp', 'http', 'https', 'tls', 'http', 'https', 'tcp'])
  expect(reachDepth(optionsOf({ depth: 'tls' }), 80)).toBe('tls')
  expect(reachAddresses({ address: V6, addresses: [V4, V6, ...Array.from({ length: 20 }, (_, at) => `192.0.2.${100 + at}`)] })).toEqual([V6, V4, '192.0.2.100', '192.0.2.101', '192.0.2.102', '192.0.2.103', '192.0.2.104', '192.0.2.105'])
  expect(reachAddresses({ address: '', addresses: [] })).toEqual([])
})

test('a look at every address first, then connections until there are enough', () => {
  const played = play(contextOf({ count: 4 }), { step: stepOf() })
  expect(words(played)).toEqual([
    `hopscope-reach check --port 443 --timeout 3000 --depth https --name shop.example -- ${V4} ${V6}`,
    `hopscope-reach tcp --port 443 --count 3 --interval 1000 --timeout 3000 --first 2 --watch 2 -- ${V4} ${V6}`,
  ])
  expect(played.steps.every(({ to }) => to?.join() === `${V4},${V6}`)).toBe(true)
  expect(of(played, 'reach.connect').filter(({ address }) => address === V4).map(({ n }) => n)).toEqual([1, 2, 3, 4])
  expect(of(played, 'reach.tls')).toHaveLength(2)
  expect(of(played, 'reach.http').map(({ hop, begins, phases, tlsReason }) => [hop, begins, phases.dnsMs, tlsReason])).toEqual([[0, undefined, 7, null], [0, undefined, 7, null]])
  expect(played.isDone).toBe(true)
  expect(played.parser.verdict({ code: 0, signal: null })).toEqual({ kind: 'finished', code: 'exit', exitCode: 0, message: 'TCP port 443 of shop.example is open at both addresses. 8 of 8 connections were accepted.' })
  expect(words(played)[0]).toBe(`hopscope-reach ${reachArgv(optionsOf({ count: 4 }), targetOf()).join(' ')}`)
})

test('TCP alone has no looks', () => {
  const played = play(contextOf({ count: 5, port: 22 }), { step: stepOf() })
  expect(words(played)).toEqual([`hopscope-reach tcp --port 22 --count 5 --interval 1000 --timeout 3000 --watch 2 -- ${V4} ${V6}`])
  expect(of(played, 'reach.connect')).toHaveLength(10)
})

test('looks again at the time that was asked for, and the connections stay an interval apart', () => {
  const played = play(contextOf({ count: 60, checkS: 20, intervalMs: 1000 }), { step: stepOf() })
  const looks = played.steps.flatMap((step, at) => (isLook(step) ? [at] : []))
  expect(looks.length).toBe(3)
  const sent = of(played, 'reach.connect').filter(({ address }) => address === V4)
  expect(sent.map(({ n }) => n)).toEqual(Array.from({ length: 60 }, (_, at) => at + 1))
  for (const [at, one] of sent.entries()) {
    const before = sent[at - 1]
    if (before) expect(one.sentAtMs - before.sentAtMs).toBeGreaterThanOrEqual(1000)
    if (before) expect(one.sentAtMs - before.sentAtMs).toBeLessThan(1200)
  }
})

test('a clock that is set back does not put the next look off', () => {
  let nowMs = START_MS
  const step = stepOf()
  const played = play(contextOf({ checkS: 10 }), { step: (one) => step(one, (nowMs -= 3_600_000)), moves: 12 })
  for (const one of played.steps.filter((each) => !isLook(each))) expect(Number(flag(one, '--count'))).toBeLessThanOrEqual(10)
})

test('a redirect to another host is pinned, told, and then followed at its own address alone', () => {
  const away = { status: 301, location: 'https://other.example:8443/there?x' }
  const played = play(contextOf({ count: 1, port: 80 }), { step: stepOf({ look: (_, step) => (flag(step, '--hop') === undefined ? away : { reason: 'CERT_HAS_EXPIRED' }) }), pin: (host) => pinned(host, '203.0.113.7', { addresses: ['203.0.113.7', '203.0.113.8'] }) })
  expect(played.moves.map(({ kind }) => kind)).toEqual(['run', 'pin', 'run', 'done'])
  expect(played.hosts).toEqual(['other.example'])
  expect(words(played)[1]).toBe('hopscope-reach check --port 8443 --timeout 3000 --depth https --name other.example --path /there?x --hop 1 -- 203.0.113.7')
  expect(of(played, 'reach.redirect')).toEqual([expect.objectContaining({ hop: 1, url: 'https://other.example:8443/there?x', verdict: 'followed', address: '203.0.113.7', reason: null, begins: [V4, V6] })])
  expect(of(played, 'reach.http').at(-1)).toMatchObject({ hop: 1, address: '203.0.113.7', port: 8443, begins: [V4, V6], status: 200, phases: { dnsMs: 3 }, tlsReason: 'CERT_HAS_EXPIRED' })
  expect(of(played, 'reach.tls')).toEqual([expect.objectContaining({ hop: 1, port: 8443 })])
  expect(of(played, 'reach.connect').map(({ address }) => address)).toEqual([V4, V6])
})

test('a redirect of the same host stays at each address it began at, without a look-up', () => {
  const played = play(contextOf({ count: 1, port: 80 }), { step: stepOf({ look: (_, step) => (flag(step, '--hop') === undefined ? { status: 308, location: 'https://shop.example/' } : {}) }) })
  expect(played.hosts).toEqual([])
  expect(words(played)[1]).toBe(`hopscope-reach check --port 443 --timeout 3000 --depth https --name shop.example --hop 1 -- ${V4} ${V6}`)
  expect(of(played, 'reach.redirect').map(({ address, begins }) => [address, begins])).toEqual([[V4, [V4]], [V6, [V6]]])
  expect(of(played, 'reach.http').filter(({ hop }) => hop === 1).map(({ address, begins }) => [address, begins])).toEqual([[V4, [V4]], [V6, [V6]]])
})

test.each([
  ['policy', refused('x'), 'refused'], ['no address', pinned('x', '', { unresolved: 'The name does not exist.' }), 'unresolved'],
  ['no answer', { ok: false, error: { code: 'target-unresolved', message: 'No server answered.' } } as const, 'unresolved'], ['grammar', { ok: false, error: { code: 'target-invalid', message: 'No host.' } } as const, 'invalid'],
])('a redirect that %s refuses is told and no step goes there', (_, answer, verdict) => {
  for (const location of ['http://169.254.169.254/latest', 'https://inside.example/', '//inside.example', 'http://[::1]:8080/']) {
    const played = play(contextOf({ count: 2 }), { step: stepOf({ look: () => ({ status: 302, location }) }), pin: () => answer })
    expect(of(played, 'reach.redirect').map((one) => [one.verdict, one.address])).toEqual([[verdict, null]])
    expect(of(played, 'reach.redirect')[0]?.reason).toMatch(/\.$/)
    expect(played.steps.flatMap(({ to }) => to ?? []).filter((address) => address !== V4 && address !== V6)).toEqual([])
    expect(played.steps.filter((step) => flag(step, '--hop') !== undefined)).toEqual([])
    expect(played.isDone).toBe(true)
  }
})

test.each([
  ['ftp://other.example/', 'not-http'], ['https://user:pw@other.example/', 'invalid'], ['javascript:alert(1)', 'not-http'], ['https://a\\b/', 'invalid'],
])('%s is told as %s, and nobody is asked about it', (location, verdict) => {
  const played = play(contextOf({ count: 1 }), { step: stepOf({ look: (address) => (address === V4 ? { status: 302, location } : {}) }) })
  expect(of(played, 'reach.redirect')).toEqual([expect.objectContaining({ verdict, url: location, address: null, begins: [V4] })])
  expect(played.hosts).toEqual([])
})

test('loops and too many redirects end, and HTTPS that leads to HTTP is told', () => {
  const loop = play(contextOf({ count: 1 }), { step: stepOf({ look: (_, step) => ({ status: 302, location: flag(step, '--path') === '/a' ? '/' : '/a' }) }) })
  expect(of(loop, 'reach.redirect').filter(({ begins }) => begins?.[0] === V4).map(({ hop, verdict, reason }) => [hop, verdict, reason])).toEqual([[1, 'followed', null], [2, 'too-many', 'It leads back to what was asked before: a loop.']])
  const many = play(contextOf({ count: 1, redirects: 3 }), { step: stepOf({ look: (_, step) => ({ status: 302, location: `/${flag(step, '--hop') ?? 0}` }) }) })
  expect(of(many, 'reach.redirect').filter(({ begins }) => begins?.includes(V4)).map(({ hop, verdict }) => [hop, verdict])).toEqual([[1, 'followed'], [2, 'followed'], [3, 'followed'], [4, 'too-many']])
  expect(many.steps).toHaveLength(4)
  const none = play(contextOf({ count: 1, redirects: 0 }), { step: stepOf({ look: () => ({ status: 302, location: '/x' }) }) })
  expect(of(none, 'reach.redirect').map(({ verdict, begins }) => [verdict, begins])).toEqual([['too-many', [V4]], ['too-many', [V6]]])
  expect(none.steps).toHaveLength(1)
  const down = play(contextOf({ count: 1 }), { step: stepOf({ look: (_, step) => (flag(step, '--depth') === 'https' ? { status: 302, location: 'http://shop.example/' } : {}) }) })
  expect(of(down, 'reach.redirect')[0]).toMatchObject({ verdict: 'followed', reason: 'It leads from HTTPS to HTTP: what follows is not encrypted.' })
})

test('an answer that is no redirect is followed nowhere', () => {
  for (const answer of [{ status: 200, location: 'https://other.example/' }, { status: 304, location: '/x' }, { status: 302, location: null }, { status: null, location: '/x' }]) {
    const played = play(contextOf({ count: 1 }), { step: stepOf({ look: () => answer }) })
    expect([played.steps.length, played.hosts, of(played, 'reach.redirect')]).toEqual([1, [], []])
  }
})

test('a request that was not made has a line of its own', () => {
  const played = play(contextOf({ count: 1 }), {
    step: (step, nowMs) => (flag(step, '--hop') === undefined ? checkSaid(step, nowMs, () => ({ status: 302, location: 'https://other.example/' })) : { lines: [], end: { kind: 'absent', message: 'The target policy refuses it.' } }),
    pin: (host) => pinned(host, '203.0.113.7'),
  })
  expect(of(played, 'reach.http').at(-1)).toMatchObject({ hop: 1, status: null, problem: 'The target policy refuses it.', address: '203.0.113.7', url: 'https://other.example/' })
  expect(of(played, 'reach.fatal')).toEqual([])
})

test('asks who stands in the way once per change, of the addresses in trouble alone', () => {
  const tcp = (address: string, n: number): Connection => (address === V4 || n < 12 ? { state: 'open' } : n < 25 ? { state: 'refused', code: 'ECONNREFUSED' } : n < 35 ? { state: 'timeout', ms: 3000 } : { state: 'open' })
  const trace = (): Said => ({ lines: [`traceroute to ${V6} (${V6}), 64 hops max, 80 byte packets`, `64  ${V6} <rst,ack>  12.345 ms`] })
  const played = play(contextOf({ count: 50, checkS: 10 }), { step: stepOf({ tcp, trace, look: () => ({}) }) })
  const traces = played.steps.filter(({ binary }) => binary === 'traceroute')
  expect(traces.map(({ to }) => to)).toEqual(traces.map(() => [V6]))
  expect(traces[0]?.args).toEqual(['-n', '-6', '-T', '-O', 'info', '-p', '443', '-f', '64', '-m', '64', '-q', '1', '-w', '4', '--', V6])
  expect(of(played, 'reach.blame')[0]).toMatchObject({ address: V6, by: V6, how: 'rst', icmp: null, ms: 12.345 })
  // Looks in between find it open, so trouble after them is new: once per look, not once per connection.
  expect(traces.length).toBeLessThanOrEqual(5)
  const steady = play(contextOf({ count: 500, checkS: 3600, port: 22 }), { step: stepOf({ tcp: () => ({ state: 'timeout', ms: 3000 }) }) })
  expect(steady.steps.filter(({ binary }) => binary === 'traceroute')).toHaveLength(2)
})

test('who it was is not known where nobody can be asked, and what never left needs no asking', () => {
  const absent = play(contextOf({ count: 1, port: 22 }), { step: stepOf({ tcp: () => ({ state: 'refused' }), trace: () => ({ lines: [], end: { kind: 'absent', message: 'No traceroute.' } }) }) })
  expect(of(absent, 'reach.blame').map(({ how, by }) => [how, by])).toEqual([['unknown', null], ['unknown', null]])
  const denied = play(contextOf({ count: 1, port: 22 }), { step: stepOf({ tcp: () => ({ state: 'denied', ms: null, code: 'EACCES' }) }) })
  expect(of(denied, 'reach.blame').map(({ how }) => how)).toEqual(['local', 'local'])
  expect(denied.steps).toHaveLength(1)
  expect(denied.parser.verdict({ code: 0, signal: null })).toMatchObject({ kind: 'failed', code: 'permission', blame: 'tool' })
  const unprivileged = play(contextOf({ count: 1, port: 22 }), { step: stepOf({ tcp: () => ({ state: 'timeout' }), trace: () => ({ lines: ['You do not have enough privileges to use this traceroute method.', 'socket: Operation not permitted'] }) }) })
  expect(of(unprivileged, 'reach.blame').map(({ how }) => how)).toEqual(['unknown', 'unknown'])
  expect(of(unprivileged, 'unrecognised')).toHaveLength(4)
})

test.each([
  [{ state: 'refused' }, [`64  ${V4} <rst,ack>  1.000 ms`], /is refused by the target itself \(reset/],
  [{ state: 'refused' }, ['64  10.0.0.1  1.000 ms'], /is refused by 10\.0\.0\.1 \(ICMP: port unreachable\)/],
  [{ state: 'unreachable' }, ['64  10.0.0.1  1.000 ms !X'], /is filtered: 10\.0\.0\.1 says so \(ICMP: admin prohibited\)/],
  [{ state: 'unreachable' }, ['64  10.0.0.1  1.000 ms !H'], /is unreachable: 10\.0\.0\.1 says so \(ICMP: host unreachable\)/],
  [{ state: 'timeout', ms: 3000 }, ['64  *'], /is filtered or not there: nothing came back/],
  [{ state: 'timeout', ms: 3000 }, [`64  ${V4} <syn,ack>  1.000 ms`], /is silent now and then/],
] as const)('says whose doing %j is', (connection, lines, words_) => {
  const played = play(contextOf({ count: 1, port: 22 }, { addresses: [V4] }), { step: stepOf({ tcp: () => connection, trace: () => ({ lines }) }) })
  expect(played.parser.verdict({ code: 0, signal: null })).toMatchObject({ kind: 'finished', message: expect.stringMatching(words_) })
})

test('addresses that differ are told apart', () => {
  const played = play(contextOf({ count: 2, port: 22 }), { step: stepOf({ tcp: (address) => ({ state: address === V4 ? 'open' : 'timeout' }) }) })
  expect(played.parser.verdict({ code: 0, signal: null }).message).toBe(`TCP port 22 of shop.example: ${V4} is open; ${V6} is filtered or not there: nothing came back, not even a refusal. 2 of 4 connections were accepted.`)
})

test('a probe that cannot start or says nothing ends the run with a reason', () => {
  const absent = play(contextOf(), { step: () => ({ lines: [], end: { kind: 'absent', message: 'hopscope-reach is not there.' } }) })
  expect([absent.isDone, of(absent, 'reach.fatal').map(({ error, text }) => [error, text])]).toEqual([true, [['absent', 'hopscope-reach is not there.']]])
  expect(absent.parser.verdict({ code: null, signal: null })).toMatchObject({ kind: 'failed', blame: 'tool', message: 'Reach could not go on. hopscope-reach is not there.' })
  const mute = play(contextOf(), { step: () => ({ lines: ['FATAL ERROR: heap'], end: { kind: 'ended', exit: { code: 134, signal: null } } }) })
  expect([mute.isDone, of(mute, 'reach.fatal')[0]?.text, of(mute, 'unrecognised')[0]?.text]).toEqual([true, 'The probe ended without a word: FATAL ERROR: heap', 'FATAL ERROR: heap'])
})

test('lines that are not ours are told, and a cut line is not believed', () => {
  const played = play(contextOf({ count: 1, port: 22 }), { step: (step, nowMs) => ({ lines: ['noise', `${tcpSaid(step, nowMs, () => ({ state: 'open' })).lines[0]}${' '.repeat(5000)}`, ...tcpSaid(step, nowMs, () => ({ state: 'open' })).lines] }) })
  expect(of(played, 'unrecognised').map(({ text }) => text.slice(0, 5))).toEqual(['noise', '17900'])
  expect(of(played, 'run.truncated')).toHaveLength(1)
  expect(of(played, 'reach.connect')).toHaveLength(2)
})

test('a run has an end, and says when', () => {
  expect(reachDeadlineMs(optionsOf())).toBe(86_400_000)
  expect(reachDeadlineMs(optionsOf({ count: 1 }))).toBeGreaterThan(60_000)
  expect(reachDeadlineMs(optionsOf({ count: 86_400, intervalMs: 60_000 }))).toBe(86_400_000)
  expect(reachBound(optionsOf({ count: 20 }))).toMatch(/^20 connections to each address, about 22\ss$/)
  expect(reachBound(optionsOf())).toMatch(/ at most$/)
})

/** Runs about names: a name without an address starts what asks about names and nothing else; servers, public resolvers and the walk need the policy's leave. */
import { afterEach, expect, test } from 'vitest'
import { decodePolicy } from '#lib/policy/policy.ts'
import type { Inspection, SessionDetail, Started } from '#lib/protocol/api.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { Result } from '#lib/protocol/result.ts'
import { errorOf, startTestWeb, valueOf, type TestWeb } from '../helpers.ts'

const open: TestWeb[] = []
async function site(policy: object = {}): Promise<TestWeb> {
  const made = await startTestWeb({ proxied: true, policy: valueOf(decodePolicy(policy, 'test')) })
  open.push(made)
  return made
}
afterEach(async () => { for (const one of open.splice(0)) await one.close() })

interface Run { tool: string; options: object }
const run = (tool: string, options: object = {}): Run => ({ tool, options })
const start = (on: TestWeb, target: string, runs: Run[], more: { cookie?: string; sessionId?: string } = {}): Promise<Result<Started>> =>
  on.call<Started>('POST', more.sessionId === undefined ? '/api/v1/sessions' : `/api/v1/sessions/${more.sessionId}/runs`, { cookie: more.cookie ?? on.admin.cookie, body: { target, runs } })
const inspect = async (on: TestWeb, target: string, runs?: Run[], cookie = on.admin.cookie): Promise<Inspection> =>
  valueOf(await on.call<Inspection>('POST', '/api/v1/targets/inspect', { cookie, body: { target, ...(runs && { runs }) } }))

const NOWHERE = 'gone.example.com'

test('a name that does not resolve: dns and nslookup can start, everything else says why it cannot, nothing is refused', async () => {
  const on = await site()
  const seen = await inspect(on, `${NOWHERE}:443`)
  expect(seen).toMatchObject({
    parsed: { host: NOWHERE }, problem: null, notice: { code: 'target-unresolved', message: `${NOWHERE} does not exist.` },
    target: { host: NOWHERE, port: 443, address: '', family: 4, addresses: [], unresolved: `${NOWHERE} does not exist.` }, alsoProbing: [],
  })
  expect(seen.runs.map(({ tool, ticked, cannot }) => [tool, ticked, cannot])).toEqual(['ping', 'mtr', 'pmtu', 'dns', 'reach', 'traceroute', 'pathping', 'nslookup'].map((tool) => {
    const asks = tool === 'dns' || tool === 'nslookup'
    return [tool, asks, asks ? null : `${NOWHERE} does not exist.`]
  }))
  expect(seen.runs.filter(({ command }) => command.length === 0).map(({ tool }) => tool)).toEqual(['ping', 'mtr', 'pmtu', 'reach', 'traceroute', 'pathping'])
  expect(await inspect(on, NOWHERE, [run('ping'), run('reach')])).toMatchObject({ target: null, runs: [], notice: null, problem: { code: 'target-unresolved', field: 'target' } })
  const facts = valueOf(await on.vantage.check())
  on.vantage.setFacts({ ...facts, tools: facts.tools.filter(({ tool }) => tool !== 'dns' && tool !== 'nslookup') })
  expect((await inspect(on, NOWHERE)).problem).not.toBeNull()
})

test('it starts what asks about names, and as a whole nothing where one of the runs needs an address', async () => {
  const on = await site()
  for (const runs of [[run('ping')], [run('dns'), run('ping')], [run('reach')]]) {
    expect(errorOf(await start(on, NOWHERE, runs))).toEqual({ code: 'target-unresolved', field: 'target', message: `${NOWHERE} does not exist.` })
  }
  expect(on.vantage.started).toEqual([])
  const { sessionId, runIds } = valueOf(await start(on, NOWHERE, [run('dns'), run('nslookup')]))
  expect(on.vantage.started).toMatchObject([{ tool: 'dns', target: { host: NOWHERE, address: '', unresolved: expect.any(String) } }, { tool: 'nslookup' }])
  const detail = valueOf(await on.call<SessionDetail>('GET', `/api/v1/sessions/${sessionId}`, { cookie: on.admin.cookie }))
  expect(detail.session).toMatchObject({ title: NOWHERE, target: NOWHERE })
  expect(detail.runs.map(({ target }) => target.address)).toEqual(['', ''])
  expect(errorOf(await start(on, NOWHERE, [run('dns')], { sessionId }))).toMatchObject({ code: 'conflict', message: expect.stringContaining(`Names to ${NOWHERE} with the same options`) })
  expect(on.web.runs.live.size()).toBe(runIds.length)
})

test('two names without an address are two targets: neither is joined with the other, and each counts against new targets', async () => {
  const on = await site({ limits: { newTargetsPerMinute: 2 } })
  const ann = await on.person('operator')
  const { sessionId } = valueOf(await start(on, NOWHERE, [run('dns')], ann))
  expect((await inspect(on, 'other.example.com')).alsoProbing).toEqual([])
  expect((await inspect(on, NOWHERE)).alsoProbing).toMatchObject([{ sessionId, tool: 'dns', sameOptions: true }])
  valueOf(await start(on, 'other.example.com', [run('dns')], ann))
  valueOf(await start(on, NOWHERE, [run('nslookup')], ann))
  expect(errorOf(await start(on, 'third.example.com', [run('dns')], ann))).toMatchObject({ code: 'rate-limited', message: expect.stringContaining('new target') })
})

test('refused names stay refused: by name, by one of their addresses, and where the family is the problem', async () => {
  const on = await site({ denyNames: [{ match: '*.bank.example' }] })
  expect(errorOf(await start(on, 'x.bank.example', [run('dns')]))).toMatchObject({ code: 'target-refused', rule: expect.stringContaining('bank.example') })
  expect(errorOf(await start(on, 'meta.example.com', [run('dns')]))).toMatchObject({ code: 'target-refused', rule: expect.stringContaining('169.254') })
  expect(on.vantage.resolved).not.toContain('x.bank.example')
  const v6 = await on.call<Started>('POST', '/api/v1/sessions', { cookie: on.admin.cookie, body: { target: 'db-1.example.internal', family: 6, runs: [run('dns')] } })
  expect(errorOf(v6)).toMatchObject({ code: 'target-unresolved', field: 'family' })
  on.vantage.setOnline(false)
  expect(errorOf(await start(on, NOWHERE, [run('dns')])).code).toBe('vantage-offline')
})

test('dns is proposed for names, reach where a port was named', async () => {
  const on = await site()
  const ticked = async (target: string): Promise<string[]> => (await inspect(on, target)).runs.filter((one) => one.ticked).map(({ tool }) => tool)
  expect(await ticked('db-1.example.internal')).toEqual(['ping', 'mtr', 'pmtu', 'dns'])
  expect(await ticked('https://db-1.example.internal/')).toEqual(['ping', 'mtr', 'pmtu', 'dns', 'reach'])
  expect(await ticked('192.0.2.1')).toEqual(['ping', 'mtr', 'pmtu'])
  expect(await ticked('[2001:db8::1]:22')).toEqual(['ping', 'mtr', 'pmtu', 'reach'])
})

test.each(['dns', 'nslookup'])('%s asks no server that policy refuses: neither proposed nor started', async (tool) => {
  const on = await site({ denyAddresses: [{ match: '10.99.0.0/16', reason: 'payment network' }] })
  for (const server of ['169.254.169.254', '10.99.0.53', '0.0.0.0', '::ffff:10.99.0.53', '64:ff9b::a63:1']) {
    const expected = { code: 'target-refused', field: 'options.server', rule: expect.stringMatching(/^rule \d+: /), message: expect.stringContaining('No packet was sent.') }
    const [seen, refused] = [await inspect(on, '192.0.2.1', [run(tool, { server })]), errorOf(await start(on, '192.0.2.1', [run(tool, { server })]))]
    expect([seen.problem, refused].filter((problem) => problem?.code !== 'invalid').every((problem) => expected.rule.asymmetricMatch(problem?.rule) && problem?.field === expected.field)).toBe(true)
    if (!server.startsWith('::ffff')) expect(refused).toMatchObject(expected)
  }
  expect(on.vantage.started).toEqual([])
  valueOf(await start(on, '192.0.2.1', [run(tool, { server: '10.0.0.53' })]))
})

test('the walk from the root is for admins, unless the policy gives it to everyone or to nobody', async () => {
  const walk = [run('dns', { walk: 'yes' })]
  const cases = [
    { policy: {}, admin: null, operator: /Walking from the root .* leaves it to admins\./ },
    { policy: { walkFromRoot: 'everyone' }, admin: null, operator: null },
    { policy: { walkFromRoot: 'nobody' }, admin: /lets nobody walk/, operator: /lets nobody walk/ },
  ]
  for (const { policy, admin, operator } of cases) {
    const on = await site(policy)
    const ann = await on.person('operator')
    for (const [cookie, refusal] of [[on.admin.cookie, admin], [ann.cookie, operator]] as const) {
      const { problem } = await inspect(on, 'db-1.example.internal', walk, cookie)
      const started = await start(on, 'db-1.example.internal', walk, { cookie })
      expect(started.ok).toBe(refusal === null)
      if (refusal === null) expect(problem).toBeNull()
      else for (const one of [problem, errorOf(started)]) expect(one).toMatchObject({ code: 'not-allowed', field: 'options.walk', rule: expect.stringContaining('walkFromRoot'), message: expect.stringMatching(refusal) })
      expect((await inspect(on, 'db-1.example.internal', [run('dns')], cookie)).problem).toBeNull()
    }
  }
})

test('public resolvers are asked where a person wants it, and never where the policy says never', async () => {
  const runs = [run('dns', { publicServers: 'yes' })]
  valueOf(await start(await site(), 'db-1.example.internal', runs))
  const on = await site({ publicResolvers: 'never' })
  expect(errorOf(await start(on, 'db-1.example.internal', runs))).toMatchObject({ code: 'target-refused', field: 'options.publicServers', rule: 'publicResolvers: never' })
  expect((await inspect(on, 'db-1.example.internal', runs)).problem).toMatchObject({ field: 'options.publicServers' })
  expect(on.vantage.started).toEqual([])
})

test('names and reach runs overlap with nothing; the same again is a conflict, another name or port is not', async () => {
  const on = await site({ limits: { runsPerUser: 64 } })
  on.vantage.names.set('a.example.com', ['192.0.2.1']).set('b.example.com', ['192.0.2.1'])
  const { sessionId } = valueOf(await start(on, 'a.example.com', [run('ping'), run('dns'), run('reach'), run('nslookup')]))
  const begun = async (): Promise<string[]> => (await on.web.store.read(sessionId, 0, 1000)).flatMap((event: SessionEvent) => (event.kind === 'run.overlap' ? [event.with.tool] : []))
  expect(await begun()).toEqual([])
  for (const tool of ['dns', 'reach', 'nslookup']) expect(errorOf(await start(on, 'a.example.com', [run(tool)], { sessionId }))).toMatchObject({ code: 'conflict' })
  for (const tool of ['dns', 'reach', 'nslookup']) valueOf(await start(on, 'b.example.com', [run(tool)], { sessionId }))
  valueOf(await start(on, 'a.example.com:22', [run('reach')], { sessionId }))
  on.vantage.names.set('a.example.com', ['192.0.2.9'])
  expect(errorOf(await start(on, 'a.example.com', [run('dns')], { sessionId }))).toMatchObject({ code: 'conflict' })
  expect(await begun()).toEqual([])
  expect((await inspect(on, 'b.example.com')).alsoProbing.map(({ tool }) => tool)).toEqual(['ping', 'reach', 'dns', 'reach', 'nslookup', 'reach'])
})

test('hostile lists of servers and types are refused with a sentence, fast, before anything is looked up twice or started', async () => {
  const on = await site()
  const servers = ['10.0.0.53,10.0.0.53 -f /etc/passwd', '10.0.0.53;id', '@10.0.0.53', '-x', '10.0.0.53\n10.0.0.54', ',', '1.1.1.1,'.repeat(60), '10.0.0.053', '010.0.0.53', 'ns.example.com', '[::1]:53', '10.0.0.53#54', '::1%eth0\u0000', Array.from({ length: 9 }, (_, i) => `10.0.0.${i + 1}`).join()]
  for (const server of servers) for (const tool of ['dns', 'nslookup']) {
    expect(errorOf(await start(on, 'db-1.example.internal', [run(tool, { server })]))).toMatchObject({ code: 'invalid', field: 'options.server', message: expect.stringMatching(/must be .{10}/) })
  }
  for (const recordType of ['AXFR', 'IXFR', 'A,AXFR', 'A,A', 'A,AAAA,MX,NS,TXT,SOA,PTR', 'A B', '-tA', '+trace', 'TYPE252', ' ', ',', 'ANY\u0000']) {
    expect(errorOf(await start(on, 'db-1.example.internal', [run('dns', { recordType })]))).toMatchObject({ code: 'invalid', field: 'options.recordType' })
  }
  expect(on.vantage.started).toEqual([])
})

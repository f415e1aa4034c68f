/** Every run ends in an outcome that says what happened: refused, stopped, vantage lost, server died. Limits, audit and storage stand before every start. */
import { afterEach, expect, test } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Inspection, SessionDetail, Started } from '#lib/protocol/api.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import type { Result } from '#lib/protocol/result.ts'
import { decodePolicy } from '#lib/policy/policy.ts'
import { AuditUnavailable, type Audit, type AuditEntry } from '#server/web/audit/types.ts'
import { errorOf, startTestWeb, valueOf, type TestWeb, type TestWebOptions } from '../helpers.ts'

const open: TestWeb[] = []
async function site(options: TestWebOptions = {}): Promise<TestWeb> {
  const made = await startTestWeb({ proxied: true, ...options })
  open.push(made)
  return made
}
afterEach(async () => { for (const one of open.splice(0)) await one.close() })

const start = (on: TestWeb, cookie: string, change: object = {}): Promise<Result<Started>> =>
  on.call<Started>('POST', '/api/v1/sessions', { cookie, body: { target: '127.0.0.1', runs: [{ tool: 'ping', options: {} }], ...change } })

async function events(on: TestWeb, sessionId: SessionId): Promise<SessionEvent[]> {
  return on.web.store.read(sessionId, 0, 10_000)
}
async function lastEvent(on: TestWeb, sessionId: SessionId): Promise<SessionEvent | undefined> {
  return (await events(on, sessionId)).at(-1)
}

/** An audit in memory that can be made to fail. */
function memoryAudit(): Audit & { entries: AuditEntry[]; broken: boolean } {
  const entries: AuditEntry[] = []
  const audit = {
    entries, broken: false,
    async write(entry: AuditEntry) {
      if (audit.broken) throw new AuditUnavailable('broken')
      entries.push(entry)
    },
    available: () => !audit.broken,
    verify: async () => ({ ok: true as const, value: { entries: entries.length } }),
    tail: async () => [],
    close: async () => undefined,
  }
  return audit
}

test('a start is understood, pinned, audited, logged, and only then started', async () => {
  const audit = memoryAudit()
  const on = await site({ audit })
  const { sessionId, runIds: [runId] } = valueOf(await start(on, on.admin.cookie, { target: 'https://db-1.example.internal/x', runs: [{ tool: 'ping', options: { count: 3 } }] }))
  expect(on.vantage.started).toEqual([{
    runId, sessionId, tool: 'ping', options: expect.objectContaining({ count: 3, intervalMs: 1000 }),
    target: expect.objectContaining({ host: 'db-1.example.internal', port: 443, address: '10.0.0.5', family: 4, addresses: ['10.0.0.5'], resolvedBy: 'hosts file' }),
  }])
  expect(on.vantage.resolved).toEqual(['db-1.example.internal'])
  expect(audit.entries.find((entry) => entry.action === 'run-start')).toMatchObject({
    by: { name: 'root', via: 'cookie' }, sessionId, runId, tool: 'ping', target: 'db-1.example.internal', pinned: '10.0.0.5', argv: expect.arrayContaining(['/usr/bin/ping', '10.0.0.5']), policyId: on.web.policy.id,
  })
  const log = await events(on, sessionId)
  expect(log[0]).toMatchObject({ kind: 'session.created', target: 'db-1.example.internal:443', title: 'db-1.example.internal:443', by: 'Rita Root', vantage: 'bastion-1' })
  expect(log[1]).toMatchObject({ kind: 'run.queued', runId, policyId: on.web.policy.id, by: 'Rita Root' })
})

test('inspecting starts nothing and shows both halves of a refusal', async () => {
  const on = await site()
  const inspect = (target: string, more: object = {}): Promise<Result<Record<string, unknown>>> => on.call('POST', '/api/v1/targets/inspect', { cookie: on.admin.cookie, body: { target, ...more } })
  expect(valueOf(await inspect('dual.example.com', { family: 6 }))).toMatchObject({
    parsed: { kind: 'name', host: 'dual.example.com' }, problem: null, target: { address: '2001:db8::7', addresses: ['192.0.2.7', '2001:db8::7'] },
    runs: [{ tool: 'ping', command: expect.arrayContaining(['/usr/bin/ping', '2001:db8::7']), bound: expect.any(String), status: { state: 'ready' }, ticked: true, cannot: null }, { tool: 'mtr', ticked: true }, { tool: 'pmtu', ticked: true }, { tool: 'dns', ticked: true }, { tool: 'reach', ticked: false }, { tool: 'traceroute', ticked: false }, { tool: 'pathping', ticked: false }, { tool: 'nslookup', ticked: false }], notice: null,
    alsoProbing: [],
  })

  const refused = valueOf(await inspect('meta.example.com'))
  expect(refused).toMatchObject({ target: null, runs: [], alsoProbing: [], problem: { code: 'target-refused', rule: expect.stringContaining('169.254'), message: expect.stringContaining('No packet was sent.') } })
  expect(refused['verdicts']).toMatchObject([{ address: '192.0.2.8', allowed: true }, { address: '169.254.169.254', allowed: false }])
  expect(valueOf(await inspect('127.1'))).toMatchObject({ parsed: null, problem: { code: 'target-invalid', field: 'target' } })
  expect(valueOf(await inspect('10.0.0.5', { runs: [{ tool: 'ping', options: { count: 0 } }] }))).toMatchObject({ target: { address: '10.0.0.5' }, problem: { code: 'invalid', field: 'options.count' } })
  expect(on.vantage.started).toEqual([])
  expect(valueOf(await on.call<unknown[]>('GET', '/api/v1/sessions', { cookie: on.admin.cookie }))).toEqual([])
})

test('a refused start makes no session, sends nothing to the vantage, and is audited with its rule', async () => {
  const audit = memoryAudit()
  const on = await site({ audit })
  expect(errorOf(await start(on, on.admin.cookie, { target: '169.254.169.254' }))).toMatchObject({ code: 'target-refused', field: 'target', rule: expect.stringMatching(/^rule \d+: 169\.254/) })
  expect(errorOf(await start(on, on.admin.cookie, { runs: [{ tool: 'ping', options: { count: 5000 } }] }))).toMatchObject({ code: 'invalid', field: 'options.count' })
  expect(errorOf(await start(on, on.admin.cookie, { target: 'nowhere.example.com' }))).toMatchObject({ code: 'target-unresolved' })
  expect(audit.entries.filter((entry) => entry.action === 'run-refused')).toMatchObject([
    { target: '169.254.169.254', code: 'target-refused', rule: expect.stringContaining('169.254') }, { code: 'invalid' }, { code: 'target-unresolved' },
  ])
  expect(on.vantage.started).toEqual([])
  expect(await on.web.store.list({ limit: 10 })).toEqual([])
})

test('no audit, no run: nothing is started and no place stays taken', async () => {
  const audit = memoryAudit()
  const on = await site({ audit })
  audit.broken = true
  for (let i = 0; i < 6; i += 1) expect(errorOf(await start(on, on.admin.cookie)).code).toBe('audit-unavailable')
  expect(on.vantage.started).toEqual([])
  expect(await on.web.store.list({ limit: 10 })).toEqual([])
  audit.broken = false
  expect((await start(on, on.admin.cookie)).ok).toBe(true)
})

test('a vantage that refuses gives the run that outcome and its place back', async () => {
  const on = await site()
  on.vantage.refusal = { code: 'target-refused', message: 'The runner refuses it: rule 3.' }
  const { sessionId, runIds: [runId] } = valueOf(await start(on, on.admin.cookie))
  await expect.poll(() => lastEvent(on, sessionId)).toMatchObject({ kind: 'run.ended', runId, outcome: { kind: 'refused', code: 'target-refused', blame: 'policy', message: 'The runner refuses it: rule 3.' } })
  expect(on.web.limits.runs.held(on.admin.userId)).toBe(0)
})

test('a lost vantage ends its runs as interrupted, and what it still says of them is dropped', async () => {
  const on = await site()
  const { sessionId, runIds: [runId] } = valueOf(await start(on, on.admin.cookie))
  if (runId === undefined) throw new Error('no run')
  on.vantage.reply(runId)
  on.vantage.setOnline(false)
  on.vantage.reply(runId)
  await expect.poll(() => lastEvent(on, sessionId)).toMatchObject({ kind: 'run.ended', outcome: { kind: 'interrupted', code: 'link-lost', blame: 'hopscope' } })
  expect((await events(on, sessionId)).filter((event) => event.kind === 'ping.reply')).toHaveLength(1)
  expect(errorOf(await start(on, on.admin.cookie)).code).toBe('vantage-offline')
  on.vantage.setOnline(true)
  expect((await start(on, on.admin.cookie)).ok).toBe(true)
  expect(errorOf(await on.call('POST', `/api/v1/sessions/${sessionId}/runs/${runId}/stop`, { cookie: on.admin.cookie })).code).toBe('conflict')
})

test('a missing tool is refused with its remedy before anything is made', async () => {
  const on = await site()
  on.vantage.setFacts({ ...valueOf(await on.vantage.check()), tools: [{ tool: 'ping', state: 'missing', path: null, version: null, message: 'ping is not installed.', remedy: 'apt-get install iputils-ping' }] })
  expect(errorOf(await start(on, on.admin.cookie))).toMatchObject({ code: 'tool-unavailable', message: expect.stringContaining('apt-get install iputils-ping') })
  expect(await on.web.store.list({ limit: 10 })).toEqual([])
})

test('a tool that is missing is shown and not ticked; it is a problem only when nothing else was asked for', async () => {
  const on = await site()
  const facts = valueOf(await on.vantage.check())
  const missing = { tool: 'mtr' as const, state: 'missing' as const, path: null, version: null, message: 'mtr is not installed.', remedy: 'sudo apt-get install mtr-tiny' }
  on.vantage.setFacts({ ...facts, tools: facts.tools.map((status) => (status.tool === 'mtr' ? missing : status)) })
  const inspect = async (runs?: object[]): Promise<Inspection> => valueOf(await on.call<Inspection>('POST', '/api/v1/targets/inspect', { cookie: on.admin.cookie, body: { target: '192.0.2.1', ...(runs && { runs }) } }))
  const all = await inspect()
  expect(all.problem).toBeNull()
  expect(all.runs.map(({ tool, ticked }) => [tool, ticked])).toEqual([['ping', true], ['mtr', false], ['pmtu', true], ['dns', false], ['reach', false], ['traceroute', false], ['pathping', false], ['nslookup', false]])
  expect((await inspect([{ tool: 'mtr', options: {} }])).problem).toMatchObject({ code: 'tool-unavailable', message: expect.stringContaining('apt-get install mtr-tiny') })
})

test('what a tool cannot do is said in its row, refused at the start, and never reaches the vantage', async () => {
  const on = await site()
  const runs = [{ tool: 'mtr', options: { protocol: 'icmp', firstHop: 20, maxHops: 10 } }]
  const inspected = valueOf(await on.call<Inspection>('POST', '/api/v1/targets/inspect', { cookie: on.admin.cookie, body: { target: '192.0.2.1', runs: [...runs, { tool: 'ping', options: {} }] } }))
  expect(inspected).toMatchObject({ problem: null, runs: [{ tool: 'mtr', ticked: false, cannot: expect.any(String) }, { tool: 'ping', cannot: null }] })
  expect(errorOf(await start(on, on.admin.cookie, { target: '192.0.2.1', runs }))).toMatchObject({ code: 'invalid', field: 'options', message: inspected.runs[0]?.cannot })
  expect(on.vantage.started).toEqual([])
})

test('a clock step goes into the log of every session with a live run', async () => {
  const on = await site()
  const { sessionId } = valueOf(await start(on, on.admin.cookie))
  on.vantage.clock(-1500)
  await expect.poll(() => lastEvent(on, sessionId)).toMatchObject({ kind: 'clock.step', deltaMs: -1500 })
})

test('after a death of the server the session reads interrupted, once', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hopscope-dead-'))
  try {
    const before = await startTestWeb({ dataDir })
    const { sessionId, runIds: [runId] } = valueOf(await start(before, before.admin.cookie))
    if (runId === undefined) throw new Error('no run')
    before.vantage.reply(runId)
    await before.web.store.append(sessionId, [])
    // As kill -9 would leave it: the log is closed without the run's end.
    await before.web.store.close()
    before.vantage.obedient = false
    const after = await site({ dataDir })
    const detail = valueOf(await after.call<SessionDetail>('GET', `/api/v1/sessions/${sessionId}`, { cookie: after.admin.cookie }))
    expect(detail.runs).toMatchObject([{ runId, state: 'interrupted', outcome: { code: 'server-died', blame: 'hopscope' } }])
    expect((await events(after, sessionId)).filter((event) => event.kind === 'run.ended')).toHaveLength(1)
    expect(after.web.runs.live.size()).toBe(0)
    await after.close()
    open.length = 0
    const again = await site({ dataDir })
    expect((await events(again, sessionId)).filter((event) => event.kind === 'run.ended')).toHaveLength(1)
  } finally {
    for (const one of open.splice(0)) await one.close()
    await rm(dataDir, { recursive: true, force: true })
  }
})

test('four runs a person and a full host are refused as busy; ended runs give their place back', async () => {
  const on = await site({ policy: valueOf(decodePolicy({ limits: { runsPerHost: 6, runsPerUser: 4 } }, 'test')) })
  const [one, two] = [await on.person('operator'), await on.person('operator')]
  const [four, three] = await Promise.all([
    start(on, one.cookie, { runs: Array.from({ length: 4 }, () => ({ tool: 'ping', options: {} })) }),
    start(on, two.cookie, { runs: Array.from({ length: 3 }, () => ({ tool: 'ping', options: {} })) }),
  ])
  expect([four.ok, three.ok].filter(Boolean)).toHaveLength(1)
  expect(errorOf(four.ok ? three : four)).toMatchObject({ code: 'busy', message: expect.stringContaining('vantage') })
  const started = valueOf(four.ok ? four : three)
  const who = four.ok ? one : two
  if (four.ok) expect(errorOf(await start(on, who.cookie))).toMatchObject({ code: 'busy', message: expect.stringContaining('one person') })
  for (const runId of started.runIds) on.vantage.end(runId)
  await expect.poll(() => on.web.limits.hostRuns.held('host')).toBe(0)
  expect((await start(on, who.cookie)).ok).toBe(true)
})

test('60 starts an hour and 10 new targets a minute, each with when to try again', async () => {
  const on = await site({ policy: valueOf(decodePolicy({ limits: { startsPerUserPerHour: 12, runsPerUser: 64 } }, 'test')) })
  const person = await on.person('operator')
  for (let i = 1; i <= 10; i += 1) valueOf(await start(on, person.cookie, { target: `192.0.2.${i}` }))
  expect(errorOf(await start(on, person.cookie, { target: '192.0.2.99' }))).toMatchObject({ code: 'rate-limited', retryAfterS: expect.any(Number), message: expect.stringContaining('new target') })
  valueOf(await start(on, person.cookie, { target: '192.0.2.1' }))
  valueOf(await start(on, person.cookie, { target: '192.0.2.2' }))
  const last = await on.ask({ method: 'POST', path: '/api/v1/sessions', cookie: person.cookie, body: { target: '192.0.2.3', runs: [{ tool: 'ping', options: {} }] } })
  expect(last.status).toBe(429)
  expect(Number(last.headers['retry-after'])).toBeGreaterThan(60)
})

test('any number of viewers cost one process, and a second run is added to the same session', async () => {
  const on = await site()
  const { sessionId } = valueOf(await start(on, on.admin.cookie))
  const more = valueOf(await on.call<Started>('POST', `/api/v1/sessions/${sessionId}/runs`, { cookie: on.admin.cookie, body: { target: '127.0.0.1', runs: [{ tool: 'ping', options: { count: 2 } }] } }))
  expect(more.sessionId).toBe(sessionId)
  const detail = valueOf(await on.call<SessionDetail>('GET', `/api/v1/sessions/${sessionId}`, { cookie: on.admin.cookie }))
  expect(detail.runs).toHaveLength(2)
  expect((await events(on, sessionId)).filter((event) => event.kind === 'session.created')).toHaveLength(1)
})

test('with a full disk new runs are refused with 507', async () => {
  const on = await site()
  const { web } = on
  web.store.state = () => ({ ok: false, message: 'the disk is full', notStoredFromMs: 1 })
  const answer = await on.ask({ method: 'POST', path: '/api/v1/sessions', cookie: on.admin.cookie, body: { target: '127.0.0.1', runs: [{ tool: 'ping', options: {} }] } })
  expect(answer.status).toBe(507)
  expect(JSON.parse((await on.ask({ path: '/healthz' })).text)).toMatchObject({ status: 'degraded', storage: { ok: false } })
})

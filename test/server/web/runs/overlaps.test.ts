/** Runs towards one address: both sessions are told when it begins and ends, exactly once; nobody probes the same thing twice by pressing twice. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import type { Inspection, Started } from '#lib/protocol/api.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { Result } from '#lib/protocol/result.ts'
import { createOverlaps } from '#server/web/runs/overlaps.ts'
import type { LiveRun } from '#server/web/runs/registry.ts'
import { errorOf, startTestWeb, valueOf, type TestWeb } from '../helpers.ts'
import { roomyPolicy } from '../worlds.ts'

const open: TestWeb[] = []
async function site(dataDir?: string): Promise<TestWeb> {
  const made = await startTestWeb({ proxied: true, policy: roomyPolicy(), ...(dataDir !== undefined && { dataDir }) })
  open.push(made)
  return made
}
afterEach(async () => { for (const one of open.splice(0)) await one.close() })

interface Wanted { tool?: string; options?: object; target?: string; sessionId?: string; cookie?: string; visibility?: 'private' }
const start = (on: TestWeb, { tool = 'ping', options = {}, target = '192.0.2.1', sessionId, cookie, visibility }: Wanted = {}): Promise<Result<Started>> =>
  on.call<Started>('POST', sessionId === undefined ? '/api/v1/sessions' : `/api/v1/sessions/${sessionId}/runs`, { cookie: cookie ?? on.admin.cookie, body: { target, runs: [{ tool, options }], ...(visibility && { visibility }) } })

async function begun(on: TestWeb, wanted?: Wanted): Promise<{ sessionId: SessionId; runId: RunId }> {
  const { sessionId, runIds: [runId] } = valueOf(await start(on, wanted))
  if (runId === undefined) throw new Error('no run')
  return { sessionId, runId }
}
const log = async (on: TestWeb, sessionId: SessionId): Promise<SessionEvent[]> => {
  await on.web.store.append(sessionId, [])
  return on.web.store.read(sessionId, 0, 10_000)
}
/** `began mtr`, `ended ping`, with `run.started` and `run.ended` between, of one run. */
const story = async (on: TestWeb, { sessionId, runId }: { sessionId: SessionId; runId: RunId }): Promise<string[]> =>
  (await log(on, sessionId)).flatMap((event) => {
    if (!('runId' in event) || event.runId !== runId) return []
    if (event.kind === 'run.overlap') return [`${event.state} ${event.with.tool} ${event.with.protocol} ${event.with.sameSession ? 'here' : 'elsewhere'}`]
    return event.kind === 'run.started' || event.kind === 'run.ended' ? [event.kind] : []
  })

test('two sessions at one address are told about each other, from the later start to the earlier end', async () => {
  const on = await site()
  const one = await begun(on)
  const other = await begun(on, { target: '192.0.2.2' })
  const two = await begun(on, { tool: 'mtr', options: { protocol: 'tcp' } })
  on.vantage.end(two.runId)
  on.vantage.end(one.runId)
  expect(await story(on, one)).toEqual(['run.started', 'began mtr TCP :443 elsewhere', 'ended mtr TCP :443 elsewhere', 'run.ended'])
  expect(await story(on, two)).toEqual(['run.started', 'began ping ICMP elsewhere', 'ended ping ICMP elsewhere', 'run.ended'])
  expect(await story(on, other)).toEqual(['run.started'])
  const began = (await log(on, one.sessionId)).find((event) => event.kind === 'run.overlap')
  expect(began).toMatchObject({ runId: one.runId, with: { runId: two.runId } })
})

test('runs of one session overlap too, and a run that is refused by the vantage overlaps with nothing', async () => {
  const on = await site()
  const one = await begun(on)
  const two = await begun(on, { tool: 'traceroute', sessionId: one.sessionId })
  on.vantage.refusal = { code: 'busy', message: 'No place.' }
  const never = await begun(on, { tool: 'mtr', sessionId: one.sessionId })
  await expect.poll(async () => (await log(on, one.sessionId)).at(-1)).toMatchObject({ kind: 'run.ended', runId: never.runId })
  expect(await story(on, one)).toEqual(['run.started', 'began traceroute UDP here'])
  expect(await story(on, two)).toEqual(['run.started', 'began ping ICMP here'])
  expect(await story(on, never)).toEqual(['run.ended'])
})

test('a lost vantage and a deleted session end overlaps like any other end', async () => {
  const on = await site()
  const [one, two] = [await begun(on), await begun(on)]
  valueOf(await on.call('DELETE', `/api/v1/sessions/${two.sessionId}`, { cookie: on.admin.cookie }))
  expect(await story(on, one)).toEqual(['run.started', 'began ping ICMP elsewhere', 'ended ping ICMP elsewhere'])
  const three = await begun(on)
  on.vantage.setOnline(false)
  await expect.poll(async () => (await story(on, three)).at(-1)).toBe('run.ended')
  expect(await story(on, three)).toEqual(['run.started', 'began ping ICMP elsewhere', 'ended ping ICMP elsewhere', 'run.ended'])
  expect((await story(on, one)).slice(3)).toEqual(['began ping ICMP elsewhere', 'ended ping ICMP elsewhere', 'run.ended'])
})

test('after a death of the server the overlap has an end, before the run\'s own', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hopscope-overlap-'))
  try {
    const before = await startTestWeb({ dataDir })
    const [one, two] = [await begun(before), await begun(before)]
    await log(before, one.sessionId)
    await before.web.store.close()
    const after = await site(dataDir)
    for (const run of [one, two]) expect(await story(after, run)).toEqual(['run.started', 'began ping ICMP elsewhere', 'ended ping ICMP elsewhere', 'run.ended'])
  } finally {
    for (const one of open.splice(0)) await one.close()
    await rm(dataDir, { recursive: true, force: true })
  }
})

test('whatever the order of starts and ends: symmetric, exactly once, only between live runs', () => {
  const steps = fc.array(fc.record({ run: fc.nat(5), address: fc.nat(1) }), { maxLength: 40 })
  fc.assert(fc.property(steps, (moves) => {
    const live = new Map<RunId, LiveRun>()
    const overlaps = createOverlaps({ all: () => [...live.values()] })
    const now = new Map<string, 'began' | 'ended'>()
    const note = (about: RunId, event: { kind: string }): void => {
      if (event.kind !== 'run.overlap' || !('state' in event) || !('with' in event)) throw new Error('not an overlap')
      const { state, with: other } = event as Extract<SessionEvent, { kind: 'run.overlap' }>
      expect(now.get(`${about} ${other.runId}`) ?? 'ended').toBe(state === 'began' ? 'ended' : 'began')
      now.set(`${about} ${other.runId}`, state)
    }
    moves.forEach(({ run: n, address }, i) => {
      const id = RunId.parse(`run${String(n).padStart(13, '0')}`)
      const known = live.get(id)
      const run: LiveRun = known ?? {
        runId: id, sessionId: SessionId.parse('sessionsessionAA'), tool: 'ping', target: { host: 'x', address: `192.0.2.${address}`, family: 4, addresses: [] }, options: {}, userId: 'u' as LiveRun['userId'], by: 'u',
        queuedAtMs: 0, state: 'running', release: () => undefined,
      }
      if (known === undefined) live.set(id, run)
      else live.delete(id)
      const change = known === undefined ? overlaps.started(run, i) : overlaps.ended(run, i)
      for (const event of change.own) note(id, event)
      for (const { event } of change.others) note((event as Extract<SessionEvent, { kind: 'run.overlap' }>).runId, event)
      for (const a of live.values()) for (const b of live.values()) {
        if (a.runId !== b.runId) expect(now.get(`${a.runId} ${b.runId}`) === 'began').toBe(a.target.address === b.target.address)
      }
    })
  }))
})

test('"run again" while it runs is a conflict that names it, also twice at once; another option, address or session is not', async () => {
  const on = await site()
  const one = await begun(on)
  const again = errorOf(await start(on, { sessionId: one.sessionId, options: { intervalMs: 1000 } }))
  expect(again).toMatchObject({ code: 'conflict', message: 'This session already runs exactly this: Ping to 192.0.2.1 with the same options. It would send the same twice. Watch the run that is live, or stop it first.' })
  const both = await Promise.all([1, 2].map(() => start(on, { sessionId: one.sessionId, tool: 'mtr' })))
  expect(both.filter((result) => result.ok)).toHaveLength(1)
  for (const other of [{ options: { sizeBytes: 100 } }, { target: '192.0.2.9' }]) valueOf(await start(on, { sessionId: one.sessionId, ...other }))
  valueOf(await start(on))
  on.vantage.end(one.runId)
  valueOf(await start(on, { sessionId: one.sessionId }))
  expect(on.vantage.started.filter((run) => run.sessionId === one.sessionId)).toHaveLength(5)
})

test('a start that could not be audited or had no place leaves nothing claimed', async () => {
  const on = await site()
  const one = await begun(on)
  const { write } = on.web.audit
  on.web.audit.write = async () => { throw new Error('broken') }
  expect((await start(on, { sessionId: one.sessionId, tool: 'mtr' })).ok).toBe(false)
  on.web.audit.write = write
  valueOf(await start(on, { sessionId: one.sessionId, tool: 'mtr' }))
})

test('the start page learns who probes an address already, and of private sessions only the tool', async () => {
  const on = await site()
  const ann = await on.person('operator')
  const one = await begun(on, { cookie: ann.cookie })
  await begun(on, { cookie: ann.cookie, tool: 'mtr', visibility: 'private' })
  await begun(on, { cookie: ann.cookie, target: '192.0.2.2' })
  const inspect = async (cookie: string, runs?: object[]): Promise<Inspection['alsoProbing']> => valueOf(await on.call<Inspection>('POST', '/api/v1/targets/inspect', { cookie, body: { target: '192.0.2.1', ...(runs && { runs }) } })).alsoProbing
  const visible = { sessionId: one.sessionId, title: '192.0.2.1', by: 'Test operator-1', tool: 'ping', label: 'Ping', sameOptions: true, sinceMs: expect.any(Number) }
  expect(await inspect(on.admin.cookie)).toEqual([visible, { sessionId: null, title: null, by: null, tool: 'mtr', label: 'mtr', sameOptions: false, sinceMs: null }])
  expect(await inspect(ann.cookie)).toMatchObject([visible, { tool: 'mtr', by: 'Test operator-1', sameOptions: true }])
  expect(await inspect(on.admin.cookie, [{ tool: 'ping', options: { sizeBytes: 99 } }])).toMatchObject([{ tool: 'ping', sameOptions: false }, { tool: 'mtr' }])
  on.vantage.end(one.runId)
  expect((await inspect(on.admin.cookie)).map(({ tool }) => tool)).toEqual(['mtr'])
})

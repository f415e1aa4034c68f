/** The main job through real HTTP and sockets: start, watch live, late, and after a reconnect; stop; the same log for everyone. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Started } from '#lib/protocol/api.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import { Recorder, connected, startTestWeb, valueOf, type TestWeb } from '../helpers.ts'

let site: TestWeb
beforeAll(async () => { site = await startTestWeb() })
afterAll(async () => { await site.close() })

const ping = { target: 'db-1.example.internal', runs: [{ tool: 'ping', options: { count: 5 } }] }
const ended = (runId: RunId) => (events: { kind: string }[]): boolean => events.some((event) => event.kind === 'run.ended' && 'runId' in event && event.runId === runId)

test('live, late and reconnecting viewers get the same events in the same order, once', async () => {
  const operator = await site.person('operator')
  const started = valueOf(await site.call<Started>('POST', '/api/v1/sessions', { cookie: operator.cookie, body: ping }))
  const [runId] = started.runIds
  if (runId === undefined) throw new Error('no run')
  const clients = [site.connect({ cookie: operator.cookie }), site.connect({ cookie: site.admin.cookie })]
  await Promise.all(clients.map(connected))
  const [first, second] = clients.map((client) => new Recorder(client, started.sessionId))
  if (!first || !second) throw new Error('two clients')
  const ack = valueOf(await first.subscribe(started.sessionId))
  expect(ack).toMatchObject({ canRun: true, canShare: true, sessionId: started.sessionId })
  await second.subscribe(started.sessionId)
  for (let i = 0; i < 20; i += 1) site.vantage.reply(runId, i + 0.5)
  await first.until((events) => events.filter((event) => event.kind === 'ping.reply').length >= 20)

  const cut = second.events.at(-1)?.seq ?? 0
  clients[1]?.disconnect()
  for (let i = 0; i < 20; i += 1) site.vantage.reply(runId, 2)
  const back = site.connect({ cookie: site.admin.cookie })
  await connected(back)
  const again = new Recorder(back, started.sessionId)
  await again.subscribe(started.sessionId, cut)
  const late = site.connect({ cookie: site.admin.cookie })
  await connected(late)
  const third = new Recorder(late, started.sessionId)
  await third.subscribe(started.sessionId)
  valueOf(await site.call('POST', `/api/v1/sessions/${started.sessionId}/runs/${runId}/stop`, { cookie: operator.cookie }))
  await Promise.all([first, again, third].map((one) => one.until(ended(runId))))

  expect(third.events).toEqual(first.events)
  expect([...second.events.slice(0, second.events.findIndex((event) => event.seq === cut) + 1), ...again.events]).toEqual(first.events)
  expect(first.seqs()).toEqual(first.seqs().map((_, i) => i + 1))
  expect(first.events.map((event) => event.kind).slice(0, 3)).toEqual(['session.created', 'run.queued', 'run.started'])
  expect(first.events.at(-1)).toMatchObject({ kind: 'run.ended', outcome: { kind: 'stopped', by: 'Test operator-1' } })
  expect(site.vantage.started.filter((run) => run.sessionId === started.sessionId)).toHaveLength(1)
})

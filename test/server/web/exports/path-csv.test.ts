/** The probes of a path run as CSV: one row each, whatever the order in which their fates came. */
import { expect, it } from 'vitest'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import { pathCsvExport } from '#server/web/exports/path-csv.ts'
import type { Reading } from '#server/web/reading.ts'

const runId = RunId.parse('RRRRRRRRRRRRRRRR')
const other = RunId.parse('OOOOOOOOOOOOOOOO')

async function rows(bodies: readonly Observed[], page = 100): Promise<string[]> {
  const events = bodies.map((body, i): SessionEvent => ({ ...body, seq: i + 1 }))
  const reading: Pick<Reading, 'pages'> = {
    async *pages() { for (let i = 0; i < events.length; i += page) yield events.slice(i, i + page) },
  }
  let text = ''
  for await (const chunk of pathCsvExport({ ...reading } as Reading, { runId, timeoutMs: 2000 })) text += chunk
  return text.split('\r\n').slice(0, -1)
}
const reply = (ttl: number, probe: number, rttMs: number | null, more: object = {}, atMs = 1_700_000_000_000): Observed => ({ kind: 'path.reply', runId, line: 1, ttl, probe, rttMs, from: '192.0.2.1', atMs, ...more })
const awaited = (ttl: number, probe: number, sentAtMs: number, atMs = sentAtMs + 1000): Observed => ({ kind: 'path.awaited', runId, line: 1, ttl, probe, sentAtMs, atMs })

it('answered, flagged, late, lost and awaited; other runs and other events are left out', async () => {
  const t = 1_700_000_000_000
  expect(await rows([
    reply(1, 1, 10.5), reply(1, 2, 12, { flag: 'X', sentAtMs: t - 30 }), { ...reply(9, 9, 1), runId: other } as Observed,
    awaited(2, 1, t), reply(2, 1, 2500, {}, t + 2500), awaited(3, 1, t), awaited(4, 1, t + 5000), reply(5, 1, null, { from: null, sentAtMs: t + 5900 }, t + 6000),
    { kind: 'path.unanswered', runId, line: 1, ttl: 6, probe: 1, atMs: t + 6000 }, { kind: 'path.name', runId, address: '192.0.2.1', name: 'x.y', source: 'dns', atMs: t + 6000 },
  ])).toEqual([
    'runId,ttl,probe,sent,sentAtMs,rttMs,from,flag,state',
    `${runId},1,1,2023-11-14T22:13:19.989Z,1699999999989.5,10.5,192.0.2.1,,answered`,
    `${runId},1,2,2023-11-14T22:13:19.970Z,1699999999970,12,192.0.2.1,X,answered`,
    `${runId},2,1,2023-11-14T22:13:20.000Z,1700000000000,2500,192.0.2.1,,late`,
    `${runId},5,1,2023-11-14T22:13:25.900Z,1700000005900,,,,answered`,
    `${runId},6,1,,,,,,lost`,
    `${runId},3,1,2023-11-14T22:13:20.000Z,1700000000000,,,,lost`,
    `${runId},4,1,2023-11-14T22:13:25.000Z,1700000005000,,,,awaited`,
  ])
})

it('a day of probes without an answer is not held until the end, and has a row each', async () => {
  const t = 1_700_000_000_000
  const bodies = Array.from({ length: 3000 }, (_, i) => (i % 3 === 0 ? reply(1, i + 1, 5, {}, t + i * 1000) : awaited(1, i + 1, t + i * 1000)))
  const lines = (await rows(bodies, 50)).slice(1)
  expect(lines).toHaveLength(3000)
  expect(new Set(lines.map((line) => line.split(',')[2])).size).toBe(3000)
  const states = lines.map((line) => line.split(',').at(-1))
  expect(states.filter((state) => state === 'answered')).toHaveLength(1000)
  expect(states.filter((state) => state === 'awaited').length).toBeLessThanOrEqual(2)
})

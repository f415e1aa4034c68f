/** Whole reach runs through the runner: real programs under the limits of a tool, real servers on loopback, policy at every redirect. */
import { createServer as createHttp } from 'node:http'
import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { reach } from '#lib/tools/reach/index.ts'
import type { ReachOptions } from '#lib/tools/reach/options.ts'
import type { Tool } from '#lib/tools/tool.ts'
import { locateTool } from '#server/runner/locate.ts'
import { makeSites } from '#test/support/certificates.ts'
import { NO_NAMES } from '../support/planned.ts'
import { startRig, type Rig } from '../support/rig.ts'
import { page } from './hostile-servers.ts'
import { closedPort, listening } from './probe-run.ts'

let rig: Rig | null = null
afterEach(async () => {
  await rig?.close()
  rig = null
})

/** The rig starts its one tool with `mode`: here the options, as JSON. */
const tool: Tool<object, unknown> = asAny({ ...reach, decodeOptions: (raw: unknown) => reach.decodeOptions(JSON.parse((raw as { mode: string[] }).mode[0] ?? '{}')) })
/** Guarantee: the runner hands a tool only options that this tool decoded, and no view at all. */
function asAny(one: unknown): Tool<object, unknown> { return one as Tool<object, unknown> }

async function start(options: Partial<ReachOptions>, target: Partial<PinnedTarget> = {}): Promise<{ on: Rig; runId: Awaited<ReturnType<Rig['start']>>['runId'] }> {
  const on = await startRig({ tool, locate: (binary) => locateTool(binary), nameSetup: async () => NO_NAMES })
  rig = on
  const { runId, result } = await on.start([JSON.stringify(options)], { target: { host: 'localhost', address: '127.0.0.1', family: 4, addresses: ['127.0.0.1', '::1'], ...target } })
  expect(result).toEqual({ ok: true, value: null })
  return { on, runId }
}
const of = <K extends Observed['kind']>({ events }: Rig, kind: K): Extract<Observed, { kind: K }>[] => events.filter((event): event is Extract<Observed, { kind: K }> => event.kind === kind)

test('TLS and HTTP, a redirect to a name that may be asked, one that may not, and connections', async () => {
  const asked: string[] = []
  const { sites } = makeSites({ names: ['known.test'] })
  const inside = await listening(page(sites.good, asked, { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data/' } }), '::')
  const port = await listening(createHttp((request, response) => {
    asked.push(`${request.method} ${request.headers.host}`)
    response.writeHead(301, { location: `https://known.test:${inside}/there` }).end()
  }), '::')
  const { on, runId } = await start({ port, depth: 'http', count: 4, intervalMs: 200, timeoutMs: 2000 })
  expect((await on.ended(runId)).outcome).toEqual({ kind: 'finished', code: 'exit', exitCode: 0, message: `TCP port ${port} of localhost is open at both addresses. 8 of 8 connections were accepted.` })
  expect(asked.slice(0, 2).toSorted()).toEqual([`GET localhost:${port}`, `GET localhost:${port}`])
  expect(asked.slice(2)).toEqual([`GET /there known.test:${inside} no length hopscope-reach 1.1`])
  expect(of(on, 'reach.redirect').map(({ hop, verdict, address, begins }) => [hop, verdict, address, begins])).toEqual([
    [1, 'followed', '127.0.0.1', ['127.0.0.1', '::1']], [2, 'refused', null, ['127.0.0.1', '::1']],
  ])
  expect(of(on, 'reach.redirect')[1]?.reason).toContain('169.254.169.254')
  expect(of(on, 'reach.http').map(({ hop, status, tlsReason }) => [hop, status, tlsReason ?? null])).toEqual([[0, 301, null], [0, 301, null], [1, 302, expect.stringMatching(/ISSUER|SELF_SIGNED|VERIFY/)]])
  for (const address of ['127.0.0.1', '::1']) expect(of(on, 'reach.connect').filter((one) => one.address === address).map(({ n, state }) => [n, state])).toEqual([[1, 'open'], [2, 'open'], [3, 'open'], [4, 'open']])
  // Every event names the line that it was read from.
  const lines = on.transcript(runId).split('\n')
  for (const { line, address, n } of of(on, 'reach.connect')) expect(lines[line - 1]).toMatch(new RegExp(`^\\d+\\.\\d{6} tcp ${address.replaceAll('.', '\\.')} ${port} ${n} open `))
  for (const { line, url } of of(on, 'reach.http')) expect(lines[line - 1]).toContain(url)
  expect(of(on, 'unrecognised')).toEqual([])
})

test('a closed port is refused by the target itself, where a trace may be made', async () => {
  const port = await closedPort(createServer())
  const { on, runId } = await start({ port, depth: 'tcp', count: 2, intervalMs: 200 }, { addresses: ['127.0.0.1'] })
  const { outcome } = await on.ended(runId)
  expect(outcome).toMatchObject({ kind: 'finished', message: expect.stringMatching(/ is refused.* 0 of 2 connections were accepted\.$/) })
  expect(of(on, 'reach.connect').map(({ state, code }) => [state, code])).toEqual([['refused', 'ECONNREFUSED'], ['refused', 'ECONNREFUSED']])
  const [blame] = of(on, 'reach.blame')
  // Without the right to raw sockets nobody can be asked.
  expect(blame?.how === 'unknown' ? null : blame).toSatisfy((one: typeof blame | null) => one === null || (one?.how === 'rst' && one.by === '127.0.0.1'))
})

test('stopped in the middle of its connections it ends at the interrupt, and nothing is said of what was under way', async () => {
  const port = await listening(createServer((peer) => peer.on('error', () => undefined).end()))
  const { on, runId } = await start({ port, depth: 'tcp', intervalMs: 200 }, { addresses: ['127.0.0.1'] })
  await new Promise<void>((resolve) => { on.vantage.on('output', () => { if (of(on, 'reach.connect').length >= 2) resolve() }) })
  on.vantage.stop(runId, 'ana')
  expect((await on.ended(runId)).outcome).toMatchObject({ kind: 'stopped', by: 'ana', signal: 'SIGINT' })
  expect(of(on, 'reach.connect').every(({ state }) => state === 'open')).toBe(true)
  expect(of(on, 'reach.fatal')).toEqual([])
})

/** R8, R9, R10, R21: tools that flood, hang, crash, devour memory, are missing or forbidden: each told apart, none harms the others. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readlinkSync, renameSync, symlinkSync, unlinkSync } from 'node:fs'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { fitOrSkip } from './support/fit.ts'
import { Product } from './support/product.ts'
import { rssMb } from './support/watch.ts'
import { figure, quantileOf } from './support/scale.ts'
import { LogViewer } from './support/viewer.ts'

const fit = fitOrSkip()
let product: Product
/** A run that goes on beside everything that happens here. */
let bystander: LogViewer
let witness: Awaited<ReturnType<Product['ping']>>
beforeAll(async () => {
  if (!fit) return
  product = await Product.start()
  witness = await product.ping('127.66.8.10')
  bystander = new LogViewer({ port: product.port, cookie: product.cookie, sessionId: witness.sessionId, from: product.address() })
  await bystander.connect()
  await bystander.until('a reply', ({ delays }) => delays.length > 0)
})
afterAll(async () => {
  if (!fit) return
  expect(bystander.faults).toEqual([])
  expect(await product.end()).toEqual([])
})

/** The witness goes on as if nothing were: same process, fresh replies. */
async function unharmed(): Promise<void> {
  const count = bystander.delays.length
  await bystander.until('the other run goes on', ({ delays }) => delays.length > count + 3)
  expect(bystander.events.some((event) => event.kind === 'run.ended')).toBe(false)
}

const toolsOf = (address: string): number => product.calls.filter((args) => args.at(-1) === address).length
const health = async (): Promise<{ status: string; vantage: { online: boolean; tools: { tool: string; state: string }[] } }> =>
  (await product.ask({ path: '/healthz', from: product.address() })).json as Awaited<ReturnType<typeof health>>
const cuts = (log: readonly SessionEvent[]): string[] => log.flatMap((event) => (event.kind === 'run.truncated' ? [event.what] : []))

test.skipIf(!fit)('R8: a flood of lines is held to 2,000 a second and stopped; memory and the other run stay as they were', async () => {
  const pids = product.pids()
  const before = { web: rssMb(pids.web), runner: rssMb(pids.runner) }
  const from = bystander.delays.length
  const startedMs = performance.now()
  const run = await product.ping('127.66.1.1')
  const { outcome } = await product.ended(run)
  const tookMs = performance.now() - startedMs
  expect(outcome).toMatchObject({ kind: 'failed', code: 'output-limit', blame: 'tool' })
  const log = await product.log(run.sessionId)
  expect(cuts(log)).toContain('lines')
  const replies = log.filter((event) => event.kind === 'ping.reply').length
  expect(replies).toBeGreaterThan(1000)
  expect(replies).toBeLessThan(2_000 * (Math.ceil(tookMs / 1000) + 1))
  await unharmed()
  const grown = { web: rssMb(pids.web) - before.web, runner: rssMb(pids.runner) - before.runner }
  // Generous: a young process grows by itself; without the limits it would be hundreds.
  expect(grown.web).toBeLessThan(160)
  expect(grown.runner).toBeLessThan(160)
  figure('R8', 'memory grown in web / runner by a flood, MiB', `${grown.web.toFixed(0)} / ${grown.runner.toFixed(0)}`, '64')
  figure('R8', 'flood over, tool dead after ms', tookMs, '3000')
  figure('R8', 'delay of the other run during the flood, p99 ms', quantileOf(bystander.delays.slice(from), 0.99), '-')
  expect(product.pids()).toEqual(pids)
})

test.skipIf(!fit)('R8: one line without end is stopped too', async () => {
  const run = await product.ping('127.66.2.1')
  const { outcome } = await product.ended(run)
  expect(outcome).toMatchObject({ kind: 'failed', code: 'output-limit' })
  const log = await product.log(run.sessionId)
  expect(cuts(log)).toContain('transcript')
  expect(Math.max(...log.map((event) => JSON.stringify(event).length))).toBeLessThan(16 * 1024)
  await unharmed()
})

test.skipIf(!fit)('R9: a tool that ignores everything, with a child, is dead within 5 s of a stop, and the outcome says by which signal', async () => {
  const others = new Set(product.tools().map(({ pid }) => pid))
  const run = await product.ping('127.66.3.1')
  await product.until('tool and child', () => product.tools().filter(({ pid }) => !others.has(pid)).length === 2)
  const startedMs = performance.now()
  await product.call('POST', `/api/v1/sessions/${run.sessionId}/runs/${run.runId}/stop`)
  const { outcome } = await product.ended(run)
  expect(outcome).toMatchObject({ kind: 'stopped', by: 'Rita Root', signal: 'SIGKILL' })
  await product.until('nothing left', () => product.tools().every(({ pid }) => others.has(pid)), 5_000)
  figure('R9', 'stubborn tool and child gone after ms', performance.now() - startedMs, '5000')
  await unharmed()
})

test.skipIf(!fit)('R9: the deadline ends one that nobody stops', async () => {
  // ping's own deadline of a second; we wait ten more.
  const run = await product.ping('127.66.3.2', { options: { deadlineS: 1 } })
  const { outcome } = await product.ended(run)
  expect(outcome).toMatchObject({ kind: 'timed-out', code: 'deadline', signal: 'SIGKILL' })
  await unharmed()
})

test.skipIf(!fit)('R10, R21: crash, exit code, no permission, out of memory: each has its own code and a sentence', async () => {
  const pids = product.pids()
  const codes = new Map<string, string>()
  for (const [name, target] of [['crash', '127.66.4.1'], ['exit', '127.66.5.1'], ['denied', '127.66.9.1'], ['greedy', '127.66.7.1']] as const) {
    const { outcome } = await product.ended(await product.ping(target))
    expect(outcome.kind).toBe('failed')
    expect(outcome.message).toMatch(/[a-z]{3}.*\./)
    codes.set(name, [outcome.code, outcome.exitCode, outcome.signal].filter((part) => part !== undefined).join(' '))
  }
  expect(codes.get('crash')).toBe('signal SIGSEGV')
  expect(codes.get('exit')).toMatch(/ 3$/)
  expect(codes.get('denied')).toMatch(/^permission /)
  expect(new Set(codes.values()).size).toBe(4)
  expect(product.pids()).toEqual(pids)
  await unharmed()
})

test.skipIf(!fit)('R10: a tool that vanishes, changes hands, breaks or loses its privilege: refused with what mends it, health says so, and it is back without a restart', async () => {
  const ping = product.inside('/usr/bin/ping')
  const link = readlinkSync(ping)
  const states: string[] = []
  const check = async (): Promise<{ state: string; remedy?: string }> => {
    const facts = product.value(await product.call<{ tools: { state: string; remedy?: string }[] }>('POST', '/api/v1/vantage/check'))
    return facts.tools[0] ?? { state: 'none' }
  }
  const refused = async (): Promise<string> => {
    const before = toolsOf('127.0.0.1')
    const answer = await product.call('POST', '/api/v1/sessions', { target: '127.0.0.1', runs: [{ tool: 'ping', options: {} }] })
    expect(toolsOf('127.0.0.1')).toBe(before)
    return answer.ok ? 'started' : answer.error.code
  }
  unlinkSync(ping)
  // Before anybody looked: the vantage refuses, and the run says so.
  const unseen = await product.ended(await product.ping('127.0.0.1'))
  expect(unseen.outcome).toMatchObject({ kind: 'refused', code: 'tool-unavailable', blame: 'tool' })
  for (const damage of ['missing', 'untrusted', 'broken', 'denied'] as const) {
    if (damage === 'untrusted') symlinkSync('/etc/../etc/nonexistent-ping', ping)
    if (damage === 'broken' || damage === 'denied') {
      renameSync(ping, `${ping}-old`)
      symlinkSync(link, ping)
      product.mode(damage)
    }
    const status = await check()
    states.push(status.state)
    expect(status.remedy).toMatch(/^sudo |^docker /)
    expect(await refused()).toBe('tool-unavailable')
    expect(await health()).toMatchObject({ status: 'degraded', vantage: { online: true, tools: expect.arrayContaining([{ tool: 'ping', state: status.state }]) } })
    if (damage === 'broken') symlinkSync(link, `${ping}-link`)
  }
  expect(states).toEqual(['missing', 'missing', 'broken', 'no-privilege'])
  product.mode('real')
  expect((await check()).state).toBe('ready')
  expect(await health()).toMatchObject({ status: 'ok' })
  const { outcome } = await product.ended(await product.ping('127.0.0.1', { options: { count: 1 } }))
  expect(outcome.kind).toBe('finished')
  await unharmed()
})

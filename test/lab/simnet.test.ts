/** The lab itself: is it deterministic, exact, strict about its scenarios, and gone afterwards? */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLab, type Lab } from './lab.ts'
import { quantile } from './quantile.ts'
import { labOrSkip } from './privilege.ts'
import type { TruthProbe } from './truth.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const PREFIX = 'hopscope-sim'
const A = '203.0.113.10'
const flood = (count: number, target: string): string[] => ['/usr/bin/ping', '-q', '-n', '-i', '0.002', '-c', String(count), '-W', '1', '--', target]

async function withLab<T>(scenario: string, use: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await createLab({ scenario, prefix: PREFIX })
  try {
    return await use(lab)
  } finally {
    await lab.close()
  }
}

/** What does not depend on the clock. */
const drawn = (truth: readonly TruthProbe[]) => truth.toSorted((a, b) => a.n - b.n).map(({ n, seq, fate, why, answers }) => ({ n, seq, fate, why, rtts: answers.map((answer) => answer.rtt_ms) }))
const namespaces = (): string[] => (existsSync('/run/netns') ? readdirSync('/run/netns').filter((name) => name.startsWith(PREFIX)) : [])
/** Processes whose command line holds a text: pid and command. */
const processesWith = (text: string): string[] => readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).filter((pid) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
  } catch {
    return false
  }
})

describe.skipIf(!labOrSkip())('the simulated internet', () => {
  let folder: string
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'hopscope-scenarios-')) })
  afterAll(async () => { await rm(folder, { recursive: true, force: true }) })

  it.each(['lossy', 'bursts', 'jitter', 'duplicates', 'corrupt'])('draws the same fate for the same probes in two runs of %s', async (scenario) => {
    const target = scenario === 'bursts' ? '203.0.113.11' : A
    const run = () => withLab(scenario, async (lab) => {
      await lab.exec(flood(300, target))
      await lab.settled()
      return drawn(await lab.truth())
    })
    const [first, second] = await Promise.all([run(), run()])
    expect(first.length).toBe(300)
    expect(second).toEqual(first)
  })

  it('loses the share it was asked to lose, and draws jitter of the shape it was asked for', async () => {
    const fates = await withLab('lossy', async (lab) => {
      await lab.exec(flood(1000, A))
      return lab.truth()
    })
    // 5 % of 1000 is 50; four standard deviations are 28.
    const lost = fates.filter((probe) => probe.fate === 'lost').length
    expect(lost).toBeGreaterThan(22)
    expect(lost).toBeLessThan(78)
    const rtts = await withLab('jitter', async (lab) => {
      await Promise.all([A, '203.0.113.11', '203.0.113.12'].map((target) => lab.exec(flood(1000, target))))
      await lab.settled()
      const truth = await lab.truth()
      return [A, '203.0.113.11', '203.0.113.12'].map((target) => truth.filter((probe) => probe.dst === target).flatMap((probe) => probe.answers.slice(0, 1).map((answer) => answer.rtt_ms)))
    })
    const [uniform = [], normal = [], exponential = []] = rtts
    const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length
    const spread = (list: readonly number[]) => Math.sqrt(mean(list.map((one) => (one - mean(list)) ** 2)))
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(22)
    expect(Math.max(...uniform)).toBeLessThanOrEqual(38)
    expect(Math.abs(spread(uniform) - 8 / Math.sqrt(3))).toBeLessThan(0.4)
    expect(Math.abs(mean(normal) - 30)).toBeLessThan(0.6)
    expect(Math.abs(spread(normal) - 4)).toBeLessThan(0.5)
    expect(Math.min(...exponential)).toBeGreaterThanOrEqual(30)
    expect(Math.abs(mean(exponential) - 35)).toBeLessThan(0.9)
  })

  it('sends when it said it would: half of the answers within 0.5 ms', async () => {
    const off = await withLab('clean', async (lab) => {
      await lab.exec(flood(500, A))
      await lab.settled()
      return (await lab.truth()).flatMap((probe) => probe.answers.map((answer) => Math.abs((answer.real_ms ?? Number.NaN) - answer.rtt_ms)))
    })
    expect(off.length).toBe(500)
    expect(quantile(off, 0.5)).toBeLessThan(0.5)
  })

  it('lets through what a rate limit allows', async () => {
    const truth = await withLab('rate-limit', async (lab) => {
      await lab.exec(['/usr/bin/ping', '-q', '-i', '0.05', '-c', '60', '-W', '1', '--', A])
      await lab.settled()
      return lab.truth()
    })
    const took = Math.max(...truth.map((probe) => probe.at_ms)) - Math.min(...truth.map((probe) => probe.at_ms))
    const allowed = 1 + Math.floor((took / 1000) * 2)
    const replied = truth.filter((probe) => probe.fate === 'replied').length
    expect(truth.length).toBe(60)
    expect([allowed - 1, allowed]).toContain(replied)
    expect(truth.filter((probe) => probe.fate === 'limited').length).toBe(60 - replied)
  })

  it('takes a step in time as well as one at a probe', async () => {
    const truth = await withLab('latency-step', async (lab) => {
      await lab.exec(['/usr/bin/ping', '-q', '-i', '0.1', '-c', '50', '-W', '1', '--', '203.0.113.11'])
      await lab.settled()
      return lab.truth()
    })
    const start = Math.min(...truth.map((probe) => probe.at_ms))
    for (const probe of truth) {
      const since = probe.at_ms - start
      if (Math.abs(since - 3000) > 5) expect(probe.answers[0]?.rtt_ms).toBe(since < 3000 ? 12 : 52)
    }
  })

  it.each([
    [{ about: 'x', seed: 1, hosts: { [A]: { rtt_mss: 5 } } }, "scenario.hosts.203.0.113.10 holds the unknown word 'rtt_mss'"],
    [{ about: 'x', seed: 1, hosts: {}, sead: 2 }, "scenario holds the unknown word 'sead'"],
    [{ about: 'x', hosts: {} }, "scenario lacks 'seed'"],
    [{ about: 'x', seed: 1, hosts: { 'example.com': {} } }, 'must be an IP address'],
    [{ about: 'x', seed: 1, hosts: { [A]: { loss_pct: 101 } } }, 'must be a number from 0 to 100'],
    [{ about: 'x', seed: 1, hosts: { [A]: { jitter: { shape: 'pareto', ms: 1 } } } }, 'must be one of uniform, normal, exponential'],
    [{ about: 'x', seed: 1, hosts: { [A]: { unreachable: { kind: 'no-route', from: '198.51.100.1' } } } }, 'unreachable.kind must be one of'],
    [{ about: 'x', seed: 1, hosts: { [A]: { rtt_steps: [{ rtt_ms: 1 }] } } }, 'needs either at_n or at_s'],
  ])('refuses the scenario %j and leaves nothing behind', async (json, message) => {
    const before = namespaces()
    const file = join(folder, 'bad.json')
    await writeFile(file, JSON.stringify(json))
    await expect(createLab({ scenario: file, prefix: PREFIX })).rejects.toThrow(message)
    expect(namespaces()).toEqual(before)
  })

  it('is gone when closed: namespace, files, and every process in it', async () => {
    const lab = await createLab({ scenario: 'clean', prefix: PREFIX, hosts: { 'example.internal': A } })
    const child = lab.spawn(['/usr/bin/ping', '-q', '--', A], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    expect((await lab.exec(['/usr/bin/ping', '-q', '-c', '1', 'example.internal'])).code).toBe(0)
    expect(namespaces()).toContain(lab.name)
    await Promise.all([lab.close(), lab.close()])
    expect(namespaces()).not.toContain(lab.name)
    expect(existsSync(`/etc/netns/${lab.name}`)).toBe(false)
    expect(processesWith(lab.name)).toEqual([])
    // Dead by now; Node tells of it in a later turn of its loop.
    expect((await ended)[1]).toBe('SIGKILL')
  })

  it('leaves nothing for ever when its test is killed: the next lab of the same prefix cleans up', async () => {
    const prefix = 'hopscope-orphan'
    const program = `import { createLab } from '#test/lab/lab.ts'
      const lab = await createLab({ scenario: 'clean', prefix: '${prefix}' })
      lab.spawn(['/usr/bin/ping', '-q', '--', '${A}'], { stdio: 'ignore' })
      console.log(lab.name)
      setInterval(() => undefined, 1000)`
    const owner = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
    const [name] = await once(createInterface({ input: owner.stdout }), 'line').then((line: unknown[]) => line.map(String))
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    expect(existsSync(`/run/netns/${String(name)}`)).toBe(true)
    const next = await createLab({ scenario: 'clean', prefix })
    try {
      expect(existsSync(`/run/netns/${String(name)}`)).toBe(false)
      expect(existsSync(`/etc/netns/${String(name)}`)).toBe(false)
      expect(processesWith(String(name))).toEqual([])
    } finally {
      await next.close()
    }
  })

  it('cannot reach anything but its own internet', async () => {
    const { code, stderr } = await withLab('clean', (lab) => lab.exec(['/usr/bin/ping', '-q', '-c', '1', '-W', '1', '--', '192.0.2.99']))
    expect(code).not.toBe(0)
    expect(stderr).toContain('Network is unreachable')
  })
})

/** Who refuses a connection, and how, as the probe and a TCP traceroute show it: a router or the target that drops, refuses or forbids, for real. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBlame, type Blamed } from '#lib/tools/reach/blame.ts'
import { readTcpLine, type TcpLine } from '#lib/tools/reach/lines.ts'
import { blameStep, tcpArgs } from '#lib/tools/reach/steps.ts'
import { labOrSkip } from './privilege.ts'
import { ADDRESSES, threeHosts, type Host, type ThreeHosts } from './three-hosts.ts'

const run = promisify(execFile)
const PROBE = fileURLToPath(new URL('../../server/runner/reach/probe.mjs', import.meta.url))
const PORT = 443
const HOOK = { vantage: 'output', router: 'forward', target: 'input' } as const satisfies Record<Host, string>

describe.skipIf(!labOrSkip())('in three namespaces', () => {
  let world: ThreeHosts

  beforeAll(async () => {
    world = await threeHosts('hopscope-reach')
    await world.listen('target', PORT)
    // Neighbours are found before anything is measured.
    for (const address of [ADDRESSES.target.v4, ADDRESSES.target.v6]) await connect(address)
  }, 30_000)
  afterAll(() => world.close())

  async function connect(address: string): Promise<TcpLine> {
    const [file = '', ...before] = world.at('vantage')
    const args = tcpArgs({ timeoutMs: 2000, intervalMs: 1000 }, { port: PORT, addresses: [address], first: 1, count: 1 })
    const { stdout } = await run(file, [...before, process.execPath, PROBE, ...args])
    return readTcpLine(stdout.trimEnd()) ?? expect.fail(stdout)
  }

  async function blame(address: string, state: TcpLine['state']): Promise<Blamed | null> {
    const [file = '', ...before] = world.at('vantage')
    const { binary, args } = blameStep(address, PORT)
    // Where nothing could be sent traceroute fails, and says why.
    const { stdout, stderr } = await run(file, [...before, binary, ...args]).catch((error: unknown) => asOutput(error))
    return `${stdout}\n${stderr}`.split('\n').map((line) => readBlame(line, state)).find((one) => one !== null) ?? null
  }

  const look = async (address: string): Promise<object> => {
    const { state, ms } = await connect(address)
    const by = await blame(address, state)
    return { state, waited: ms !== null, by: by?.by, how: by?.how, icmp: by?.icmp }
  }

  async function behind<T>(host: Host, rule: string, work: () => Promise<T>): Promise<T> {
    await world.exec(host, ['nft', 'add', 'table', 'inet', 't'])
    try {
      await world.exec(host, ['nft', `add chain inet t c { type filter hook ${HOOK[host]} priority 0 ; }`])
      await world.exec(host, ['nft', `add rule inet t c tcp dport ${PORT} ${rule}`])
      return await work()
    } finally {
      await world.exec(host, ['nft', 'delete', 'table', 'inet', 't'])
    }
  }

  const { v4, v6 } = ADDRESSES.target

  test('an open port answers itself', async () => {
    for (const address of [v4, v6]) expect(await look(address)).toEqual({ state: 'open', waited: true, by: address, how: 'syn-ack', icmp: null })
  })

  const forbids = 'reject with icmpx type admin-prohibited'
  const closed = 'reject with icmpx type port-unreachable'
  test.each<[Host, string, object, object]>([
    ['target', 'reject with tcp reset', { state: 'refused', by: v4, how: 'rst', icmp: null }, { state: 'refused', by: v6, how: 'rst', icmp: null }],
    ['router', 'reject with tcp reset', { state: 'refused', by: v4, how: 'rst', icmp: null }, { state: 'refused', by: v6, how: 'rst', icmp: null }],
    ['router', 'drop', { state: 'timeout', by: null, how: 'silence', icmp: null }, { state: 'timeout', by: null, how: 'silence', icmp: null }],
    ['router', forbids, { state: 'unreachable', by: ADDRESSES.router.v4, how: 'icmp', icmp: 'admin-prohibited' }, { state: 'unreachable', by: ADDRESSES.router.v6, how: 'icmp', icmp: 'admin-prohibited' }],
    ['target', forbids, { state: 'unreachable', by: v4, how: 'icmp', icmp: 'admin-prohibited' }, { state: 'unreachable', by: v6, how: 'icmp', icmp: 'admin-prohibited' }],
    ['router', closed, { state: 'refused', by: ADDRESSES.router.v4, how: 'icmp', icmp: 'port-unreachable' }, { state: 'refused', by: ADDRESSES.router.v6, how: 'icmp', icmp: 'port-unreachable' }],
    ['router', 'reject with icmpx type host-unreachable', { state: 'unreachable', by: ADDRESSES.router.v4, how: 'icmp', icmp: 'host-unreachable' }, { state: 'unreachable', by: ADDRESSES.router.v6, how: 'icmp', icmp: 'address-unreachable' }],
    ['router', 'reject with icmpx type no-route', { state: 'unreachable', by: ADDRESSES.router.v4, how: 'icmp', icmp: 'net-unreachable' }, { state: 'unreachable', by: ADDRESSES.router.v6, how: 'icmp', icmp: 'no-route' }],
    ['vantage', 'drop', { state: 'timeout', by: null, how: 'local', icmp: null }, { state: 'timeout', by: null, how: 'local', icmp: null }],
    ['vantage', 'reject with tcp reset', { state: 'refused', by: null, how: 'local', icmp: null }, { state: 'refused', by: null, how: 'local', icmp: null }],
  ])('%s: %s', async (host, rule, four, six) => {
    const [seen4, seen6] = await behind(host, rule, () => Promise.all([look(v4), look(v6)]))
    expect(seen4).toEqual({ waited: true, ...four })
    expect(seen6).toEqual({ waited: true, ...six })
  }, 20_000)

  test('a route that forbids fails before anything is sent', async () => {
    for (const [family, address] of [['-4', v4], ['-6', v6]] as const) {
      await world.exec('vantage', ['ip', family, 'route', 'add', 'prohibit', address])
      expect(await connect(address)).toMatchObject({ state: 'denied', ms: null, code: 'EACCES' })
      await world.exec('vantage', ['ip', family, 'route', 'del', 'prohibit', address])
      await world.exec('vantage', ['ip', family, 'route', 'add', 'unreachable', address])
      expect(await connect(address)).toMatchObject({ state: 'unreachable', ms: null, code: 'EHOSTUNREACH' })
      await world.exec('vantage', ['ip', family, 'route', 'del', 'unreachable', address])
    }
  })
})

/** Guarantee: what execFile rejects with holds what the program wrote. */
const asOutput = (error: unknown): { stdout: string; stderr: string } => error as { stdout: string; stderr: string }

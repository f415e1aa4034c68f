/** A vantage, a router and a target, each a network namespace of its own, with both families between them. Gone after the test. */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type Host = 'vantage' | 'router' | 'target'
export const ADDRESSES = { router: { v4: '10.1.0.254', v6: 'fd01::ff' }, target: { v4: '10.2.0.1', v6: 'fd02::1' } } as const

export interface ThreeHosts {
  exec(host: Host, argv: readonly string[]): Promise<string>
  /** argv of a program to be started there. */
  at(host: Host): string[]
  /** A server there that listens at this port of both families. */
  listen(host: Host, port: number): Promise<void>
  close(): void
}

const LISTENER = "const s = require('net').createServer((c) => c.on('error', () => 0).end()); s.listen(Number(process.argv[1]), '::', () => console.log('ready'))"

/** Needs the right to make namespaces. Leaves nothing behind if it fails. */
export async function threeHosts(prefix: string): Promise<ThreeHosts> {
  const id = randomBytes(3).toString('hex')
  const name = (host: Host): string => `${prefix}-${id}-${host}`
  const children: ChildProcess[] = []
  const close = (): void => {
    for (const child of children) child.kill('SIGKILL')
    for (const host of HOSTS) spawnSync('ip', ['netns', 'del', name(host)])
  }
  const exec = async (host: Host, argv: readonly string[]): Promise<string> => (await run('ip', ['netns', 'exec', name(host), ...argv])).stdout
  try {
    for (const host of HOSTS) await run('ip', ['netns', 'add', name(host)])
    for (const [host, words] of plan(id, name)) await run('ip', ['-n', name(host), ...words.split(' ')])
    for (const key of ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']) await exec('router', ['sysctl', '-qw', key])
  } catch (error) {
    close()
    throw error
  }
  return {
    exec, close, at: (host) => ['ip', 'netns', 'exec', name(host)],
    async listen(host, port) {
      const child = spawn('ip', ['netns', 'exec', name(host), process.execPath, '-e', LISTENER, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
      children.push(child)
      await once(child.stdout, 'data')
    },
  }
}

const HOSTS: readonly Host[] = ['vantage', 'router', 'target']

function plan(id: string, name: (host: Host) => string): [Host, string][] {
  const [near, far] = [`n${id}`, `f${id}`]
  return [
    ...HOSTS.map((host): [Host, string] => [host, 'link set lo up']),
    ['vantage', `link add ${near}a type veth peer name ${near}b netns ${name('router')}`], ['target', `link add ${far}a type veth peer name ${far}b netns ${name('router')}`],
    ['vantage', `addr add 10.1.0.1/24 dev ${near}a`], ['vantage', `addr add fd01::1/64 dev ${near}a nodad`], ['vantage', `link set ${near}a up`],
    ['router', `addr add 10.1.0.254/24 dev ${near}b`], ['router', `addr add fd01::ff/64 dev ${near}b nodad`], ['router', `link set ${near}b up`],
    ['router', `addr add 10.2.0.254/24 dev ${far}b`], ['router', `addr add fd02::ff/64 dev ${far}b nodad`], ['router', `link set ${far}b up`],
    ['target', `addr add 10.2.0.1/24 dev ${far}a`], ['target', `addr add fd02::1/64 dev ${far}a nodad`], ['target', `link set ${far}a up`],
    ['vantage', 'route add default via 10.1.0.254'], ['vantage', '-6 route add default via fd01::ff'], ['target', 'route add default via 10.2.0.254'], ['target', '-6 route add default via fd02::ff'],
  ]
}

/**
 * Becomes the launcher inside a mount namespace of its own, in which /usr/bin is a folder of links that a test can change, ping may be a
 * stand-in, the resolver's settings are ours, and the data folder may be a small disk. argv: a JSON description. Started by product.ts.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exactEnv } from '#server/exact-env.ts'

export interface Surroundings {
  home: string
  /** The program that stands in for ping; null: the real one. */
  ping: string | null
  /** Bytes of a tmpfs that becomes the data folder; null: an ordinary folder. */
  diskBytes: number | null
  nameserver: string | null
  /** A built `.next` to show in place of the checkout's own. */
  build: string | null
  root: string
  argv: string[]
}

const mount = (...args: string[]): void => void execFileSync('mount', args)

function links(home: string, ping: string | null): void {
  const real = join(home, 'usr-bin')
  mkdirSync(real, { recursive: true, mode: 0o755 })
  mount('--bind', '/usr/bin', real)
  mount('-t', 'tmpfs', '-o', 'mode=0755,size=4m', 'hopscope-test', '/usr/bin')
  for (const name of readdirSync(real)) symlinkSync(join(real, name), join('/usr/bin', name))
  if (ping === null) return
  unlinkSync('/usr/bin/ping')
  symlinkSync(ping, '/usr/bin/ping')
}

const setup = JSON.parse(process.argv[2] ?? '{}') as Surroundings
links(setup.home, setup.ping)
if (setup.diskBytes !== null) mount('-t', 'tmpfs', '-o', `size=${setup.diskBytes},mode=700`, 'hopscope-test', join(setup.home, 'data'))
if (setup.nameserver !== null) {
  const path = join(setup.home, 'resolv.conf')
  writeFileSync(path, `nameserver ${setup.nameserver}\n`, { mode: 0o644 })
  mount('--bind', path, '/etc/resolv.conf')
}
if (setup.build !== null) mount('--bind', setup.build, join(setup.root, '.next'))
const env = Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
process.execve?.(process.execPath, setup.argv, exactEnv(env))

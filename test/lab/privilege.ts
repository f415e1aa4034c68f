/** May this process make network namespaces and TUN devices? Asked by trying, and answered with what is missing. */
import { spawnSync } from 'node:child_process'
import { constants, accessSync } from 'node:fs'
import { randomBytes } from 'node:crypto'

export type Availability = { ok: true } | { ok: false; missing: string }

const NEEDED = [['/usr/bin/python3', 'python3'], ['/usr/bin/ping', 'iputils-ping'], ['/usr/bin/mtr', 'mtr-tiny'], ['/usr/bin/traceroute', 'traceroute'], ['/usr/bin/dig', 'bind9-dnsutils'], ['/usr/bin/nslookup', 'bind9-dnsutils'], ['/usr/sbin/nft', 'nftables']] as const

function readable(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

/** Tries what the lab needs with a namespace of its own, which is gone again when this returns. */
export function labAvailable(): Availability {
  if (process.platform !== 'linux') return { ok: false, missing: 'Linux: network namespaces exist only there' }
  for (const [path, name] of NEEDED) if (!readable(path, constants.X_OK)) return { ok: false, missing: `${path} (Debian package ${name})` }
  if (!readable('/dev/net/tun', constants.R_OK | constants.W_OK)) return { ok: false, missing: 'read and write access to /dev/net/tun' }
  const name = `hopscope-try-${process.pid}-${randomBytes(4).toString('hex')}`
  const made = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' })
  if (made.error) return { ok: false, missing: 'the program ip (Debian package iproute2)' }
  if (made.status !== 0) return { ok: false, missing: `the right to make network namespaces, CAP_SYS_ADMIN (ip said: ${made.stderr.trim()})` }
  try {
    const tun = spawnSync('ip', ['-n', name, 'tuntap', 'add', 'dev', 'sim0', 'mode', 'tun'], { encoding: 'utf8' })
    return tun.status === 0 ? { ok: true } : { ok: false, missing: `the right to make TUN devices, CAP_NET_ADMIN (ip said: ${tun.stderr.trim()})` }
  } finally {
    spawnSync('ip', ['netns', 'del', name])
  }
}

/** True if lab tests run here. A missing privilege is said aloud, and is a failure where CI=true. */
export function labOrSkip(): boolean {
  const state = labAvailable()
  if (state.ok) return true
  const message = `The lab tests did not run: this machine lacks ${state.missing}.`
  if (process.env['CI'] === 'true') throw new Error(message)
  console.warn(`\n*** SKIPPED *** ${message}\n`)
  return false
}

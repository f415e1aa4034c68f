/** A lab with names in it: the usual namespace, its resolv.conf and hosts file, and the servers of plan.ts at addresses of its loopback device. */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createLab, type Lab } from '../lab.ts'
import { addressesOf, FIREWALL, RESOLVERS, SEARCH, worldPlan, ZONE, type Certificates } from './plan.ts'

/** A question that a name server of the lab was asked. */
export interface Asked { asked: string; name: string; type: string | null; tcp: boolean }

export interface NamesLab {
  lab: Lab
  /** Every question so far. */
  asked(): readonly Asked[]
  close(): Promise<void>
}

/** In the hosts file, so that no server is asked by programs of the host: one only there, one against DNS. */
export const IN_HOSTS = { 'hosts-only.internal': '203.0.113.110', [`hosts-other.${ZONE}`]: '203.0.113.111' } as const

/** Needs `labAvailable()`. Leaves nothing behind if it fails. */
export async function createNamesLab(prefix: string, certificates: Certificates): Promise<NamesLab> {
  const lab = await createLab({ scenario: 'clean', prefix, hosts: IN_HOSTS, resolvConf: [`search ${SEARCH}`, ...RESOLVERS.map((address) => `nameserver ${address}`), ''].join('\n') })
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-names-'))
  const close = async (): Promise<void> => {
    await lab.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const plan = worldPlan(certificates)
    const file = join(folder, 'plan.json')
    writeFileSync(file, JSON.stringify(plan), { mode: 0o600 })
    await must(lab, addressesOf(plan).flatMap((address) => [['ip', 'addr', 'add', `${address}${address.includes(':') ? '/128' : '/32'}`, 'dev', 'lo', ...(address.includes(':') ? ['nodad'] : [])]]))
    await must(lab, FIREWALL.map((line) => ['nft', line]))
    const asked: Asked[] = []
    const child = lab.spawn([process.execPath, join(import.meta.dirname, 'world.ts'), file], { stdio: ['pipe', 'pipe', 'inherit'] })
    if (child.stdout === null) throw new Error('The world has no output.')
    const lines = createInterface({ input: child.stdout })
    const ready = once(lines, 'line')
    lines.on('line', (line) => { if (line.startsWith('{')) asked.push(JSON.parse(line) as Asked) })
    const first = await Promise.race([ready, once(child, 'exit').then(() => { throw new Error('The servers of the names lab ended before they were ready.') })])
    if (first[0] !== 'ready') throw new Error(`The servers of the names lab said: ${String(first[0])}`)
    return { lab, asked: () => asked, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function must(lab: Lab, commands: readonly (readonly string[])[]): Promise<void> {
  for (const argv of commands) {
    const { code, stderr } = await lab.exec(argv)
    if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
  }
}

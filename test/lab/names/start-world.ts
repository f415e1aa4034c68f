/** Starts the servers of a plan in a lab, at addresses of its loopback device. */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Lab } from '../lab.ts'
import type { WorldPlan } from './world.ts'

/** A question that a name server of the lab was asked. */
export interface Asked { asked: string; name: string; type: string | null; tcp: boolean }

export type Namespace = Pick<Lab, 'exec' | 'spawn'>

/** Resolves once all of them listen. They end with the lab. Answers every question so far. */
export async function startWorld(lab: Namespace, plan: WorldPlan, addresses: readonly string[]): Promise<() => readonly Asked[]> {
  await must(lab, addresses.map((address) => ['ip', 'addr', 'add', `${address}${address.includes(':') ? '/128' : '/32'}`, 'dev', 'lo', ...(address.includes(':') ? ['nodad'] : [])]))
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-names-'))
  try {
    const file = join(folder, 'plan.json')
    writeFileSync(file, JSON.stringify(plan), { mode: 0o600 })
    const asked: Asked[] = []
    const child = lab.spawn([process.execPath, join(import.meta.dirname, 'world.ts'), file], { stdio: ['pipe', 'pipe', 'inherit'] })
    if (child.stdout === null) throw new Error('The servers of the lab have no output.')
    const lines = createInterface({ input: child.stdout })
    const ready = once(lines, 'line')
    lines.on('line', (line) => { if (line.startsWith('{')) asked.push(JSON.parse(line) as Asked) })
    const first = await Promise.race([ready, once(child, 'exit').then(() => { throw new Error('The servers of the lab ended before they were ready.') })])
    if (first[0] !== 'ready') throw new Error(`The servers of the lab said: ${String(first[0])}`)
    return () => asked
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs each to its end; fails with the words of the first that fails. */
export async function must(lab: Namespace, commands: readonly (readonly string[])[]): Promise<void> {
  for (const argv of commands) {
    const { code, stderr } = await lab.exec(argv)
    if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
  }
}

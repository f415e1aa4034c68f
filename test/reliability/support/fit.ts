/** May the reliability suite run here, and where: privileges, build, a free port. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../../..')

/** Why the suite cannot run here; null when it can. */
export function unfit(): string | null {
  if (process.getuid?.() !== 0) return 'root, to mount small disks and stand-ins in a namespace of its own'
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0) return 'the right to make mount namespaces (CAP_SYS_ADMIN)'
  for (const path of ['/usr/bin/ping', '/usr/bin/python3']) if (!existsSync(path)) return path
  return existsSync(join(buildOf(), 'BUILD_ID')) ? null : 'a build: npm run build'
}

/** False, said aloud, where the suite cannot run; a failure where CI=true. */
export function fitOrSkip(): boolean {
  const missing = unfit()
  if (missing === null) return true
  const message = `The reliability tests did not run: this machine lacks ${missing}.`
  if (process.env['CI'] === 'true') throw new Error(message)
  console.warn(`\n*** SKIPPED *** ${message}\n`)
  return false
}

/** The production build that is shown: this checkout's unless RELIABILITY_BUILD names one. */
const buildOf = (): string => process.env['RELIABILITY_BUILD'] ?? join(ROOT, '.next')

/** A port from 4300 to 4399 on which nobody listens. Each vitest worker begins to look elsewhere. */
export async function freePort(): Promise<number> {
  const first = (process.pid * 7) % 100
  for (let i = 0; i < 100; i += 1) {
    const port = 4300 + ((first + i) % 100)
    const server = createServer()
    const free = await new Promise<boolean>((done) => {
      server.once('error', () => done(false))
      server.listen(port, '127.0.0.1', () => done(true))
    })
    if (!free) continue
    await new Promise((done) => server.close(done))
    return port
  }
  throw new Error('every port from 4300 to 4399 is taken')
}

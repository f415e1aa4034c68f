/** Composition root of the runner process: settings, policy, tools, resolver, link. Started and watched by the launcher. */
import { mkdirSync } from 'node:fs'
import { DEFAULT_POLICY, decodePolicy, type Policy } from '#lib/policy/policy.ts'
import { ok, type Result } from '#lib/protocol/result.ts'
import { TOOLS } from '#lib/tools/index.ts'
import { readConfig, type Config } from '../config.ts'
import { EXIT_SETTING } from '../launch/exit-codes.ts'
import { onLauncherGone } from '../launch/launcher-gone.ts'
import { linkSocketPath } from '../link/socket-path.ts'
import { dnsOrigins, tableOrigins, type Origins } from './names/as-origin.ts'
import { loadAsTable } from './names/as-table.ts'
import { createReverseDns } from './names/reverse-dns.ts'
import { readPolicyFile } from './policy-file.ts'
import { readPrivileges } from './privileges.ts'
import { createProcesses } from './process/processes.ts'
import { createResolver } from './resolve/resolver.ts'
import { createRunner } from './runner.ts'

const ORPHAN_MS = 1_000

const log = (line: string): void => console.log(`[runner] ${line}`)

async function main(): Promise<void> {
  const config = orRefuse(readConfig(process.env, process.argv.slice(2)))
  const policy = orRefuse(loadPolicy(config))
  const socketPath = orRefuse(linkSocketPath(config.runDir))
  const privileges = readPrivileges()
  if (privileges.uid === 0) refuse('the runner is never run as root. Start Hopscope with npm start: it drops its privileges by itself.')
  mkdirSync(config.runDir, { recursive: true, mode: 0o700 })
  const processes = createProcesses({ runDir: config.runDir, log })
  const resolver = createResolver()
  const runner = await createRunner({
    name: config.vantageName, socketPath, tools: TOOLS, processes, privileges, log, policy,
    names: { reverse: config.reverseDns ? createReverseDns() : null, origins: await originsOf(config.asNumbers) },
    resolve: (host) => resolver.resolve(host),
  })

  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    void runner.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  onLauncherGone(() => {
    stop()
    // Nobody waits for a tidy end any more; past this the reaper ends the tools at once.
    setTimeout(() => process.exit(1), ORPHAN_MS)
  })
}

/** A table that cannot be read stops the start, as a policy would: half of the names is worse than a line that says what is wrong. */
async function originsOf(setting: string): Promise<Origins | null> {
  if (setting === 'off') return null
  return setting === 'dns' ? dnsOrigins() : tableOrigins(orRefuse(await loadAsTable(setting)))
}

function loadPolicy(config: Config): Result<Policy> {
  if (config.policyFile === null) return ok(DEFAULT_POLICY)
  const json = readPolicyFile(config.policyFile)
  return json.ok ? decodePolicy(json.value, config.policyFile) : json
}

function orRefuse<T>(result: Result<T>): T {
  return result.ok ? result.value : refuse(result.error.message)
}

function refuse(message: string): never {
  console.error(`[runner] ${message}`)
  process.exit(EXIT_SETTING)
}

// A half-dead runner is worse than a dead one: the launcher starts it again, the reaper ends its tools.
process.on('uncaughtException', (error) => {
  console.error('[runner] a bug ended the runner:', error)
  process.exit(1)
})

await main()

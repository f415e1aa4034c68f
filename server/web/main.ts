/** The web process: reads its settings, listens for the runner, starts web, and ends with a line that says why. */
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DEFAULT_POLICY, decodePolicy, type Policy } from '#lib/policy/policy.ts'
import { ok, type Result } from '#lib/protocol/result.ts'
import { readConfig, type Config } from '../config.ts'
import { EXIT_SETTING } from '../launch/exit-codes.ts'
import { onLauncherGone } from '../launch/launcher-gone.ts'
import { listenForRunner } from '../link/listen.ts'
import { linkSocketPath } from '../link/socket-path.ts'
import { readPolicyFile } from '../runner/policy-file.ts'
import { createPages } from './http/next.ts'
import { lineLog, type Log } from './log.ts'
import { startWeb } from './start.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Past this a stop is not tidy any more. */
const STOP_WITHIN_MS = 9_000

async function main(log: Log): Promise<void> {
  const config = orRefuse(readConfig(process.env, process.argv.slice(2)))
  const policy = orRefuse(loadPolicy(config))
  for (const folder of [config.dataDir, config.runDir]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = orRefuse(linkSocketPath(config.runDir))
  const vantage = orRefuse(await listenForRunner({ path, log: (line) => log.info(line) }))
  const running = await startWeb({
    config, policy, vantage, log, version: readVersion(), pages: (settings) => createPages(settings, ROOT), announce: (line) => console.log(line),
  }).catch((error: unknown) => refuse(error instanceof Error ? error.message : String(error)))
  const stop = (): void => {
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
    running.stop().then(() => process.exit(0), (error: unknown) => {
      log.error('stopping failed', error)
      process.exit(1)
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  onLauncherGone(stop)
}

function loadPolicy(config: Config): Result<Policy> {
  if (config.policyFile === null) return ok(DEFAULT_POLICY)
  const json = readPolicyFile(config.policyFile)
  return json.ok ? decodePolicy(json.value, config.policyFile) : json
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : ''
}

function orRefuse<T>(result: Result<T>): T {
  return result.ok ? result.value : refuse(result.error.message)
}

function refuse(message: string): never {
  console.error(`[web] ${message}`)
  process.exit(EXIT_SETTING)
}

const log = lineLog((line) => console.error(line))
// Next registers handlers that only log (N4): a half-dead server is worse than one that the launcher starts again.
process.on('uncaughtException', (error) => {
  log.error('a bug ended web', error)
  process.exit(1)
})
process.on('unhandledRejection', (reason) => log.error('a promise failed and nobody noticed', reason))

await main(log)

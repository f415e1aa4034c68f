/**
 * The launcher: checks the runtime, reads the settings, gives up privileges, then starts and watches runner and web. `doctor` examines
 * the tools instead; `audit-verify` reads the audit log and finds any edit.
 */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from './config.ts'
import { runDoctor } from './launch/doctor.ts'
import { childEnv, launch } from './launch/launcher.ts'
import { prepare } from './launch/prepare.ts'
import { IN_NAMESPACE } from './launch/program-view.ts'
import { runtimeProblem } from './launch/runtime.ts'
import { claimFolder } from './launch/single.ts'
import { verifyAudit } from './web/audit/verify.ts'

/** Words that ask for something else than serving. */
const COMMANDS: ReadonlySet<string> = new Set(['doctor', 'audit-verify'])

const log = (line: string): void => console.log(`[hopscope] ${line}`)

function refuse(message: string): number {
  console.error(`[hopscope] ${message}`)
  return 1
}

/** Exit code 0: every entry is as it was written. */
async function checkAudit(dir: string): Promise<number> {
  const checked = await verifyAudit(dir)
  if (!checked.ok) return refuse(checked.error.message)
  log(`The audit log in ${dir} is whole: ${checked.value.entries} entries.`)
  return 0
}

async function main(script: string, args: readonly string[]): Promise<number> {
  const unfit = runtimeProblem(process.versions)
  if (unfit !== null) return refuse(unfit)
  const words = args.filter((arg) => arg !== IN_NAMESPACE && !COMMANDS.has(arg))
  const doctor = args.includes('doctor')
  const config = readConfig(process.env, words)
  if (!config.ok) return refuse(config.error.message)
  if (args.includes('audit-verify')) return checkAudit(join(config.value.dataDir, 'audit'))
  const prepared = prepare({
    config: config.value, root: dirname(dirname(script)), argv: [script, ...args], env: process.env, inNamespace: args.includes(IN_NAMESPACE),
    log: doctor ? () => undefined : log,
  })
  if (!prepared.ok) return refuse(prepared.error.message)
  log(prepared.value.drop.kept)
  const env = childEnv(prepared.value, process.env)
  if (doctor) return runDoctor(prepared.value, env)
  const claimed = claimFolder(prepared.value.config.runDir)
  if (!claimed.ok) return refuse(claimed.error.message)
  const code = await launch(prepared.value, env, log)
  claimed.value()
  return code
}

process.exit(await main(fileURLToPath(import.meta.url), process.argv.slice(2)))

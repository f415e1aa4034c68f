/** The launcher: checks the runtime, reads the settings, gives up privileges, then starts and watches runner and web. `doctor` examines the tools instead. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from './config.ts'
import { runDoctor } from './launch/doctor.ts'
import { childEnv, launch } from './launch/launcher.ts'
import { prepare } from './launch/prepare.ts'
import { IN_NAMESPACE } from './launch/program-view.ts'
import { runtimeProblem } from './launch/runtime.ts'
import { claimFolder } from './launch/single.ts'

const log = (line: string): void => console.log(`[hopscope] ${line}`)

function refuse(message: string): number {
  console.error(`[hopscope] ${message}`)
  return 1
}

async function main(script: string, args: readonly string[]): Promise<number> {
  const unfit = runtimeProblem(process.versions)
  if (unfit !== null) return refuse(unfit)
  const words = args.filter((arg) => arg !== IN_NAMESPACE && arg !== 'doctor')
  const doctor = args.includes('doctor')
  const config = readConfig(process.env, words)
  if (!config.ok) return refuse(config.error.message)
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

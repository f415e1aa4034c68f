/** Stands in for the launcher where the wall clock is to be stepped: starts web and runner as it does, with libfaketime before them and the monotonic clock left alone. */
import { spawn } from 'node:child_process'
import { chownSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { configEnv, readConfig } from '#server/config.ts'
import { ensureAccount } from '#server/launch/account.ts'
import { dropFromRoot } from '#server/launch/drop.ts'
import { exactEnv } from '#server/exact-env.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const config = readConfig(Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('HOPSCOPE_'))), [])
if (!config.ok) throw new Error(config.error.message)
const account = ensureAccount(config.value.user, console.log)
if (!account.ok) throw new Error(account.error.message)
const drop = dropFromRoot(account.value)
if (!drop.ok) throw new Error(drop.error.message)
for (const dir of [config.value.dataDir, config.value.runDir]) {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  chownSync(dir, account.value.uid, account.value.gid)
}
const env = {
  ...configEnv(config.value), PATH: '/usr/bin:/bin', HOME: config.value.dataDir, LANG: 'C.UTF-8', NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1',
  FAKETIME_TIMESTAMP_FILE: process.env['STEPPED_FILE'] ?? '', FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1',
}
const children = ([['runner', drop.value.runner], ['web', drop.value.web]] as const).map(([name, before]) => {
  const [file = '/usr/bin/env', ...args]: string[] = [...before, '/usr/bin/env', `LD_PRELOAD=${process.env['STEPPED_LIBRARY'] ?? ''}`, process.execPath, join(ROOT, `server/${name}/main.ts`), '--supervised']
  return spawn(file, args, { cwd: ROOT, env: exactEnv(env), detached: true, stdio: ['pipe', 'inherit', 'inherit'] })
})
process.on('SIGTERM', () => {
  for (const child of children.toReversed()) child.kill('SIGTERM')
  void Promise.all(children.map((child) => new Promise((done) => child.once('exit', done)))).then(() => process.exit(0))
})

/** `doctor`: shows the self-test of every tool, made under the privileges the runner would have. */
import { spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exactEnv } from '../exact-env.ts'
import type { Prepared } from './prepare.ts'

/** Runs the examination as the runner's account, with the environment it would have, and returns its exit code: 0 all ready, 1 something is missing. */
export function runDoctor(prepared: Prepared, env: Readonly<Record<string, string>>): number {
  const scratch = mkdtempSync(join(tmpdir(), 'hopscope-doctor-'))
  try {
    if (prepared.account !== null) chownSync(scratch, prepared.account.uid, prepared.account.gid)
    const words: string[] = [...prepared.drop.runner, prepared.view.node, join(prepared.view.root, 'server/runner/doctor.ts'), scratch]
    const [file = '', ...args] = words
    const done = spawnSync(file, args, { cwd: prepared.view.root, env: exactEnv(env), stdio: ['ignore', 'inherit', 'inherit'] })
    return done.status ?? 1
  } finally { rmSync(scratch, { recursive: true, force: true }) }
}

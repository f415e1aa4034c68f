/** The unprivileged account that web, runner and tools run as when Hopscope is started as root. */
import { readFileSync } from 'node:fs'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { runCommand, systemProgram } from './command.ts'

export interface Account { name: string; uid: number; gid: number }

const FALLBACK = 'nobody'

/** Looks an account up in the password file, then through the system's name services. */
export function findAccount(name: string, passwd: string = readPasswd()): Account | null {
  const local = passwd.split('\n').find((line) => line.startsWith(`${name}:`))
  const getent = local === undefined ? systemProgram('getent') : null
  const line = local ?? (getent === null ? '' : runCommand(getent, ['passwd', name]).stdout)
  const [found, , uid, gid] = line.trim().split(':')
  return found === name && /^\d+$/.test(uid ?? '') && /^\d+$/.test(gid ?? '') ? { name, uid: Number(uid), gid: Number(gid) } : null
}

/** The account, made as a system account without home and shell if absent; `nobody` where none can be made. Says what it did through `log`. */
export function ensureAccount(name: string, log: (line: string) => void): Result<Account> {
  const found = findAccount(name) ?? makeAccount(name, log) ?? findAccount(FALLBACK)
  if (found === null) return fail({ code: 'internal', field: 'HOPSCOPE_USER', message: `HOPSCOPE_USER: there is no account ${name}, none could be made, and there is no ${FALLBACK}. Make one: sudo useradd --system ${name}` })
  if (found.uid === 0) return fail({ code: 'invalid', field: 'HOPSCOPE_USER', message: `HOPSCOPE_USER: ${name} has uid 0. Tools and web never run as root; name an ordinary or system account.` })
  if (found.name !== name) log(`there is no account ${name} and none could be made: running as ${found.name}`)
  return ok(found)
}

function makeAccount(name: string, log: (line: string) => void): Account | null {
  const useradd = systemProgram('useradd')
  if (useradd === null) return null
  const made = runCommand(useradd, ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', name])
  const account = findAccount(name)
  if (made.ok) log(`made the system account ${name} (uid ${account?.uid ?? '?'})`)
  else if (account === null) log(`useradd could not make the account ${name}: ${made.said}`)
  return account
}

function readPasswd(): string {
  try { return readFileSync('/etc/passwd', 'utf8') } catch { return '' }
}

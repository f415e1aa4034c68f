/** How each child is started so that it holds no more privilege than it needs. */
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { readPrivileges, type Privileges } from '../runner/privileges.ts'
import type { Account } from './account.ts'
import { runCommand, systemProgram } from './command.ts'

/** Command lines that are put before `node …`; empty: started as it is. */
export interface Drop { web: readonly string[]; runner: readonly string[]; /** One line: what was kept. */ kept: string }

const NET_RAW = 'cap_net_raw'

/** As root: both as `account`, web with nothing, runner with CAP_NET_RAW alone if this machine has it to give. */
export function dropFromRoot(account: Account, own: Privileges = readPrivileges()): Result<Drop> {
  const setpriv = systemProgram('setpriv')
  if (setpriv === null) return fail({ code: 'internal', message: 'setpriv is missing, so privileges cannot be dropped, and Hopscope does not run as root. Install it: apt-get install util-linux. Or start Hopscope as an ordinary user.' })
  const raw = own.capabilities.includes(NET_RAW) && own.bounding.includes(NET_RAW)
  const drop: Drop = {
    web: [setpriv, ...setprivArgs(account, '-all'), '--'],
    runner: [setpriv, ...setprivArgs(account, raw ? '-all,+net_raw' : '-all'), '--'],
    kept: `root given up: web runs as ${account.name} with no capability, runner and tools as ${account.name} with ${raw ? 'CAP_NET_RAW only' : 'no capability (CAP_NET_RAW is not to be had here)'}`,
  }
  const tried = runCommand(setpriv, [...drop.runner.slice(1), systemProgram('true') ?? '/bin/true'])
  if (!tried.ok) return fail({ code: 'internal', message: `Privileges cannot be dropped here (${tried.said}), and Hopscope does not run as root. Start it as an ordinary user.` })
  return ok(drop)
}

/** As an ordinary user: web gives up what it can, the runner keeps what there is (file capabilities of ping must go on to work). */
export function dropFromUser(own: Privileges = readPrivileges()): Drop {
  const setpriv = systemProgram('setpriv')
  // Without ambient capabilities nothing outlives the exec of node. More would need capset, which systemd's usual filter forbids.
  const web = setpriv === null ? [] : [setpriv, '--ambient-caps=-all', '--no-new-privs', '--']
  const works = setpriv !== null && runCommand(setpriv, [...web.slice(1), systemProgram('true') ?? '/bin/true']).ok
  const has = own.ambient.length > 0 ? own.ambient.map((name) => name.toUpperCase()).join(', ') : 'no capability of its own'
  return {
    web: works ? web : [],
    runner: [],
    kept: `started as ${own.user}: web ${works ? 'has no capability' : `keeps what this account has (${has}), because setpriv does not work here`}, runner and tools have ${has}; ${own.noNewPrivileges ? 'no_new_privs is set, so file capabilities of tools do not count' : 'a tool may bring the file capabilities it was installed with'}`,
  }
}

function setprivArgs(account: Account, capabilities: string): string[] {
  return [
    `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups',
    `--inh-caps=${capabilities}`, `--ambient-caps=${capabilities}`, `--bounding-set=${capabilities}`, '--no-new-privs',
  ]
}

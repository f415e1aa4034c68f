/** What this process may do, as the kernel tells it: account, capabilities, no_new_privs. */
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'

/** Bit numbers of linux/capability.h. */
const CAPABILITIES: readonly string[] = [
  'chown', 'dac_override', 'dac_read_search', 'fowner', 'fsetid', 'kill', 'setgid', 'setuid', 'setpcap', 'linux_immutable', 'net_bind_service',
  'net_broadcast', 'net_admin', 'net_raw', 'ipc_lock', 'ipc_owner', 'sys_module', 'sys_rawio', 'sys_chroot', 'sys_ptrace', 'sys_pacct', 'sys_admin',
  'sys_boot', 'sys_nice', 'sys_resource', 'sys_time', 'sys_tty_config', 'mknod', 'lease', 'audit_write', 'audit_control', 'setfcap', 'mac_override',
  'mac_admin', 'syslog', 'wake_alarm', 'block_suspend', 'audit_read', 'perfmon', 'bpf', 'checkpoint_restore',
]

export interface Privileges {
  user: string
  uid: number
  /** Effective, e.g. ["cap_net_raw"]. */
  capabilities: string[]
  /** Handed on to programs that are started. */
  ambient: string[]
  /** What programs could be given at most. */
  bounding: string[]
  noNewPrivileges: boolean
}

/** Reads /proc/self/status, or the status text given. */
export function readPrivileges(status: string = readFileSync('/proc/self/status', 'utf8')): Privileges {
  return {
    user: accountName(),
    uid: process.getuid?.() ?? -1,
    capabilities: capabilitiesOf(status, 'CapEff'),
    ambient: capabilitiesOf(status, 'CapAmb'),
    bounding: capabilitiesOf(status, 'CapBnd'),
    noNewPrivileges: /^NoNewPrivs:\s*1/m.test(status),
  }
}

function capabilitiesOf(status: string, set: 'CapEff' | 'CapAmb' | 'CapBnd'): string[] {
  const mask = BigInt(`0x${new RegExp(`^${set}:\\s*([0-9a-f]+)`, 'm').exec(status)?.[1] ?? '0'}`)
  return CAPABILITIES.flatMap((name, bit) => ((mask >> BigInt(bit)) & 1n) === 1n ? [`cap_${name}`] : [])
}

function accountName(): string {
  // An account without an entry in the password file has no name; its number is as good.
  try { return userInfo().username } catch { return String(process.getuid?.() ?? 'unknown') }
}

/** What the vantage says of itself: host, account, capabilities, tools. */
import { hostname, networkInterfaces, release } from 'node:os'
import type { ToolStatus, VantageFacts } from '#lib/protocol/vantage.ts'
import type { Privileges } from './privileges.ts'

/** Facts as of now; `tools` come from the last self-test. */
export function gatherFacts(about: { name: string; privileges: Privileges; tools: ToolStatus[] }): VantageFacts {
  const { privileges } = about
  return {
    name: about.name,
    hostname: hostname(),
    addresses: Object.values(networkInterfaces()).flatMap((list) => list ?? []).filter((entry) => !entry.internal).map((entry) => entry.address),
    kernel: release(),
    node: process.version,
    user: privileges.user,
    uid: privileges.uid,
    capabilities: privileges.capabilities,
    noNewPrivileges: privileges.noNewPrivileges,
    checkedAtMs: Date.now(),
    tools: about.tools,
  }
}

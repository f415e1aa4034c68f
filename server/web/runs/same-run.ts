/** What makes two runs the same to the network: tool, whom it asks, options; and what kind of packets they are. */
import type { ToolId } from '#lib/protocol/events.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { portOf } from '#lib/tools/path/fields.ts'

export interface ProbingRun {
  tool: ToolId
  target: Pick<PinnedTarget, 'host' | 'address' | 'port'>
  /** As the tool's own decoder returned them. */
  options: Readonly<Record<string, unknown>>
}

/** Port of a reach run where neither the options nor the target name one. */
const REACH_PORT = 443

/** What a tool sends is decided by: `address`, alone; `name`: the name, whatever it resolved to; `both`: connections to the address that speak of the name. */
const ASKS: Readonly<Record<ToolId, 'address' | 'name' | 'both'>> = {
  ping: 'address', mtr: 'address', traceroute: 'address', pathping: 'address', pmtu: 'address', dns: 'name', nslookup: 'name', reach: 'both',
}

/**
 * Do its probes use up what routers on the way to the address answer in a second? Connections of a reach run get their answer from the target's
 * TCP, and a names run talks to other hosts: neither makes the figures of a run beside it worse.
 */
export const probesRouters = (tool: ToolId): boolean => ASKS[tool] === 'address'

/** Is a run with this target about the wanted one? By name for tools that ask names, else by address; without an address there is nothing to probe. */
export function isAbout({ tool, target }: Pick<ProbingRun, 'tool' | 'target'>, wanted: Pick<PinnedTarget, 'host' | 'address'>): boolean {
  return ASKS[tool] === 'name' ? target.host === wanted.host : target.address !== '' && target.address === wanted.address
}

/** Equal for two runs exactly when they send the same probes, or ask the same questions. */
export function probesOf({ tool, target, options }: ProbingRun): string {
  const set = Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const { host, address, port = null } = target
  const whom = { address: [address], name: [host, port], both: [host, address] }[ASKS[tool]]
  return JSON.stringify([tool, ...whom, protocolOf({ tool, target, options }), set])
}

/** `ICMP`, `UDP`, `UDP :53`, `TCP :443`, `DNS`: what the probes are. */
export function protocolOf({ tool, options, target }: ProbingRun): string {
  const { protocol, port } = options
  if (ASKS[tool] === 'name') return 'DNS'
  if (ASKS[tool] === 'both') return `TCP :${typeof port === 'number' ? port : target.port ?? REACH_PORT}`
  if (protocol !== 'udp' && protocol !== 'tcp') return 'ICMP'
  const to = portOf({ protocol, port: typeof port === 'number' ? port : null }, target)
  return to === null ? protocol.toUpperCase() : `${protocol.toUpperCase()} :${to}`
}

/** What makes two runs the same to the network: tool, address, options; and what kind of packets they are. */
import type { ToolId } from '#lib/protocol/events.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { portOf } from '#lib/tools/path/fields.ts'

export interface ProbingRun {
  tool: ToolId
  target: Pick<PinnedTarget, 'address' | 'port'>
  /** As the tool's own decoder returned them. */
  options: Readonly<Record<string, unknown>>
}

/** Equal for two runs exactly when they send the same probes to the same address. */
export function probesOf({ tool, target, options }: ProbingRun): string {
  const set = Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([tool, target.address, protocolOf({ tool, target, options }), set])
}

/** `ICMP`, `UDP`, `UDP :53`, `TCP :443`: what the probes are. */
export function protocolOf({ options, target }: ProbingRun): string {
  const { protocol, port } = options
  if (protocol !== 'udp' && protocol !== 'tcp') return 'ICMP'
  const to = portOf({ protocol, port: typeof port === 'number' ? port : null }, target)
  return to === null ? protocol.toUpperCase() : `${protocol.toUpperCase()} :${to}`
}

/** Whether the addresses that were answered accept a connection, as the run tried it. */
import { formatMs } from '#lib/format/number.ts'
import type { PortView } from '#lib/tools/dns/view.ts'
import type { Evidence } from '../finding.ts'
import type { DnsFacts } from '../rule.ts'

const stateOf = ({ dns }: Pick<DnsFacts, 'dns'>, address: string): PortView | undefined => dns.ports.find((one) => one.address === address)

/** `closed`: tried, and not open. Null: not tried, or the vantage itself did not let it out. */
export function portOf(facts: Pick<DnsFacts, 'dns'>, address: string): 'open' | 'closed' | null {
  const state = stateOf(facts, address)?.state
  return state === undefined || state === 'denied' || state === 'error' ? null : state === 'open' ? 'open' : 'closed'
}

/** `Old address, port 443` | `refused`. */
export function portRow(facts: Pick<DnsFacts, 'dns'>, addresses: readonly string[], label: string): Evidence[] {
  const tried = addresses.flatMap((address) => stateOf(facts, address) ?? [])
  const [first] = tried
  if (!first) return []
  const same = tried.every(({ state }) => state === first.state)
  const open = tried.filter(({ state }) => state === 'open').length
  return [{ label: `${label} address${tried.length > 1 ? 'es' : ''}, port ${first.port}`, value: same ? `${first.state}${first.state === 'open' && first.ms !== null && tried.length === 1 ? `, ${formatMs(first.ms)}` : ''}` : `${open} of ${tried.length} open` }]
}

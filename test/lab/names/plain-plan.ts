/** A name server that says what the hosts file of a lab says, both ways, so that names there are names like any other. */
import type { Record } from './wire.ts'
import { reverse4, reverse6 } from './reverse.ts'
import type { WorldPlan } from './world.ts'
import type { Zone } from './zone.ts'

export const PLAIN_RESOLVER = '198.51.100.53'

const rr = (name: string, type: Record['type'], value: string): Record => ({ name, type, ttl: 300, value })

/** One zone for each last label of the names, and one that leads every address back to its name. */
export function plainPlan(hosts: Readonly<{ [host: string]: string | readonly string[] }>): WorldPlan {
  const all = Object.entries(hosts).flatMap(([host, addresses]) => [addresses].flat().map((address) => ({ host, address })))
  const apexes = [...new Set(all.map(({ host }) => host.split('.').at(-1) ?? host))]
  const server = (apex: string): Record[] => [rr(apex, 'NS', `ns.${apexes[0] ?? 'internal'}`)]
  const forward = apexes.map((apex, i): Zone => ({
    apex, serial: 1,
    records: [...server(apex), ...(i === 0 ? [rr(`ns.${apex}`, 'A', PLAIN_RESOLVER)] : []), ...all.filter(({ host }) => host.endsWith(`.${apex}`)).map(({ host, address }) => rr(host, address.includes(':') ? 'AAAA' : 'A', address))],
  }))
  const back: Zone = { apex: 'arpa', serial: 1, records: [...server('arpa'), ...all.map(({ host, address }) => rr(address.includes(':') ? reverse6(address) : reverse4(address), 'PTR', host))] }
  // It resolves, and is the one authority as well: asked without recursion it answers with AA.
  return { zones: [...forward, back], servers: [{ address: PLAIN_RESOLVER, kind: 'both', zones: [...apexes, 'arpa'] }], sites: [] }
}

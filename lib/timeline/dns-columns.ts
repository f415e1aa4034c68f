/** The columns of the resolver matrix: this host's own way, then the servers in groups; and the short names that charts use. */
import type { DnsRole } from '#lib/tools/dns/events.ts'
import type { DnsServerView, DnsView } from '#lib/tools/dns/view.ts'
import { inert } from './dns-text.ts'

export type ColumnGroup = 'host' | 'own' | 'chosen' | 'public' | 'authority'

export interface MatrixColumn {
  /** The server's id; `host` for this host's own way. */
  id: string
  group: ColumnGroup
  /** A group begins here. */
  begins: boolean
  /** In the machine's face: name, or address where there is none. */
  title: string
  /** Below it: the address where the title is a name, and what kind of server it is. */
  address: string | null
  words: string
  /** Short enough for the label of a chart. */
  short: string
  /** Where it was learnt: `/etc/resolv.conf line 2`. */
  from: string
  server: DnsServerView | null
}

export const HOST = 'host'

const GROUP: Record<DnsRole, ColumnGroup> = { own: 'own', upstream: 'own', chosen: 'chosen', public: 'public', authority: 'authority' }
export const ROLE_WORDS: Record<DnsRole, string> = { own: 'resolver', upstream: 'upstream', chosen: 'chosen', public: 'public recursive', authority: 'authority' }

export function columnsOf({ servers, os, setup }: Pick<DnsView, 'servers' | 'os' | 'setup'>): MatrixColumn[] {
  const host: Omit<MatrixColumn, 'begins'>[] = os === null && setup === null ? [] : [{
    id: HOST, group: 'host', title: 'this host', address: null, words: os?.source ? `getent, ${inert(os.source, 120)}` : 'getent', short: 'this host', from: setup?.servicesFrom ?? '', server: null,
  }]
  const shorts = shortNames(servers)
  const rest = servers.map((server): Omit<MatrixColumn, 'begins'> => {
    const named = server.name !== null && server.name !== ''
    const beside = server.role === 'own' || server.role === 'upstream' ? placeOf(server.from) : ''
    return {
      id: server.server, group: GROUP[server.role], title: named ? inert(server.name ?? '', 255) : inert(server.server, 64), address: named ? inert(server.address, 64) : null,
      words: named || beside === '' ? ROLE_WORDS[server.role] : beside, short: shorts.get(server.server) ?? server.server, from: inert(server.from, 200), server,
    }
  })
  const all = [...host, ...rest]
  return all.map((column, i) => ({ ...column, begins: i > 0 && all[i - 1]?.group !== column.group }))
}

/** `/etc/resolv.conf line 2` as `resolv.conf line 2`. */
const placeOf = (from: string): string => inert(from.slice(from.lastIndexOf('/') + 1), 80)

/** First label of a name server where that tells it apart, else its whole name; the address of the others. */
function shortNames(servers: readonly DnsServerView[]): Map<string, string> {
  const label = (server: DnsServerView): string => (server.name ?? '').split('.')[0] ?? ''
  const short = (server: DnsServerView): string => {
    if (server.name === null || server.name === '') return server.server
    const alone = label(server) !== '' && servers.filter((one) => label(one) === label(server)).length === 1
    return alone ? label(server) : servers.some((one) => one !== server && one.name === server.name) ? server.server : server.name
  }
  return new Map(servers.map((server) => [server.server, inert(short(server), 64)]))
}

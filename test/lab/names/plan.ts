/** The names lab's small Internet: a root, a top level domain, zones with every trouble a name can have, two resolvers, and servers to reach. Data only. */
import { reverse4, reverse6 } from './reverse.ts'
import type { Record, TypeName } from './wire.ts'
import type { NameServer, Quirk, Site, WorldPlan } from './world.ts'
import type { Zone } from './zone.ts'

export const RESOLVERS = ['198.51.100.53', '198.51.100.54'] as const
const [R1, R2] = RESOLVERS
export const NS = { ns1: '198.51.100.61', ns2: '198.51.100.62', ns3: '198.51.100.63', root: '198.51.100.70', tld: '198.51.100.71' } as const
export const ZONE = 'example.test'
/** Bare names get this one. */
export const SEARCH = 'corp.example.test'

const rr = (name: string, type: TypeName, value: string, ttl = 300): Record => ({ name, type, ttl, value })

/** Hosts of the zone: A, AAAA or none. Their PTR leads back. */
export const HOSTS = {
  clean: ['203.0.113.80', '2001:db8:1::80'], slow: ['203.0.113.81'], refused: ['203.0.113.82'], silent: ['203.0.113.83'], 'aaaa-broken': ['203.0.113.84'],
  closed: ['203.0.113.86'], filtered: ['203.0.113.87'], prohibited: ['203.0.113.88'], 'v6-dead': ['203.0.113.89', '2001:db8:1::89'],
  expired: ['203.0.113.90'], 'wrong-name': ['203.0.113.91'], 'self-signed': ['203.0.113.92'], away: ['203.0.113.93'], 'away-inside': ['203.0.113.94'], broken: ['203.0.113.95'],
  dnssec: ['203.0.113.96'], 'hosts-other': ['203.0.113.97'], 'www.behind': ['203.0.113.98'], 'www.lame': ['203.0.113.99'], 'end.of.chain': ['203.0.113.100'], 'intra.corp': ['203.0.113.101'], round: ['203.0.113.102', '203.0.113.103'],
} as const satisfies Readonly<{ [name: string]: readonly string[] }>
export const OLD_ADDRESS = '203.0.113.9'
export const NEW_ADDRESS = '203.0.113.24'

const hostRecords = (under: string): Record[] => Object.entries(HOSTS)
  .filter(([name]) => `${name}.${ZONE}`.endsWith(`.${under}`) && (under !== ZONE || !name.startsWith('www.')))
  .flatMap(([name, addresses]) => addresses.map((address) => rr(`${name}.${ZONE}`, address.includes(':') ? 'AAAA' : 'A', address)))

const chain = Array.from({ length: 6 }, (_, i) => rr(`c${i + 1}.${ZONE}`, 'CNAME', i === 5 ? `end.of.chain.${ZONE}` : `c${i + 2}.${ZONE}`))
const big = Array.from({ length: 24 }, (_, i) => rr(`truncated.${ZONE}`, 'TXT', `${String(i).padStart(2, '0')}:${'x'.repeat(120)}`))
const HOSTILE = '\u001b[31m<script>alert(1)</script>\u202E\u0000\\'

const example: Zone = {
  apex: ZONE, serial: 2026112203,
  records: [
    rr(ZONE, 'NS', `ns1.${ZONE}`), rr(ZONE, 'NS', `ns2.${ZONE}`), rr(`ns1.${ZONE}`, 'A', NS.ns1), rr(`ns2.${ZONE}`, 'A', NS.ns2), rr(`ns3.${ZONE}`, 'A', NS.ns3),
    ...hostRecords(ZONE), rr(`moved.${ZONE}`, 'A', NEW_ADDRESS), rr(`mail-only.${ZONE}`, 'MX', `10 clean.${ZONE}`), ...chain, rr(`chain.${ZONE}`, 'CNAME', `c1.${ZONE}`),
    rr(`loop-a.${ZONE}`, 'CNAME', `loop-b.${ZONE}`), rr(`loop-b.${ZONE}`, 'CNAME', `loop-a.${ZONE}`), ...big, ...big.map((record) => ({ ...record, name: `cut.${ZONE}` })),
    rr(`hostile.${ZONE}`, 'TXT', `${HOSTILE}|second`), rr(`hostile.${ZONE}`, 'A', '203.0.113.104'),
    rr(`behind.${ZONE}`, 'NS', `ns1.${ZONE}`), rr(`behind.${ZONE}`, 'NS', `ns2.${ZONE}`), rr(`lame.${ZONE}`, 'NS', `ns1.${ZONE}`), rr(`lame.${ZONE}`, 'NS', `ns3.${ZONE}`),
    rr(`denied.${ZONE}`, 'A', '203.0.113.105'),
  ],
}
const child = (apex: string, servers: readonly string[], serial: number): Zone => ({ apex, serial, records: [...servers.map((server) => rr(apex, 'NS', `${server}.${ZONE}`)), ...hostRecords(apex)] })
const behind = child(`behind.${ZONE}`, ['ns1', 'ns2'], 2026112203)
const lame = child(`lame.${ZONE}`, ['ns1', 'ns3'], 7)

const arpa: Zone = {
  apex: '113.0.203.in-addr.arpa', serial: 5,
  records: [
    rr('113.0.203.in-addr.arpa', 'NS', `ns1.${ZONE}`),
    ...Object.entries(HOSTS).flatMap(([name, addresses]) => addresses.filter((address) => !address.includes(':')).map((address) => rr(reverse4(address), 'PTR', `${name}.${ZONE}`))),
    rr(reverse4(NEW_ADDRESS), 'PTR', `moved.${ZONE}`), rr(reverse4(OLD_ADDRESS), 'PTR', `moved.${ZONE}`),
  ],
}
const arpa6: Zone = {
  apex: '8.b.d.0.1.0.0.2.ip6.arpa', serial: 5,
  records: [
    rr('8.b.d.0.1.0.0.2.ip6.arpa', 'NS', `ns1.${ZONE}`),
    ...Object.entries(HOSTS).flatMap(([name, addresses]) => addresses.filter((address) => address.includes(':')).map((address) => rr(reverse6(address), 'PTR', `${name}.${ZONE}`))),
  ],
}
const tld: Zone = { apex: 'test', serial: 1, records: [rr('test', 'NS', 'a.nic.test'), rr('a.nic.test', 'A', NS.tld), rr('a.root.test', 'A', NS.root), rr(ZONE, 'NS', `ns1.${ZONE}`), rr(ZONE, 'NS', `ns2.${ZONE}`), rr(`ns1.${ZONE}`, 'A', NS.ns1), rr(`ns2.${ZONE}`, 'A', NS.ns2)] }
const root: Zone = { apex: '.', serial: 1, records: [rr('.', 'NS', 'a.root.test'), rr('a.root.test', 'A', NS.root), rr('test', 'NS', 'a.nic.test'), rr('a.nic.test', 'A', NS.tld)] }
const ZONES: readonly Zone[] = [root, tld, example, behind, lame, arpa, arpa6]
const ALL = ZONES.map((zone) => zone.apex)

const both: readonly Quirk[] = [
  { name: `servfail.${ZONE}`, does: 'rcode', rcode: 'SERVFAIL', ede: { code: 22, text: 'No Reachable Authority' } },
  { name: `dnssec.${ZONE}`, does: 'fine-with-cd', ede: { code: 7, text: 'Signature Expired' } },
  { name: `slow.${ZONE}`, does: 'slow', ms: 1200 },
  { name: `aaaa-broken.${ZONE}`, types: ['AAAA'], does: 'silent' },
  { name: `cut.${ZONE}`, does: 'no-tcp' },
  { name: `hung.${ZONE}`, does: 'silent' },
  { name: '*.hung.test', does: 'silent' },
]
const servers: readonly NameServer[] = [
  {
    address: R1, kind: 'resolver', zones: ALL,
    quirks: [...both, { name: `moved.${ZONE}`, types: ['A'], does: 'answer', answers: [rr(`moved.${ZONE}`, 'A', OLD_ADDRESS, 2914)] }],
  },
  { address: R2, kind: 'resolver', zones: ALL, quirks: [...both, { name: `refused.${ZONE}`, does: 'rcode', rcode: 'REFUSED' }, { name: `silent.${ZONE}`, does: 'silent' }] },
  { address: NS.root, kind: 'authority', zones: ['.'] },
  { address: NS.tld, kind: 'authority', zones: ['test'] },
  { address: NS.ns1, kind: 'authority', zones: [ZONE, behind.apex, lame.apex, arpa.apex, arpa6.apex], quirks: [{ name: `aaaa-broken.${ZONE}`, types: ['AAAA'], does: 'rcode', rcode: 'SERVFAIL' }, { name: `cut.${ZONE}`, does: 'no-tcp' }] },
  { address: NS.ns2, kind: 'authority', zones: [ZONE, behind.apex], instead: [{ ...behind, serial: 2026112201 }], quirks: [{ name: `aaaa-broken.${ZONE}`, types: ['AAAA'], does: 'rcode', rcode: 'SERVFAIL' }, { name: `cut.${ZONE}`, does: 'no-tcp' }] },
  { address: NS.ns3, kind: 'authority', zones: ['nothing.test'] },
]

export interface Certificates { [site: string]: { key: string; cert: string } }
/** Sites of TLS need a certificate each: `good` where it has no trouble of its own. */
export const TLS_SITES = ['good', 'expired', 'wrong-name', 'self-signed'] as const

export function worldPlan(certificates: Certificates): WorldPlan {
  const tls = (name: keyof typeof HOSTS, certificate: (typeof TLS_SITES)[number], more: Partial<Site> = {}): Site[] => HOSTS[name].map((address) => ({ address, port: 443, kind: 'tls' as const, ...certificates[certificate], ...more }))
  const http = (name: keyof typeof HOSTS, more: Partial<Site>): Site[] => HOSTS[name].map((address) => ({ address, port: 80, kind: 'http' as const, ...more }))
  return {
    zones: ZONES, servers,
    sites: [
      ...tls('clean', 'good'), ...http('clean', {}), ...tls('slow', 'good'), ...tls('v6-dead', 'good'), ...tls('prohibited', 'good'), ...tls('filtered', 'good'),
      ...tls('expired', 'expired'), ...tls('wrong-name', 'wrong-name'), ...tls('self-signed', 'self-signed'), { address: NEW_ADDRESS, port: 443, kind: 'tls', ...certificates['good'] },
      ...http('away', { status: 301, location: `https://clean.${ZONE}/there` }), ...http('away-inside', { status: 302, location: 'http://169.254.169.254/latest/meta-data/' }),
      ...http('broken', { status: 503 }),
    ],
  }
}

/** Every address that the lab's servers have, for the namespace's loopback device. */
export function addressesOf(plan: WorldPlan): string[] {
  return [...new Set([...plan.servers.map((server) => server.address), ...plan.sites.map((site) => site.address), ...Object.values(HOSTS).flat(), OLD_ADDRESS, NEW_ADDRESS, '203.0.113.104', '203.0.113.105'])]
}

/** What the namespace's own firewall does, as arguments of nft. */
export const FIREWALL: readonly string[] = [
  'add table inet lab', 'add chain inet lab input { type filter hook input priority 0 ; }',
  `add rule inet lab input ip daddr ${HOSTS.filtered[0]} tcp dport 443 drop`,
  `add rule inet lab input ip daddr ${HOSTS.prohibited[0]} tcp dport 443 reject with icmp type admin-prohibited`,
  `add rule inet lab input ip6 daddr ${HOSTS['v6-dead'][1]} tcp dport 443 drop`,
]

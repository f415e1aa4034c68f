/** D-NS-MISMATCH: parent and zone name different name servers, or the parent's glue has another address than the server. A move that is half done. */
import type { Evidence } from '../finding.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { delegationsOf, ownNs, type Delegation } from './delegation.ts'
import { base, copyNext, digCommand, isPlain, shown, some } from './words.ts'

interface Mismatch { delegation: Delegation; parentOnly: readonly string[]; zoneOnly: readonly string[]; glue: readonly { name: string; parent: readonly string[]; own: readonly string[] }[] }

export const nsMismatch: DnsRule = (facts) => {
  const found = delegationsOf(facts).map((delegation) => mismatchOf(facts, delegation)).findLast((one) => one !== null)
  if (!found) return NOTHING
  const { delegation: { zone }, parentOnly, zoneOnly, glue } = found
  const sets = parentOnly.length + zoneOnly.length > 0
  return [{
    rule: 'D-NS-MISMATCH', severity: 'info', confidence: 'high', ...base(facts, facts.dns.roundAtMs ?? NaN),
    title: sets ? `${shown(zone)} and its parent name different name servers.` : `The parent of ${shown(zone)} has another address for ${shown(glue[0]?.name ?? '')} than the server has.`,
    meaning: 'Some resolvers believe the parent and some the zone, so they ask different servers. That is what a move looks like that was not finished at both ends.',
    evidence: [
      ...(parentOnly.length > 0 ? [{ label: 'Only at the parent', value: some(parentOnly.map(shown)) }] : []), ...(zoneOnly.length > 0 ? [{ label: 'Only in the zone', value: some(zoneOnly.map(shown)) }] : []),
      ...glue.slice(0, 2).map((one): Evidence => ({ label: `Glue of ${shown(one.name)}`, value: some(one.parent, 2), detail: `itself ${some(one.own, 2)}`, definition: 'Address that the parent hands out beside the name of the server.' })),
    ],
    otherwise: ['A change is on its way and one side has not been updated yet.'],
    next: copyNext('Bring the delegation at the parent and the NS records of the zone to the same names and addresses.', 'Copy dig NS', isPlain(zone) ? digCommand({ server: null, name: zone, type: 'NS', flags: '+trace' }) : null),
  }]
}

function mismatchOf(facts: DnsFacts, delegation: Delegation): Mismatch | null {
  const own = ownNs(facts, delegation.zone)
  const parentOnly = own === null ? [] : delegation.ns.filter((name) => !own.includes(name))
  const zoneOnly = own === null ? [] : own.filter((name) => !delegation.ns.includes(name))
  const glue = glueOf(facts, delegation)
  return parentOnly.length + zoneOnly.length + glue.length === 0 ? null : { delegation, parentOnly, zoneOnly, glue }
}

/** Servers whose glue and own address (as the vantage resolved it) have nothing in common within a family. */
function glueOf({ dns }: DnsFacts, { glue }: Delegation): Mismatch['glue'] {
  return [...new Set(glue.map(({ name }) => name))].flatMap((name) => {
    const of = (family: 4 | 6) => (address: string): boolean => (family === 6) === address.includes(':')
    const parent = [...new Set(glue.filter((one) => one.name === name).map(({ address }) => address))]
    const own = dns.servers.filter((server) => server.role === 'authority' && server.name?.toLowerCase().replace(/\.$/, '') === name).map(({ address }) => address)
    const apart = ([4, 6] as const).some((family) => {
      const [ours, theirs] = [own.filter(of(family)), parent.filter(of(family))]
      return ours.length > 0 && theirs.length > 0 && !ours.some((address) => theirs.includes(address))
    })
    return apart ? [{ name, parent, own }] : []
  })
}

/** What the parent of a zone says about its name servers, and what these say themselves. */
import type { DelegationView } from '#lib/tools/dns/view.ts'
import type { DnsFacts } from '../rule.ts'
import { valuesOf } from './words.ts'

const clean = (name: string): string => name.toLowerCase().replace(/\.$/, '')
const isBelow = (zone: string, parent: string): boolean => parent === '' || parent === '.' ? clean(zone) !== '' : clean(zone).endsWith(`.${clean(parent)}`)

export interface Delegation {
  zone: string
  /** Names that the parent's servers hand down to, all of them together. */
  ns: readonly string[]
  glue: readonly { name: string; address: string }[]
  /** Its servers as the walk asked them. */
  asked: readonly DelegationView[]
}

/** Every zone that the walk was handed down to, in order. */
export function delegationsOf({ dns }: Pick<DnsFacts, 'dns'>): readonly Delegation[] {
  const zones = new Map<string, { zone: string; ns: Set<string>; glue: { name: string; address: string }[] }>()
  for (const { zone: from, child } of dns.walk) {
    if (child === null || !isBelow(child.zone, from)) continue
    const held = zones.get(clean(child.zone)) ?? { zone: child.zone, ns: new Set<string>(), glue: [] }
    for (const name of child.ns) held.ns.add(clean(name))
    held.glue.push(...child.glue.map(({ name, address }) => ({ name: clean(name), address })))
    zones.set(clean(child.zone), held)
  }
  return [...zones].map(([key, { zone, ns, glue }]) => ({ zone, ns: [...ns].sort(), glue, asked: dns.walk.filter((one) => clean(one.zone) === key) }))
}

/** Does not speak for the zone: an error, or an answer without AA that does not hand down further. Silence is D-TIMEOUT's matter. */
export function isLameStep({ reply, child, zone }: DelegationView): boolean {
  if (reply === null) return false
  if (['REFUSED', 'SERVFAIL', 'NOTAUTH', 'NOTIMP'].includes(reply.status)) return true
  if (child !== null) return !isBelow(child.zone, zone)
  return (reply.status === 'NOERROR' || reply.status === 'NXDOMAIN') && reply.authoritative === false
}

/** The NS set of the zone in its servers' own words; null where none was asked for it. */
export function ownNs({ dns }: Pick<DnsFacts, 'dns'>, zone: string): readonly string[] | null {
  const sets = dns.asides.filter((one) => one.purpose === 'zone' && one.type === 'NS' && clean(one.name) === clean(zone) && one.reply.authoritative === true).map(({ reply }) => valuesOf(reply, 'NS'))
  const [newest] = sets.filter((set) => set.length > 0).slice(-1)
  return newest ? newest.map(clean).sort() : null
}

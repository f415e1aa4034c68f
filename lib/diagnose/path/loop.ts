/** P-LOOP: the same routers again and again along the path. */
import type { PathView } from '#lib/tools/path/view.ts'
import { ACCOUNTS } from '../causes.ts'
import { LONG_TRACE, runNext, tcpPath } from '../next.ts'
import { NOTHING, type PathRule } from '../rule.ts'
import { listed, plural } from '../shared.ts'
import { epochStartMs, hostOf, hopSpan, primary } from './shared.ts'

/** Routers in one turn of the loop, at most. */
const LONGEST = 4
/** An address at so many places, none beside another, is a loop whatever lies between. */
const PLACES = 3

interface Place { ttl: number; address: string | null }
export interface Loop { addresses: readonly string[]; ttls: readonly number[] }

export const loop: PathRule = (facts) => {
  const found = loopOf(facts.path)
  if (!found) return NOTHING
  const sinceMs = epochStartMs(facts)
  const names = found.addresses.map((address) => hostOf(facts.path, address))
  return [{
    rule: 'P-LOOP', subject: facts.run.runId, severity: 'crit', confidence: 'high', ...ACCOUNTS['P-LOOP'],
    title: names.length === 1 ? `Packets to the target go round in a loop through ${names[0] ?? ''}.` : `Packets to the target go round in a loop between ${listed(names)}.`,
    meaning: 'These routers send the packets to each other until their TTL is used up, so none arrives.',
    evidence: [
      ...found.addresses.map((address) => ({ label: address, value: `hops ${listed(placesOf(facts.path).filter((place) => place.address === address).map((place) => String(place.ttl)))}`, definition: 'Every place on the path where this address answers most.' })),
      { label: 'Repeats', value: plural(Math.floor(found.ttls.length / found.addresses.length), 'time') },
    ],
    otherwise: ['One router answers for several places of a tunnel.'],
    next: runNext(facts, 'Send both addresses to the operator of these routers: their routes to the target point at each other.', [LONG_TRACE, tcpPath(facts)]),
    sinceMs, span: hopSpan(facts, sinceMs, found.ttls),
  }]
}

const placesOf = (path: PathView): Place[] => path.hops.filter((hop) => !hop.isTarget).map((hop) => ({ ttl: hop.ttl, address: primary(hop)?.address ?? null }))

/** The loop on the path, or null. One address at two adjacent TTLs is none: a router may pass a packet on before it counts, or count twice. */
export function loopOf(path: PathView): Loop | null {
  const places = placesOf(path)
  for (let length = 2; length <= LONGEST; length++) {
    for (let at = 0; at + 2 * length <= places.length; at++) {
      const turn = places.slice(at, at + length)
      if (!isLoop(turn, places.slice(at + length, at + 2 * length))) continue
      const addresses = [...new Set(turn.flatMap((place) => place.address ?? []))]
      return { addresses, ttls: places.slice(at).filter((place) => addresses.includes(place.address ?? '')).map((place) => place.ttl) }
    }
  }
  return manyPlaces(places)
}

/** Different routers, all known, and the same ones in the same order once more. */
function isLoop(turn: readonly Place[], next: readonly Place[]): boolean {
  const addresses = turn.map((place) => place.address)
  return addresses.every((address, i) => address !== null && address === next[i]?.address) && new Set(addresses).size === addresses.length
}

function manyPlaces(places: readonly Place[]): Loop | null {
  const byAddress = new Map<string, number[]>()
  for (const { ttl, address } of places) if (address !== null) byAddress.set(address, [...(byAddress.get(address) ?? []), ttl])
  const looping = [...byAddress].filter(([, ttls]) => ttls.length >= PLACES && ttls.every((ttl, i) => i === 0 || ttl - (ttls[i - 1] ?? 0) > 1))
  return looping.length === 0 ? null : { addresses: looping.map(([address]) => address), ttls: looping.flatMap(([, ttls]) => ttls).toSorted((a, b) => a - b) }
}

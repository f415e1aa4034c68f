/** Small pieces that rules of a path use. */
import type { HopView, PathView, Responder } from '#lib/tools/path/view.ts'
import type { Finding, Evidence, EvidenceSpan } from '../finding.ts'
import type { JudgedHop, PathFacts } from '../rule.ts'
import { percent, plural } from '../shared.ts'

/** The span from `fromMs` to the end of the run, with the TTLs it is about. */
export function hopSpan(facts: PathFacts, fromMs: number, hops: readonly number[]): EvidenceSpan {
  const from = Number.isFinite(fromMs) ? fromMs : facts.refMs
  return { runId: facts.run.runId, fromMs: from, toMs: Math.max(from, facts.refMs), hops }
}

/** When the current statistics began, at the earliest the run. */
export const epochStartMs = (facts: PathFacts): number =>
  Math.max(facts.path.epochs.at(-1)?.sinceMs ?? -Infinity, facts.run.startedAtMs ?? facts.run.queuedAtMs)

/** Whoever answers most at this hop in the current epoch. */
export const primary = (hop: HopView): Responder | null => hop.responders.find((responder) => responder.untilMs === null) ?? null

/** Its name, else the address. */
export const hostOf = (path: PathView, address: string): string => path.names.get(address)?.name ?? address

/** `hop 6, cr4.lon.transit.example`; `hop 6` where nobody answered. */
export function hopLabel(path: PathView, hop: HopView): string {
  const who = primary(hop)
  return who ? `hop ${hop.ttl}, ${hostOf(path, who.address)}` : `hop ${hop.ttl}`
}

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

/** `Hop 4` or `Hops 4 to 6`. */
export const hopRange = (first: number, last: number): string => (first === last ? `Hop ${first}` : `Hops ${first} to ${last}`)

/** Hops that answered something in the current statistics. */
export const responding = (facts: PathFacts): readonly JudgedHop[] => facts.hops.filter((hop) => hop.judged > hop.lost)

/** `20 of 624`, `3.2 %`. */
export function lossRow(label: string, { lost, judged }: { lost: number; judged: number }, definition?: string): Evidence {
  if (lost === 0) return { label, value: 'none', detail: `0 of ${plural(judged, 'probe')}`, ...(definition === undefined ? {} : { definition }) }
  return { label, value: percent(lost, judged), detail: `${lost} of ${judged}`, ...(definition === undefined ? {} : { definition }) }
}

export const confidenceBy = (samples: number): Finding['confidence'] => (samples < 30 ? 'low' : samples < 100 ? 'medium' : 'high')

/** `ICMP`, `UDP`, `TCP :443`. */
export const protocolName = ({ protocol, port }: PathView): string => (port === null ? protocol.toUpperCase() : `${protocol.toUpperCase()} :${port}`)

/** Who to send it to: the operator of the hop if an AS number is known. */
export function operatorOf(path: PathView, hop: HopView): string {
  const who = primary(hop)
  const known = who ? path.names.get(who.address) : undefined
  const asn = known?.asn ?? null
  return asn === null ? `the operator of hop ${hop.ttl}` : `AS${asn}${known?.asName ? ` (${known.asName})` : ''}, who ${hop.isTarget ? 'run the target' : `run hop ${hop.ttl}`}`
}

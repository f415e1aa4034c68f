/** What was typed, what it means, and the one address that will be probed. */
import * as z from 'zod/mini'

export const Family = z.union([z.literal(4), z.literal(6)])
export type Family = z.infer<typeof Family>

/** A target that has been understood, resolved once and pinned. The tool only ever sees `address`. */
export const PinnedTarget = z.object({
  /** Canonical host as a person reads it: lower-case A-label name, dotted quad, or RFC 5952 IPv6 (with %zone if link-local). */
  host: z.string(),
  /** The Unicode form of an internationalised name, beside the A-label. */
  unicodeHost: z.optional(z.string()),
  port: z.optional(z.int().check(z.gte(1), z.lte(65535))),
  /** The literal address that is probed, canonical; a zone (`fe80::1%eth0`) only for link-local. Empty where `unresolved`. */
  address: z.string(),
  family: Family,
  /** Every address the name resolved to at that moment, each judged by policy. The literal itself if nothing was resolved. */
  addresses: z.array(z.string()),
  /** Where the answer came from: `hosts file`, `10.0.0.53`, or absent for a literal. */
  resolvedBy: z.optional(z.string()),
  resolveMs: z.optional(z.number()),
  /** Why the name has no address here, in a sentence: then only tools that ask about names can start (`takesUnresolved`). */
  unresolved: z.optional(z.string()),
})
export type PinnedTarget = z.infer<typeof PinnedTarget>

/** What a target is counted and told by: its address, or its name where it has none. */
export const addressOrHost = ({ address, host }: Pick<PinnedTarget, 'address' | 'host'>): string => (address === '' ? host : address)

/** What the grammar understood, before any name is resolved. */
export interface ParsedTarget {
  kind: 'name' | 'ipv4' | 'ipv6'
  /** Canonical host: what `PinnedTarget.host` will be. */
  host: string
  unicodeHost?: string
  port?: number
  /** Link-local zone, as in fe80::1%eth0. */
  zone?: string
  /** Set when the input was reduced to its target: `URL`, `curl command`, `ssh command`, … */
  reducedFrom?: string
}

/** Policy's word on one address. `rule` is numbered as the policy page shows it. */
export interface AddressVerdict {
  address: string
  allowed: boolean
  rule: string
  reason: string
}

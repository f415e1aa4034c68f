/** One answer of one name server, as dig or nslookup tells it: the part that both tools share. */
import * as z from 'zod/mini'

/** Hostile: names and values hold whatever the server sent (escapes decoded, at most VALUE_KEPT characters (status.ts)); shown as inert text only. */
export const DnsRecord = z.object({
  /** Without the trailing dot, case as printed. */
  name: z.string(),
  /** `A`, `HTTPS`, `TYPE65534`. */
  type: z.string(),
  /** Seconds; null where the tool does not say. */
  ttl: z.nullable(z.int()),
  /** MX "10 mx", SRV "prio weight port target", SOA "mname rname serial refresh retry expire minimum", TXT its strings joined; the rest as printed. */
  value: z.string(),
  /** Of a TXT record: its strings one by one. */
  strings: z.optional(z.array(z.string())),
})
export type DnsRecord = z.infer<typeof DnsRecord>

export const DnsReply = z.object({
  /** An rcode of RFC 1035 or 2136 by name, `RCODE17` for others; or one of NO_REPLY (status.ts). */
  status: z.string().check(z.maxLength(24)),
  /** Who answered, as the tool says; null where nobody did. */
  server: z.nullable(z.object({ address: z.string(), port: z.nullable(z.int()) })),
  transport: z.nullable(z.enum(['udp', 'tcp'])),
  /** Lower case, as dig prints them: `qr aa rd ra ad cd tc`; [] where the tool does not say. */
  flags: z.array(z.string()),
  /** The answer is the zone's own server's (AA); null where the tool does not say. */
  authoritative: z.nullable(z.boolean()),
  answers: z.array(DnsRecord), authority: z.array(DnsRecord), additional: z.array(DnsRecord),
  /** Records beyond RECORDS_KEPT, all sections. */
  cut: z.optional(z.int()),
  /** ms from question to answer, as the tool says (dig: whole ms). */
  queryMs: z.nullable(z.number()),
  /** Size of the answer. */
  bytes: z.nullable(z.int()),
  /** The answer over UDP was cut short (TC), so the tool asked again over TCP. */
  truncated: z.boolean(),
  /** Extended DNS errors, RFC 8914. */
  ede: z.array(z.object({ code: z.int(), text: z.string() })),
  /** The tool's own words where there is no answer. */
  text: z.optional(z.string()),
})
export type DnsReply = z.infer<typeof DnsReply>

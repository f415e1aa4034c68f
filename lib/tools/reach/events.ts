/** The typed events of a reach run: TCP, TLS and HTTP to a port, and who stands in the way. */
import * as z from 'zod/mini'
import { RunId } from '#lib/protocol/ids.ts'

const of = { runId: RunId, line: z.int().check(z.gte(1)) }
const to = { address: z.string(), port: z.int() }

/** open: SYN-ACK. refused: the connection was reset (or an ICMP port unreachable, which the kernel tells the same way). timeout: nothing came. unreachable: an ICMP error or no route. denied: the vantage's own firewall. error: anything else. */
export const ConnectState = z.enum(['open', 'refused', 'timeout', 'unreachable', 'denied', 'error'])
export type ConnectState = z.infer<typeof ConnectState>

/** One TCP handshake to one address. */
export const ReachConnect = z.object({
  kind: z.literal('reach.connect'), ...of, ...to,
  /** From 1, over the whole run, per address. */
  n: z.int(),
  /** When the SYN was asked for, epoch ms. */
  sentAtMs: z.number(),
  state: ConnectState,
  /** From connect() to its end, ms: open and refused are round trips; else how long it waited. Null where it failed at once. */
  ms: z.nullable(z.number()),
  /** The system's own word: `ECONNREFUSED`. */
  code: z.nullable(z.string()),
})

/** Who said so, as a TCP traceroute with a TTL that reaches the target shows it. */
export const ReachBlame = z.object({
  kind: z.literal('reach.blame'), ...of, ...to,
  /** Null: nobody answered. */
  by: z.nullable(z.string()),
  /** syn-ack and rst are the target's (or whoever answers in its name). local: the vantage's own firewall or routes let nothing out. unknown: nobody could be asked (no traceroute, or not permitted). */
  how: z.enum(['syn-ack', 'rst', 'icmp', 'silence', 'local', 'unknown']),
  /** `admin-prohibited`, `host-unreachable`, …; of ICMP only. */
  icmp: z.nullable(z.string()), ms: z.nullable(z.number()),
})

export const Certificate = z.object({
  subject: z.string(), issuer: z.string(),
  /** DNS names and addresses of subjectAltName, at most 100. */
  names: z.array(z.string()), namesCut: z.optional(z.int()),
  notBeforeMs: z.number(), notAfterMs: z.number(),
  serial: z.string(), sha256: z.string(),
  /** `RSA 2048`, `EC P-256`. */
  key: z.string(),
  selfIssued: z.boolean(),
})
export type Certificate = z.infer<typeof Certificate>

export const ReachTls = z.object({
  kind: z.literal('reach.tls'), ...of, ...to,
  /** Of the n-th redirect; absent: of the target's own port. */
  hop: z.optional(z.int()),
  /** SNI that was sent; null: an address has none. */
  serverName: z.nullable(z.string()),
  /** The handshake was completed. */
  shaken: z.boolean(),
  /** From the open connection to its end, ms. */
  ms: z.nullable(z.number()),
  /** `TLSv1.3`. */
  version: z.nullable(z.string()), cipher: z.nullable(z.string()), alpn: z.nullable(z.string()),
  /** Why a client would refuse it: the word of OpenSSL or Node (`CERT_HAS_EXPIRED`); null: it would not. */
  reason: z.nullable(z.string()), reasonText: z.nullable(z.string()),
  /** The server's own certificate first, at most 8. */
  chain: z.array(Certificate),
})

/** One HTTP request without a body (GET /), read as far as its head. */
export const ReachHttp = z.object({
  kind: z.literal('reach.http'), ...of, ...to,
  /** 0: the first; else the n-th redirect. */
  hop: z.int(),
  /** Addresses of the target whose chain of redirects this belongs to: one request may go on several that lead to the same place. Absent: `address` alone. */
  begins: z.optional(z.array(z.string())),
  url: z.string(),
  /** Null: no answer that is HTTP. */
  status: z.nullable(z.int()),
  /** As the server wrote it, at most 2,000 characters; hostile. */
  location: z.nullable(z.string()), server: z.nullable(z.string()),
  /** Each from the end of the one before, ms; null: did not come to it. `dnsMs`: the vantage's own look-up of the host. */
  phases: z.object({ dnsMs: z.nullable(z.number()), connectMs: z.nullable(z.number()), tlsMs: z.nullable(z.number()), firstByteMs: z.nullable(z.number()) }),
  /** What went wrong, in words; null: nothing. */
  problem: z.nullable(z.string()),
  /** Why a client would have refused the TLS under it, as in `reach.tls`; absent or null: it would not. */
  tlsReason: z.optional(z.nullable(z.string())),
})

/** What became of a redirect before anything was sent to where it leads. */
export const ReachRedirect = z.object({
  kind: z.literal('reach.redirect'), ...of, hop: z.int(), url: z.string(),
  verdict: z.enum(['followed', 'refused', 'unresolved', 'not-http', 'too-many', 'invalid']),
  address: z.nullable(z.string()), reason: z.nullable(z.string()),
  /** Addresses of the target whose chain this belongs to. */
  begins: z.optional(z.array(z.string())),
})

export const ReachFatal = z.object({ kind: z.literal('reach.fatal'), ...of, error: z.string(), text: z.string() })

export const ReachEvent = z.discriminatedUnion('kind', [ReachConnect, ReachBlame, ReachTls, ReachHttp, ReachRedirect, ReachFatal])
export type ReachEvent = z.infer<typeof ReachEvent>

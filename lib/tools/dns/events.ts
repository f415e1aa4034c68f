/** The typed events of a names run: what every resolver, the authorities and the host's own programs answer, round after round. */
import * as z from 'zod/mini'
import { RunId } from '#lib/protocol/ids.ts'
import { DnsReply } from './reply.ts'

const of = { runId: RunId }
const line = z.int().check(z.gte(1))
/** `/etc/resolv.conf line 2`. */
const Place = z.string()

/** What is asked, and how this vantage finds addresses of names. First event of the run. */
export const DnsSetup = z.object({
  kind: z.literal('dns.setup'), ...of,
  /** The name that is asked for (of an address: its reverse name) and the types, in order. */
  name: z.string(), types: z.array(z.string()),
  search: z.array(z.string()), ndots: z.int(),
  /** Words of `hosts:` in nsswitch.conf. */
  services: z.array(z.string()), servicesFrom: z.nullable(Place),
  /** Lines of the hosts file that name it. */
  hosts: z.array(z.object({ address: z.string(), names: z.array(z.string()), from: Place })),
})

/** own: in resolv.conf. upstream: what systemd-resolved asks. chosen: the person's. public: a public resolver. authority: a name server of the zone. */
export const DnsRole = z.enum(['own', 'upstream', 'chosen', 'public', 'authority'])
export type DnsRole = z.infer<typeof DnsRole>

/** One more server. `refused`: the policy's reason why it is not asked. */
export const DnsServer = z.object({
  kind: z.literal('dns.server'), ...of,
  /** Its id within the run: `10.0.0.53` or `10.0.0.53#5353`. */
  server: z.string(), address: z.string(), port: z.int(), role: DnsRole,
  name: z.nullable(z.string()),
  /** `/etc/resolv.conf line 2`, `NS of example.com`, `chosen`. */
  from: Place,
  refused: z.nullable(z.string()),
})

/**
 * Why a question was put. matrix: it is a cell. cd: again with checking disabled, after SERVFAIL. tcp: again over TCP, after a timeout or a cut answer.
 * search: the bare name with a search domain. ptr: the reverse name of an answer. forward: the PTR's name, to see whether it leads back. zone: SOA or NS of the zone.
 */
export const DnsPurpose = z.enum(['matrix', 'cd', 'tcp', 'search', 'ptr', 'forward', 'zone'])
export type DnsPurpose = z.infer<typeof DnsPurpose>

/** What one server said (or that it said nothing). */
export const DnsAnswer = z.object({
  kind: z.literal('dns.answer'), ...of, line,
  /** From 1. */
  round: z.int(),
  server: z.string(), purpose: DnsPurpose, name: z.string(), type: z.string(),
  reply: DnsReply,
})

/** What programs on this host get: getent through nsswitch. */
export const DnsOs = z.object({
  kind: z.literal('dns.os'), ...of, line, round: z.int(), name: z.string(),
  status: z.enum(['found', 'not-found', 'timeout', 'error']),
  /** Canonical, each once, in the order of getent. */
  addresses: z.array(z.string()),
  ms: z.nullable(z.number()),
  /** The file and line that answered, where it was a file; null: a name service. */
  source: z.nullable(Place),
  text: z.optional(z.string()),
})

/** Does an answer accept a connection? As a TCP connect of the reach probe. */
export const DnsPort = z.object({
  kind: z.literal('dns.port'), ...of, line, round: z.int(), address: z.string(), port: z.int(),
  state: z.enum(['open', 'refused', 'timeout', 'unreachable', 'error', 'denied']),
  ms: z.nullable(z.number()), text: z.string(),
})

/** One step of the walk from the root: one server of one zone, asked without recursion. */
export const DnsDelegation = z.object({
  kind: z.literal('dns.delegation'), ...of, line: z.nullable(line),
  /** The zone whose server was asked: `.`, `com`, `example.com`. */
  zone: z.string(),
  serverName: z.string(), address: z.nullable(z.string()),
  reply: z.nullable(DnsReply),
  /** What it handed down to, or null where it answered itself or failed. */
  child: z.nullable(z.object({ zone: z.string(), ns: z.array(z.string()), glue: z.array(z.object({ name: z.string(), address: z.string() })) })),
  /** Why it was not asked. */
  refused: z.nullable(z.string()),
})

/** A round is over. */
export const DnsRound = z.object({ kind: z.literal('dns.round'), ...of, round: z.int(), /** Until the next; null: that was the last. */ nextInMs: z.nullable(z.number()) })

export const DnsFatal = z.object({ kind: z.literal('dns.fatal'), ...of, error: z.string(), text: z.string() })

export const DnsEvent = z.discriminatedUnion('kind', [DnsSetup, DnsServer, DnsAnswer, DnsOs, DnsPort, DnsDelegation, DnsRound, DnsFatal])
export type DnsEvent = z.infer<typeof DnsEvent>

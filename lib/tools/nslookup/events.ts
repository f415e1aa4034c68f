/** The typed events of an nslookup run. */
import * as z from 'zod/mini'
import { RunId } from '#lib/protocol/ids.ts'
import { DnsReply } from '../dns/reply.ts'

const of = { runId: RunId, line: z.int().check(z.gte(1)) }

/** One answer, or one failure to get one: the line is where it ends. nslookup asks A and AAAA for a plain name, and every name of the search list. */
export const NslookupReply = z.object({
  kind: z.literal('nslookup.reply'), ...of,
  /** The name that the answer is about, as far as the tool says. */
  name: z.string(),
  /** Null where the tool does not say which type it was about. */
  type: z.nullable(z.string()),
  serverName: z.nullable(z.string()),
  reply: DnsReply,
})

/** A server that gave no answer, before the tool went on to the next. */
export const NslookupAttempt = z.object({ kind: z.literal('nslookup.attempt'), ...of, server: z.string(), error: z.string(), text: z.string() })

export const NslookupFatal = z.object({ kind: z.literal('nslookup.fatal'), ...of, error: z.string(), text: z.string() })

export const NslookupEvent = z.discriminatedUnion('kind', [NslookupReply, NslookupAttempt, NslookupFatal])
export type NslookupEvent = z.infer<typeof NslookupEvent>

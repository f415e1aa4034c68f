/** What a reply amounts to, and how much of it is kept. Travels to browsers, so without the decoders. */
import type { DnsReply } from './reply.ts'

/** More records of a section than this are counted, not kept. */
export const RECORDS_KEPT = 64
/** Characters of a value, or of one string of a TXT record, that are kept. */
export const VALUE_KEPT = 1024

/** What there is in place of an answer. BADREPLY: something came that is no DNS message. */
export const NO_REPLY = ['TIMEOUT', 'CONNREFUSED', 'UNREACHABLE', 'BADREPLY'] as const
export type NoReply = (typeof NO_REPLY)[number]

export const isNoReply = (status: string): status is NoReply => NO_REPLY.some((one) => one === status)

/** The name exists and has no record of this type: RFC 2308. `type` is the one that was asked for. */
export function isNoData(reply: Pick<DnsReply, 'status' | 'answers'>, type: string): boolean {
  return reply.status === 'NOERROR' && !reply.answers.some((record) => record.type === type || type === 'ANY')
}

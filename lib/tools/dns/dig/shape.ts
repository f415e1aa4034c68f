/** The shape of a reply in a snapshot. */
import { fields, isCount, isNumber, isText, isWhole, listOf, maybe, nullOr, oneOf } from '#lib/protocol/shape.ts'

const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'

export const isDnsRecord = fields({ name: isText, type: isText, ttl: nullOr(isWhole), value: isText, strings: maybe(listOf(isText)) })

/** A DnsReply, whole. */
export const isDnsReply = fields({
  status: isText, server: nullOr(fields({ address: isText, port: nullOr(isWhole) })), transport: nullOr(oneOf('udp', 'tcp')),
  flags: listOf(isText), authoritative: nullOr(isFlag), answers: listOf(isDnsRecord), authority: listOf(isDnsRecord), additional: listOf(isDnsRecord),
  cut: maybe(isCount), queryMs: nullOr(isNumber), bytes: nullOr(isWhole), truncated: isFlag,
  ede: listOf(fields({ code: isWhole, text: isText })), text: maybe(isText),
})

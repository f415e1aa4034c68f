/** What a reply says, as one comparable text: two replies with the same key give a program the same. */
import { fnv1a64 } from '#lib/policy/fnv.ts'
import type { DnsRecord, DnsReply } from './reply.ts'

/** Longer keys are kept as their beginning and a hash of the whole. */
const KEY_MAX = 240

/** Values that are a name as a whole, or hold one: case means nothing in a name (RFC 4343). */
const NAMES = new Set(['CNAME', 'DNAME', 'NS', 'PTR', 'MX', 'SRV', 'SOA', 'A', 'AAAA'])

/**
 * Status, and behind it, sorted and each once, the values of the asked type and of the CNAMEs on the way, one a line as `TYPE value`. TTL, order and
 * owner do not count; a name's case does not either. Where nobody answered, that is all there is to say: `TIMEOUT`. A line end in a value is `\n`.
 */
export function answerKey(reply: Pick<DnsReply, 'status' | 'answers'>, type: string): string {
  const values = new Set(reply.answers.filter((record) => record.type === type || record.type === 'CNAME' || type === 'ANY').map(valueKey))
  return keyOf([reply.status, ...[...values].sort()])
}

/** The same for what programs of the host get. */
export const osKey = (status: string, addresses: readonly string[]): string => keyOf([status, ...[...new Set(addresses)].sort()])

function keyOf(parts: readonly string[]): string {
  const key = parts.join('\n')
  return key.length <= KEY_MAX ? key : `${key.slice(0, KEY_MAX)}…\n${fnv1a64(key)}`
}

function valueKey({ type, value, strings }: DnsRecord): string {
  // Of a TXT record, `"ab"` and `"a" "b"` are the same to a program that joins them, and are told apart by none that matters.
  const text = strings === undefined ? value : strings.join('')
  const said = NAMES.has(type) ? text.toLowerCase() : text
  return `${type} ${said.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`
}

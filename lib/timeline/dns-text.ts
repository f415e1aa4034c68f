/** Text out of DNS answers as it may be shown: hostile, so everything that cannot be seen or that steers the reader is spelled out. */
import type { DnsReply } from '#lib/tools/dns/reply.ts'
import { isNoReply } from '#lib/tools/dns/status.ts'

/** Controls, invisible characters, line breaks, characters that turn the reading direction or have no agreed meaning. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu
/** More marks than this on one letter climb over other rows. */
const PILED = /(\p{M}{4})\p{M}+/gu

/** Nearly everything: printable ASCII. */
const PLAIN = /^[ -~]*$/

/** The same text with what cannot be seen spelled out (`\u{202e}`), at most `most` characters of it. */
export function inert(text: string, most = 1024): string {
  if (text.length <= most && PLAIN.test(text)) return text
  const kept = Array.from(text.slice(0, 2 * most)).slice(0, most).join('')
  const shown = kept.replace(UNSEEN, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`).replace(PILED, '$1…')
  return kept.length < text.length ? `${shown}…` : shown
}

const WORDS: Record<string, string> = { TIMEOUT: 'timeout', CONNREFUSED: 'connection refused', UNREACHABLE: 'unreachable', BADREPLY: 'no DNS reply' }

/** A status as people read it: rcodes stay as they are, what stands in place of an answer becomes words. */
export const statusWord = (status: string): string => WORDS[status] ?? inert(status, 24)

/** Made once: comparing by locale makes one anew each time otherwise. */
const ORDER = new Intl.Collator('en', { numeric: true })

/** The values of the asked type, each once, in an order of their own so that a rotating answer stands still. */
export function valuesOf({ answers }: Pick<DnsReply, 'answers'>, type: string): string[] {
  const found = answers.filter((record) => record.type === type || type === 'ANY').map((record) => (type === 'ANY' ? `${record.type} ${record.value}` : record.value))
  return [...new Set(found)].sort(ORDER.compare)
}

/** One reply in short: its values, or the word for what it says instead. `none` stands for "exists, without a record of this type". */
export function answerWords(reply: Pick<DnsReply, 'status' | 'answers'>, type: string): string[] {
  if (isNoReply(reply.status) || reply.status !== 'NOERROR') return [statusWord(reply.status)]
  const values = valuesOf(reply, type)
  return values.length > 0 ? values.map((value) => inert(value)) : ['NODATA']
}

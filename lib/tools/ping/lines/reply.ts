/** Reply lines: `64 bytes from 192.0.2.1: icmp_seq=1 ttl=61 time=2.59 ms (DUP!)` and what other pings make of it. */
import { UNRECOGNISED, type PingLine, type ReplyLine } from './line.ts'
import { icmpErrorOf } from './icmp-text.ts'
import { decimal, readPeer, whole, type Peer } from './scan.ts'

const FROM = ' bytes from '
/** What may stand behind the time, in any order. */
const MARKS = [
  ['(DUP!)', 'dup'],
  ['(BAD CHECKSUM!)', 'badChecksum'],
  ['(DIFFERENT ADDRESS!)', 'differentAddress'],
  ['(truncated)', 'truncated'],
] as const

/** `text` without its stamp, where it reads `N bytes from …`; null where it is another kind of line. */
export function readReply(text: string, stampMs: number | null): PingLine | null {
  const at = text.indexOf(FROM)
  const bytes = at < 0 || at > 6 ? NaN : whole(text.slice(0, at), 6)
  if (Number.isNaN(bytes)) return null
  const rest = text.slice(at + FROM.length)
  const split = splitPeer(rest)
  const peer = split && readPeer(split.peer)
  if (!split || !peer) return UNRECOGNISED
  const reply = readFields(split.fields, { stampMs, bytes, peer })
  return reply ?? readQuoted(split.fields, stampMs, peer)
}

/** iputils and most: `address: fields`; BSD's ping6: `address, fields`. IPv6 colons are never followed by a blank. */
function splitPeer(rest: string): { peer: string; fields: string } | null {
  const colon = rest.indexOf(': ')
  const comma = rest.indexOf(', icmp_seq=')
  if (comma >= 0 && (colon < 0 || comma < colon)) return { peer: rest.slice(0, comma), fields: rest.slice(comma + 2) }
  return colon < 0 ? null : { peer: rest.slice(0, colon), fields: rest.slice(colon + 2) }
}

function readFields(fields: string, known: { stampMs: number | null; bytes: number; peer: Peer }): ReplyLine | null {
  const words = fields.split(' ')
  let at = 0
  const field = (...names: string[]): number | null => {
    const word = words[at] ?? ''
    const name = names.find((candidate) => word.startsWith(candidate))
    if (name === undefined) return null
    at++
    return name === 'time=' ? decimal(word.slice(name.length)) : whole(word.slice(name.length), 6)
  }
  const seq = field('icmp_seq=', 'seq=')
  if (seq === null || !(seq <= 65535)) return null
  const ident = field('ident=')
  const ttl = field('ttl=', 'hlim=')
  const rttMs = field('time=')
  if (Number.isNaN(ident) || (ttl !== null && !(ttl <= 255)) || Number.isNaN(rttMs)) return null
  if (rttMs !== null && words[at++] !== 'ms') return null
  const marks = readMarks(words.slice(at).join(' '))
  if (!marks) return null
  return { kind: 'reply', stampMs: known.stampMs, seq, rttMs, ttl, bytes: known.bytes, ...known.peer, ...marks }
}

type Marks = Pick<ReplyLine, (typeof MARKS)[number][1]>

/** Null when something unknown is left, so that a new form is counted instead of half read. */
function readMarks(text: string): Marks | null {
  const marks: Marks = { dup: false, badChecksum: false, differentAddress: false, truncated: false }
  let rest = text.trim()
  while (rest !== '') {
    const known = MARKS.find(([word]) => rest.startsWith(word))
    if (!known) return null
    marks[known[1]] = true
    rest = rest.slice(known[0].length).trimStart()
  }
  return marks
}

/** macOS and BSD report an ICMP error as `92 bytes from name (address): Destination Host Unreachable`, without a number. */
function readQuoted(fields: string, stampMs: number | null, peer: Peer): PingLine {
  const error = icmpErrorOf(fields)
  return error ? { kind: 'icmp-error', stampMs, seq: null, ...peer, ...error, text: fields } : UNRECOGNISED
}

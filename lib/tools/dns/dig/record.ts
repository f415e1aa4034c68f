/** Resource records as BIND's tools print them. */
import type { DnsRecord } from '../reply.ts'
import { VALUE_KEPT } from '../status.ts'
import { kept, nameOf, stringsOf } from './text.ts'

/** Owner, TTL, class, type, data: dig's line of a record. A type or class without a name is `TYPE65534`, `CLASS3`. */
const LINE = /^([^;\s]\S{0,1099})[ \t]+(\d{1,10})[ \t]+(?:IN|CH|CHAOS|HS|HESIOD|NONE|ANY|CLASS\d{1,5})[ \t]+([A-Z][A-Z0-9-]{0,19})(?:[ \t]+(\S[^]*))?$/

/** One record; null when the line is none. */
export function readRecord(text: string): DnsRecord | null {
  const [, owner, ttl, type, data] = LINE.exec(text) ?? []
  if (owner === undefined || ttl === undefined || type === undefined) return null
  return recordOf(type, data ?? '', { name: nameOf(owner), ttl: Number(ttl) })
}

const QUESTION = /^;([^;\s]\S{0,1099})[ \t]+(?:IN|CH|CHAOS|HS|HESIOD|NONE|ANY|CLASS\d{1,5})[ \t]+([A-Z][A-Z0-9-]{0,19})$/

/** `;www.example.		IN	A`; null when the line is none. */
export function readQuestion(text: string): { name: string; type: string } | null {
  const [, name, type] = QUESTION.exec(text) ?? []
  return name === undefined || type === undefined ? null : { name: nameOf(name), type }
}

/** A record of data as printed. */
export function recordOf(type: string, data: string, { name, ttl }: Pick<DnsRecord, 'name' | 'ttl'>): DnsRecord {
  if ((type === 'TXT' || type === 'SPF') && !data.startsWith('\\#')) {
    const strings = stringsOf(data)
    return { name, type, ttl, value: kept(strings.join('')), strings }
  }
  return { name, type, ttl, value: kept(valueOf(type, data.slice(0, 8 * VALUE_KEPT).trim())) }
}

/** Words of the data, from 0, that are names; where all words are counted. */
const NAMES: Readonly<Record<string, { words: number; names: readonly number[] }>> = {
  NS: { words: 1, names: [0] }, CNAME: { words: 1, names: [0] }, PTR: { words: 1, names: [0] }, DNAME: { words: 1, names: [0] },
  MX: { words: 2, names: [1] }, KX: { words: 2, names: [1] }, AFSDB: { words: 2, names: [1] }, RT: { words: 2, names: [1] },
  SRV: { words: 4, names: [3] }, SOA: { words: 7, names: [0, 1] },
}
/** Words before the hexadecimal digits, which dig prints in pieces. */
const HEX: Readonly<Record<string, number>> = { SSHFP: 2, DS: 3, CDS: 3, DLV: 3, TLSA: 3, SMIMEA: 3 }

function valueOf(type: string, data: string): string {
  const form = NAMES[type]
  if (form) {
    const words = wordsOf(data)
    return words.length === form.words ? words.map((word, at) => (form.names.includes(at) ? nameOf(word) : word)).join(' ') : data
  }
  const before = HEX[type]
  if (before === undefined) return data
  const words = wordsOf(data)
  return words.length <= before ? data : [...words.slice(0, before), words.slice(before).join('').toUpperCase()].join(' ')
}

const wordsOf = (data: string): string[] => data.replaceAll('\t', ' ').split(' ').filter((word) => word !== '')

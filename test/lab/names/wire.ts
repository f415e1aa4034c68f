/** DNS messages as a name server sees them, for the lab: reads questions, writes answers. Independent of everything in the product. */

export const TYPE = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, OPT: 41, DS: 43, RRSIG: 46, DNSKEY: 48, HTTPS: 65, ANY: 255, CAA: 257 } as const
export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const
export type TypeName = keyof typeof TYPE
export type RcodeName = keyof typeof RCODE

/** `value` as dig prints it. */
export interface Record { name: string; type: TypeName; ttl: number; value: string }

export interface Question {
  id: number
  name: string
  type: TypeName | null
  /** The question section as it came, to be sent back. */
  raw: Buffer
  rd: boolean
  cd: boolean
  /** Largest UDP answer that the asker takes; null: it sent no OPT. */
  udpSize: number | null
}

/** Reads one question; null for anything that is no plain query. */
export function readQuestion(message: Buffer): Question | null {
  if (message.length < 17 || message.readUInt16BE(4) !== 1) return null
  const labels: string[] = []
  let at = 12
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    if (length > 63 || at + length + 1 > message.length) return null
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  const end = at + 5
  if (end > message.length) return null
  const number = message.readUInt16BE(at + 1)
  const type = (Object.keys(TYPE) as TypeName[]).find((name) => TYPE[name] === number) ?? null
  const flags = message.readUInt16BE(2)
  return { id: message.readUInt16BE(0), name: labels.join('.').toLowerCase() || '.', type, raw: message.subarray(12, end), rd: (flags & 0x100) !== 0, cd: (flags & 0x10) !== 0, udpSize: optSize(message, end) }
}

/** The OPT record of a query stands behind its question, name and data empty but for options. */
function optSize(message: Buffer, from: number): number | null {
  const hasOpt = message.readUInt16BE(10) > 0 && from + 11 <= message.length && message[from] === 0 && message.readUInt16BE(from + 1) === TYPE.OPT
  return hasOpt ? message.readUInt16BE(from + 3) : null
}

export interface Answer {
  rcode: RcodeName
  aa?: boolean
  ra?: boolean
  ad?: boolean
  answers?: readonly Record[]
  authority?: readonly Record[]
  additional?: readonly Record[]
  /** Extended error, RFC 8914. */
  ede?: { code: number; text: string }
}

/** The whole message; cut to its head with TC where it is longer than `limit`. */
export function writeAnswer(question: Question, answer: Answer, limit: number): Buffer {
  const sections = [answer.answers ?? [], answer.authority ?? [], answer.additional ?? []]
  const opt = question.udpSize === null ? [] : [optRecord(answer.ede)]
  const body = [...sections.flat().map(writeRecord), ...opt]
  const whole = Buffer.concat([head(question, answer, sections.map((section, i) => section.length + (i === 2 ? opt.length : 0)), false), question.raw, ...body])
  if (whole.length <= limit) return whole
  return Buffer.concat([head(question, answer, [0, 0, opt.length], true), question.raw, ...opt])
}

function head(question: Question, { rcode, aa = false, ra = false, ad = false }: Answer, counts: readonly number[], tc: boolean): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt16BE(question.id, 0)
  bytes.writeUInt16BE(0x8000 | (aa ? 0x400 : 0) | (tc ? 0x200 : 0) | (question.rd ? 0x100 : 0) | (ra ? 0x80 : 0) | (ad ? 0x20 : 0) | (question.cd ? 0x10 : 0) | RCODE[rcode], 2)
  bytes.writeUInt16BE(1, 4)
  for (const [i, count] of counts.entries()) bytes.writeUInt16BE(count, 6 + 2 * i)
  return bytes
}

function optRecord(ede: Answer['ede']): Buffer {
  const text = Buffer.from(ede?.text ?? '')
  const option = ede === undefined ? Buffer.alloc(0) : Buffer.concat([u16(15), u16(2 + text.length), u16(ede.code), text])
  return Buffer.concat([Buffer.from([0]), u16(TYPE.OPT), u16(1232), Buffer.alloc(4), u16(option.length), option])
}

const u16 = (n: number): Buffer => { const bytes = Buffer.alloc(2); bytes.writeUInt16BE(n); return bytes }
const u32 = (n: number): Buffer => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(n); return bytes }

export function writeName(name: string): Buffer {
  const labels = name === '' || name === '.' ? [] : name.replace(/\.$/u, '').split('.')
  return Buffer.concat([...labels.map((label) => Buffer.concat([Buffer.from([Buffer.byteLength(label)]), Buffer.from(label)])), Buffer.from([0])])
}

function writeRecord({ name, type, ttl, value }: Record): Buffer {
  const data = writeData(type, value)
  return Buffer.concat([writeName(name), u16(TYPE[type]), u16(1), u32(ttl), u16(data.length), data])
}

const texts = (strings: readonly string[]): Buffer => Buffer.concat(strings.map((text) => { const bytes = Buffer.from(text); return Buffer.concat([Buffer.from([bytes.length]), bytes]) }))

/** TXT: strings with `|` between; others as dig prints them. */
function writeData(type: TypeName, value: string): Buffer {
  const words = value.split(' ')
  const [first = '', second = '', third = '', fourth = ''] = words
  switch (type) {
    case 'A': return Buffer.from(value.split('.').map(Number))
    case 'AAAA': return address6(value)
    case 'NS': case 'CNAME': case 'PTR': return writeName(value)
    case 'MX': return Buffer.concat([u16(Number(first)), writeName(second)])
    case 'SRV': return Buffer.concat([u16(Number(first)), u16(Number(second)), u16(Number(third)), writeName(fourth)])
    case 'SOA': return Buffer.concat([writeName(first), writeName(second), ...words.slice(2).map((word) => u32(Number(word)))])
    case 'TXT': return texts(value.split('|'))
    case 'CAA': return Buffer.concat([Buffer.from([Number(first)]), texts([second]), Buffer.from(third.replaceAll('"', ''))])
    case 'HTTPS': return Buffer.concat([u16(Number(first)), writeName(second)])
    default: return Buffer.from(value, 'hex')
  }
}

function address6(text: string): Buffer {
  const [left = '', right] = text.split('::')
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const [before, after] = [groups(left), groups(right ?? '')]
  const all = right === undefined ? before : [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
  return Buffer.concat(all.map(u16))
}

/** One message as dig prints it, put together from its lines. */
import type { DnsRecord, DnsReply } from '../reply.ts'
import { RECORDS_KEPT } from '../status.ts'
import { decodeUtf8 } from '#lib/text/utf8.ts'
import { kept } from './text.ts'

/** Status of a message that dig was told to print without its header. */
export const UNTOLD = 'UNKNOWN'
const EDE_KEPT = 8

type Section = 'answers' | 'authority' | 'additional'

export interface Message {
  /** Null: no header was printed. */
  status: string | null
  flags: string[] | null
  /** Answers that its header announces. */
  announced: number
  question: { name: string; type: string } | null
  /** dig's own question, as +qr shows it. */
  isQuery: boolean
  server: DnsReply['server']
  serverName: string | null
  transport: DnsReply['transport']
  queryMs: number | null
  bytes: number | null
  section: Section | 'options' | 'other' | null
  add(record: DnsRecord): void
  /** A line of the OPT pseudosection; false when it stands elsewhere. */
  option(text: string): boolean
  records: Record<Section, DnsRecord[]>
  /** Records that were not kept. */
  cut: number
  ede: DnsReply['ede']
}

export function newMessage(): Message {
  const message: Message = {
    status: null, flags: null, announced: 0, question: null, isQuery: false, server: null, serverName: null, transport: null, queryMs: null, bytes: null, section: null,
    records: { answers: [], authority: [], additional: [] }, cut: 0, ede: [],
    add(record) {
      // Without comments there are no sections: what dig shows then is the answer.
      const { section } = message
      const list = message.records[section === 'authority' || section === 'additional' ? section : 'answers']
      if (list.length < RECORDS_KEPT) list.push(record)
      else message.cut++
    },
    option(text) {
      if (message.section !== 'options') return false
      const ede = readEde(text)
      if (ede !== null && message.ede.length < EDE_KEPT) message.ede.push(ede)
      return true
    },
  }
  return message
}

/** What a line of a message does to it. */
interface MessageLine {
  /** True when the line belongs to another message than the one being read. */
  begins(open: Message | null): boolean
  apply(message: Message): void
  /** The message is complete with this line. */
  ends: boolean
}

const HEADER = /^;; ->>HEADER<<- opcode: [A-Z0-9?]{1,16}, status: ([A-Z]{1,16}\d{0,5}|\?\d{1,5}), id: \d{1,5}$/
const FLAGS = /^;; flags:((?: [a-z]{2}){0,10});[^]{0,40} (?:QUERY|ZONE): \d{1,5}, (?:ANSWER|PREREQ): (\d{1,5}),/
const SERVER = /^;; SERVER: ([^\s#]{1,64})#(\d{1,5})(?:\((\S{0,300})\))?(?: \((UDP|TCP|TLS|HTTPS?)\))?$/
const SECTIONS: Readonly<Record<string, Message['section']>> = {
  'OPT PSEUDOSECTION:': 'options', 'QUESTION SECTION:': 'other', 'ANSWER SECTION:': 'answers', 'AUTHORITY SECTION:': 'authority', 'ADDITIONAL SECTION:': 'additional',
  'TSIG PSEUDOSECTION:': 'other', 'SIG0 PSEUDOSECTION:': 'other', 'ZONE SECTION:': 'other', 'PREREQUISITE SECTION:': 'answers', 'UPDATE SECTION:': 'authority',
}

/** Reads one of the `;; ` lines that make up a message; null when it is none. */
export function readMessageLine(text: string): MessageLine | null {
  const head = text.slice(0, 600)
  if (head === ';; Got answer:') return line(() => undefined, { begins: () => true })
  if (head === ';; Sending:') return line((message) => { message.isQuery = true }, { begins: () => true })
  const status = HEADER.exec(head)?.[1]
  if (status !== undefined) return line((message) => { message.status = rcode(status) }, { begins: (open) => open !== null && (open.status !== null || open.question !== null) })
  const [, flags, announced] = FLAGS.exec(head) ?? []
  if (flags !== undefined) {
    return line((message) => {
      message.flags = flags.split(' ').filter((flag) => flag !== '')
      message.announced = Number(announced)
    })
  }
  const section = Object.hasOwn(SECTIONS, head.slice(3)) ? SECTIONS[head.slice(3)] : undefined
  if (section !== undefined) return line((message) => { message.section = section })
  return readStatistics(head)
}

function readStatistics(text: string): MessageLine | null {
  const [, time, unit] = /^;; Query time: (\d{1,12}) ([mu])sec$/.exec(text) ?? []
  if (time !== undefined) return line((message) => { message.queryMs = unit === 'u' ? Number(time) / 1000 : Number(time) })
  const [, address, port, name, transport] = SERVER.exec(text) ?? []
  if (address !== undefined) {
    return line((message) => {
      message.server = { address, port: Number(port) }
      message.serverName = name === undefined || name === '' || name === address ? null : kept(name)
      message.transport = transport === undefined ? null : transport === 'UDP' ? 'udp' : 'tcp'
    })
  }
  if (text.startsWith(';; WHEN: ')) return line(() => undefined)
  const size = /^;; MSG SIZE {1,2}(?:sent: \d{1,7}, )?rcvd: (\d{1,7})$/.exec(text)?.[1]
  if (size !== undefined) return line((message) => { message.bytes = Number(size) }, { ends: true })
  if (/^;; QUERY SIZE: \d{1,7}$/.test(text)) return line(() => undefined, { ends: true })
  return null
}

const line = (apply: (message: Message) => void, { begins = () => false, ends = false }: Partial<Omit<MessageLine, 'apply'>> = {}): MessageLine => ({ begins, apply, ends })

/** dig's `RESERVED12` and `?17` as RCODE12 and RCODE17. */
const rcode = (word: string): string => word.replace(/^(?:RESERVED|\?)(?=\d)/, 'RCODE')

const EDE = /^; EDE: (\d{1,5})(?: \(([^()]{1,80})\))?(?:: \(([^]*)\))?$/
/** Before dig knew the option by name. */
const RAW_EDE = /^; OPT=15: ((?:[0-9a-f]{2} ?){2,600})(?:\(|$)/

/** RFC 8914. The text is dig's name of the code and what the server added to it. */
function readEde(text: string): { code: number; text: string } | null {
  const [, code, name = '', extra = ''] = EDE.exec(text.slice(0, 4096)) ?? []
  if (code !== undefined) return { code: Number(code), text: kept([name, extra].filter((part) => part !== '').join(': ')) }
  const hex = RAW_EDE.exec(text.slice(0, 4096))?.[1]
  if (hex === undefined) return null
  const [high = 0, low = 0, ...rest] = hex.trim().split(' ').map((byte) => Number.parseInt(byte, 16))
  return { code: high * 256 + low, text: kept(decodeUtf8(new Uint8Array(rest))) }
}

/**
 * False: the output ended within it, so it must not pass for an answer with fewer records, or with none. One that was printed without its header
 * announces nothing.
 */
export const isWhole = ({ status, flags, announced, bytes, records, cut }: Message): boolean =>
  bytes !== null || status === null || (flags !== null && records.answers.length + cut >= announced)

/** The message as a reply. One that announces answers of which none could be read is none: it must not pass for a name without records. */
export function replyOf(message: Message, truncated: boolean): DnsReply {
  const { status, flags, announced, records, server, transport, queryMs, bytes, ede, cut } = message
  const isUnread = status === 'NOERROR' && announced > 0 && records.answers.length === 0
  return {
    status: isUnread ? 'BADREPLY' : status ?? UNTOLD, ...(isUnread ? { text: `It announces ${announced} answers, none of which could be read.` } : {}), server, transport: transport ?? (truncated ? 'tcp' : null), flags: flags ?? [], authoritative: flags?.includes('aa') ?? null,
    ...records, ...(cut > 0 ? { cut } : {}), queryMs, bytes, truncated, ede,
  }
}

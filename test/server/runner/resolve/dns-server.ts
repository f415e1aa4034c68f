/** A name server for tests: UDP on loopback, any free port, answers built by hand. Names decide what it does. */
import { createSocket } from 'node:dgram'

const TYPES = { 1: 4, 28: 6 } as const
/** How to answer one question: addresses, an rcode (2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED), nothing at all, or bytes of one's own. */
export type Reply = { addresses: readonly string[] } | { rcode: number } | 'silence' | { raw: Buffer }
export type Script = (name: string, family: 4 | 6, asked: number) => Reply

/** The same for questions of other types: the data of each record, made with `nameData` or `textData`. */
export type OtherReply = { records: readonly Buffer[] } | { rcode: number } | 'silence'
export type OtherScript = (name: string, type: 'PTR' | 'TXT', asked: number) => OtherReply
const OTHER_TYPES: Readonly<Record<number, 'PTR' | 'TXT'>> = { 12: 'PTR', 16: 'TXT' }

/** Data of a PTR record: labels of any bytes. */
export const nameData = (...labels: string[]): Buffer => Buffer.concat([...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])), Buffer.from([0])])
/** Data of a TXT record of one string. */
export const textData = (text: string): Buffer => Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)])

export interface DnsServer {
  /** `127.0.0.1:port`, as the resolver's `servers` option takes it. */
  address: string
  /** Names asked for, in order, as `name/family`, `name/PTR`, `name/TXT`. */
  asked: string[]
  /** Resolves as soon as this many questions have come. */
  received(count: number): Promise<void>
  close(): Promise<void>
}

interface Query { id: Buffer; question: Buffer; name: string; type: number; family: 4 | 6 | null }

function decodeQuery(message: Buffer): Query {
  const labels: string[] = []
  let at = 12
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  const type = message.readUInt16BE(at + 1)
  const family = type === 1 || type === 28 ? TYPES[type] : null
  return { id: message.subarray(0, 2), question: message.subarray(12, at + 5), name: labels.join('.').toLowerCase(), type, family }
}

/** 4 or 16 bytes of an address in its full or usual spelling. */
function addressBytes(text: string): Buffer {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number))
  const host = new URL(`http://[${text}]/`).hostname.slice(1, -1)
  const [head = '', tail] = host.split('::')
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const front = groups(head)
  const back = tail === undefined ? [] : groups(tail)
  const all = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back]
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]))
}

function encodeAnswer(query: Query, rcode: number, addresses: readonly string[]): Buffer {
  return encodeRecords(query, rcode, addresses.filter((address) => address.includes(':') === (query.family === 6)).map(addressBytes))
}

function encodeRecords(query: Query, rcode: number, data: readonly Buffer[]): Buffer {
  const records = data.map((bytes) => {
    const head = Buffer.from([0xc0, 0x0c, 0, query.type, 0, 1, 0, 0, 0, 1, bytes.length >> 8, bytes.length & 255])
    return Buffer.concat([head, bytes])
  })
  const flags = Buffer.from([0x85, 0x80 | rcode, 0, 1, 0, records.length, 0, 0, 0, 0])
  return Buffer.concat([query.id, flags, query.question, ...records])
}

/** Starts a server that answers by the script; `asked` counts earlier questions for the same name and family. */
export async function startDnsServer(script: Script, other: OtherScript = () => ({ rcode: 3 })): Promise<DnsServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  const waiting: { count: number; done: () => void }[] = []
  socket.on('message', (message, peer) => {
    const query = decodeQuery(message)
    const otherType = OTHER_TYPES[query.type]
    const kind = query.family ?? otherType
    if (kind === undefined) return
    const key = `${query.name}/${kind}`
    const before = asked.filter((name) => name === key).length
    asked.push(key)
    if (query.family === null) {
      const said = otherType === undefined ? 'silence' : other(query.name, otherType, before)
      if (said !== 'silence') socket.send(encodeRecords(query, 'rcode' in said ? said.rcode : 0, 'records' in said ? said.records : []), peer.port, peer.address)
      for (const waiter of waiting.filter((one) => one.count <= asked.length)) waiter.done()
      return
    }
    const reply = script(query.name, query.family, before)
    for (const waiter of waiting.filter((one) => one.count <= asked.length)) waiter.done()
    if (reply === 'silence') return
    const bytes = 'raw' in reply ? Buffer.concat([query.id, reply.raw]) : 'rcode' in reply ? encodeAnswer(query, reply.rcode, []) : encodeAnswer(query, 0, reply.addresses)
    socket.send(bytes, peer.port, peer.address)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  socket.bind(0, '127.0.0.1', resolve)
  await promise
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    received: (count) => (asked.length >= count ? Promise.resolve() : new Promise<void>((done) => { waiting.push({ count, done }) })),
    close: () => new Promise<void>((done) => { socket.close(() => done()) }),
  }
}

/** A name server for tests: UDP on loopback, any free port, answers built by hand. Names decide what it does. */
import { createSocket } from 'node:dgram'

const TYPES = { 1: 4, 28: 6 } as const
/** How to answer one question: addresses, an rcode (2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED), nothing at all, or bytes of one's own. */
export type Reply = { addresses: readonly string[] } | { rcode: number } | 'silence' | { raw: Buffer }
export type Script = (name: string, family: 4 | 6, asked: number) => Reply

export interface DnsServer {
  /** `127.0.0.1:port`, as the resolver's `servers` option takes it. */
  address: string
  /** Names asked for, in order, as `name/family`. */
  asked: string[]
  /** Resolves as soon as this many questions have come. */
  received(count: number): Promise<void>
  close(): Promise<void>
}

interface Query { id: Buffer; question: Buffer; name: string; family: 4 | 6 | null }

function decodeQuery(message: Buffer): Query {
  const labels: string[] = []
  let at = 12
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  const type = message.readUInt16BE(at + 1)
  const family = type === 1 || type === 28 ? TYPES[type] : null
  return { id: message.subarray(0, 2), question: message.subarray(12, at + 5), name: labels.join('.').toLowerCase(), family }
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
  const wanted = addresses.filter((address) => address.includes(':') === (query.family === 6)).map(addressBytes)
  const records = wanted.map((bytes) => {
    const head = Buffer.from([0xc0, 0x0c, 0, query.family === 6 ? 28 : 1, 0, 1, 0, 0, 0, 1, 0, bytes.length])
    return Buffer.concat([head, bytes])
  })
  const flags = Buffer.from([0x85, 0x80 | rcode, 0, 1, 0, records.length, 0, 0, 0, 0])
  return Buffer.concat([query.id, flags, query.question, ...records])
}

/** Starts a server that answers by the script; `asked` counts earlier questions for the same name and family. */
export async function startDnsServer(script: Script): Promise<DnsServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  const waiting: { count: number; done: () => void }[] = []
  socket.on('message', (message, peer) => {
    const query = decodeQuery(message)
    if (query.family === null) return
    const key = `${query.name}/${query.family}`
    const reply = script(query.name, query.family, asked.filter((name) => name === key).length)
    asked.push(key)
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

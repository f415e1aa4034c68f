/** A name server for the real dig and nslookup: UDP and TCP on one loopback port. The first label of a name says what becomes of a question. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** What was asked, as the message says. */
export interface Asked { name: string; type: number; recurse: boolean; checking: boolean; transport: 'udp' | 'tcp' }

const name = (text: string): Buffer => Buffer.concat([...text.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])), Buffer.from([0])])
const text = (...strings: Buffer[]): Buffer => Buffer.concat(strings.map((string) => Buffer.concat([Buffer.from([string.length]), string])))
/** Every character that some display might take for more than itself. */
export const HOSTILE = Buffer.from('<b>"x"\\ ü;\u001b[31m\u0000\t', 'utf8')
export const HOSTILE_PTR = 'we ird(x)\u001b[31m.<b>.example'

const DATA: Readonly<Record<number, Buffer>> = {
  1: Buffer.from([192, 0, 2, 7]), 28: Buffer.from([...Array.from({ length: 15 }, () => 0), 1]), 12: name(HOSTILE_PTR), 16: text(HOSTILE, Buffer.from('two')),
  15: Buffer.concat([Buffer.from([0, 10]), name('mx.example')]), 33: Buffer.concat([Buffer.from([0, 1, 0, 2, 1, 187]), name('host.example')]), 5: name('other.example'),
  257: Buffer.concat([Buffer.from([0, 5]), Buffer.from('issueca.example')]),
}
const EDE = Buffer.from('no <b>SEP</b> matching')
const RCODES: Readonly<Record<string, number>> = { servfail: 2, nx: 3, refused: 5, rc12: 12 }

function answer(query: Buffer, asked: Asked, length: number): Buffer | null {
  const how = asked.name.split('.')[0] ?? ''
  const id = query.subarray(0, 2)
  if (how === 'drop') return null
  if (how === 'garbage') return Buffer.concat([id, Buffer.from([0xff, 0x80, 0, 1, 0, 5, 0, 0, 0, 0, 122, 122])])
  const isCut = how === 'cut' && asked.transport === 'udp'
  const data = how === 'nodata' || isCut || RCODES[how] !== undefined ? undefined : DATA[asked.type]
  const record = data ? Buffer.concat([Buffer.from([0xc0, 12, asked.type >> 8, asked.type & 255, 0, 1, 0, 0, 1, 44, 0, data.length]), data]) : Buffer.alloc(0)
  const options = how === 'servfail' ? Buffer.concat([Buffer.from([0, 15, 0, EDE.length + 2, 0, 9]), EDE]) : Buffer.alloc(0)
  const opt = query.readUInt16BE(10) > 0 ? Buffer.concat([Buffer.from([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, options.length]), options]) : Buffer.alloc(0)
  const flags = 0x8480 | (asked.recurse ? 0x100 : 0) | (asked.checking ? 0 : 0x10) | (isCut ? 0x200 : 0) | (RCODES[how] ?? 0)
  const head = Buffer.from([flags >> 8, flags & 255, 0, 1, 0, data ? 1 : 0, 0, 0, 0, opt.length > 0 ? 1 : 0])
  return Buffer.concat([id, head, query.subarray(12, length), record, opt])
}

function understood(query: Buffer, transport: 'udp' | 'tcp'): { asked: Asked; length: number } {
  const labels: string[] = []
  let at = 12
  for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + size))
    at += size + 1
  }
  const flags = query.readUInt16BE(2)
  return { asked: { name: labels.join('.'), type: query.readUInt16BE(at + 1), recurse: (flags & 0x100) !== 0, checking: (flags & 0x10) === 0, transport }, length: at + 5 }
}

/** `hasTcp` false: nothing listens there, so a cut answer stays cut. */
export async function startServer({ hasTcp = true } = {}): Promise<{ port: number; asked: Asked[]; close(): Promise<void> }> {
  const asked: Asked[] = []
  const reply = (query: Buffer, transport: 'udp' | 'tcp'): Buffer | null => {
    const { asked: one, length } = understood(query, transport)
    asked.push(one)
    return answer(query, one, length)
  }
  const udp = createSocket('udp4')
  udp.on('message', (query, peer) => {
    const bytes = reply(query, 'udp')
    if (bytes) udp.send(bytes, peer.port, peer.address)
  })
  const open = new Set<Socket>()
  const tcp = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes) => {
      const out = reply(bytes.subarray(2), 'tcp')
      if (out) socket.write(Buffer.concat([Buffer.from([out.length >> 8, out.length & 255]), out]))
    })
  })
  // The port that is free for TCP may be taken for UDP: then another is tried.
  for (;;) {
    tcp.listen(0, '127.0.0.1')
    await once(tcp, 'listening')
    const { port } = tcp.address() as AddressInfo
    const isBound = await new Promise<boolean>((done) => {
      udp.once('error', () => done(false))
      udp.bind(port, '127.0.0.1', () => done(true))
    })
    if (!isBound || !hasTcp) await new Promise((done) => tcp.close(done))
    if (!isBound) continue
    return {
      port, asked,
      async close() {
        for (const socket of open) socket.destroy()
        await Promise.all([new Promise<void>((done) => udp.close(() => done())), ...(hasTcp ? [new Promise((done) => tcp.close(done))] : [])])
      },
    }
  }
}

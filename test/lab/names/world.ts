/**
 * The servers of a names lab, all in one process: name servers (UDP and TCP 53), TLS, HTTP and plain TCP servers, each at addresses of its own.
 * Started inside the lab's namespace with a file that describes them; prints `ready`, and a line of JSON for every question it was asked.
 */
import { createSocket } from 'node:dgram'
import { createServer as createHttp, type RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { readFileSync } from 'node:fs'
import { createServer as createTcp, isIPv6, type Socket } from 'node:net'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { readQuestion, writeAnswer, type Answer, type Question, type RcodeName, type Record } from './wire.ts'
import { authoritative, recursive, type Zone } from './zone.ts'

/** What a name server does with the names that match; the first that fits counts. */
export interface Quirk {
  /** The name itself, or with a leading `*.` everything under it. */
  name: string
  /** Only for these types. */
  types?: readonly string[]
  does: 'silent' | 'rcode' | 'slow' | 'answer' | 'no-tcp' | 'fine-with-cd'
  rcode?: RcodeName
  ede?: { code: number; text: string }
  ms?: number
  answers?: readonly Record[]
}

export interface NameServer {
  address: string
  /** `both`: a resolver that is the authority of its zones as well. */
  kind: 'authority' | 'resolver' | 'both'
  /** Apexes of the zones it has; a resolver: where it looks. */
  zones: readonly string[]
  /** Other serials or records than the zone's own, by apex. */
  instead?: readonly Zone[]
  quirks?: readonly Quirk[]
  /** Refuses TCP altogether. */
  noTcp?: boolean
}

export interface Site {
  address: string
  port: number
  kind: 'tls' | 'http' | 'silent'
  key?: string
  cert?: string
  /** By path; absent: 200. */
  status?: number
  location?: string
}

export interface WorldPlan { zones: readonly Zone[]; servers: readonly NameServer[]; sites: readonly Site[] }

const startedMs = performance.now()
const isMatch = (name: string, pattern: string): boolean => (pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern)

function plain(server: NameServer, zones: readonly Zone[], question: Question): Answer {
  if (server.kind === 'authority') return authoritative(zones, question)
  const agedS = server.kind === 'both' ? 0 : Math.floor((performance.now() - startedMs) / 1000)
  return { ...recursive(zones, question, agedS), aa: server.kind === 'both' }
}

/** Null: it says nothing. */
async function answerOf(server: NameServer, zones: readonly Zone[], { question, tcp }: { question: Question; tcp: boolean }): Promise<Answer | null> {
  const quirk = server.quirks?.find((one) => isMatch(question.name, one.name) && (one.types === undefined || (question.type !== null && one.types.includes(question.type))))
  if (quirk === undefined) return plain(server, zones, question)
  const ra = server.kind !== 'authority'
  switch (quirk.does) {
    case 'silent': return null
    case 'slow': await pause(quirk.ms ?? 0); return plain(server, zones, question)
    case 'rcode': return { rcode: quirk.rcode ?? 'SERVFAIL', ra, ...(quirk.ede && { ede: quirk.ede }) }
    case 'fine-with-cd': return question.cd ? plain(server, zones, question) : { rcode: 'SERVFAIL', ra, ...(quirk.ede && { ede: quirk.ede }) }
    case 'answer': return { rcode: 'NOERROR', ra, aa: !ra, answers: (quirk.answers ?? []).filter((record) => record.type === question.type || record.type === 'CNAME') }
    case 'no-tcp': return tcp ? null : plain(server, zones, question)
  }
}

async function serveNames(server: NameServer, all: readonly Zone[]): Promise<void> {
  const instead = server.instead ?? []
  const zones = server.zones.flatMap((apex) => instead.find((zone) => zone.apex === apex) ?? all.find((zone) => zone.apex === apex) ?? [])
  const tell = (question: Question, tcp: boolean): void => { process.stdout.write(`${JSON.stringify({ asked: server.address, name: question.name, type: question.type, tcp })}\n`) }
  const udp = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4')
  udp.on('message', (message, from) => {
    const question = readQuestion(message)
    if (question === null) return
    tell(question, false)
    void answerOf(server, zones, { question, tcp: false }).then((answer) => { if (answer !== null) udp.send(writeAnswer(question, answer, Math.min(question.udpSize ?? 512, 1232)), from.port, from.address) })
  })
  udp.bind(53, server.address)
  await once(udp, 'listening')
  if (server.noTcp === true) return
  const tcp = createTcp((socket) => serveTcp(socket, async (message) => {
    const question = readQuestion(message)
    if (question === null) return null
    tell(question, true)
    const answer = await answerOf(server, zones, { question, tcp: true })
    return answer === null ? null : writeAnswer(question, answer, 65_535)
  }))
  tcp.listen(53, server.address)
  await once(tcp, 'listening')
}

/** One question a connection, as dig asks. No answer: the connection stays open in silence. */
function serveTcp(socket: Socket, answer: (message: Buffer) => Promise<Buffer | null>): void {
  let held = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk])
    if (held.length < 2 || held.length < 2 + held.readUInt16BE(0)) return
    const message = held.subarray(2, 2 + held.readUInt16BE(0))
    held = Buffer.alloc(0)
    void answer(message).then((bytes) => {
      if (bytes === null || socket.destroyed) return
      const length = Buffer.alloc(2)
      length.writeUInt16BE(bytes.length)
      socket.end(Buffer.concat([length, bytes]))
    })
  })
}

async function serveSite(site: Site): Promise<void> {
  const listener: RequestListener = (_request, response) => {
    response.writeHead(site.status ?? 200, { 'content-type': 'text/plain', ...(site.location !== undefined && { location: site.location }) })
    response.end('lab\n')
  }
  const server = site.kind === 'silent' ? createTcp((socket) => { socket.on('error', () => undefined) })
    : site.kind === 'http' ? createHttp(listener) : createHttps({ key: site.key, cert: site.cert }, listener)
  server.on('error', () => undefined)
  server.listen(site.port, site.address)
  await once(server, 'listening')
}

async function main(): Promise<void> {
  const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as WorldPlan
  await Promise.all([...plan.servers.map((server) => serveNames(server, plan.zones)), ...plan.sites.map(serveSite)])
  process.stdin.on('end', () => process.exit(0)).resume()
  process.stdout.write('ready\n')
}

if (import.meta.main) await main()

/** The walk from the root, as dig +trace takes it, but at every server of every zone and each judged by policy first. */
import type { DnsRecord, DnsReply } from '../reply.ts'
import { digTask, question } from './ask.ts'
import { judge, runTasks } from './moves.ts'
import { addressesOf, askable, isBelow, plainName, serversOf, zoneOf } from './names.ts'
import type { Course, RunState, Server, Task } from './state.ts'
import { addressesFor } from './zone.ts'

const ZONES_MAX = 8
const SERVERS_A_ZONE = 4
const GLUE_KEPT = 32

interface Child { zone: string; ns: string[]; glue: { name: string; address: string }[] }
interface Stop { zone: string; serverName: string; address: string }

export function* walk(run: RunState): Course<void> {
  const resolver = run.resolver()
  if (resolver === null) return
  const before = run.heard.length
  yield* runTasks(run, [question(run, 'zone', { server: resolver, name: '.', types: ['NS'], recurse: true })])
  const root = run.heard[before]?.reply
  if (root === undefined) return
  let zone = '.'
  let names = serversOf([...root.answers, ...root.authority], '.')
  let records: readonly DnsRecord[] = root.additional
  for (let steps = 0; steps < ZONES_MAX && names.length > 0; steps++) {
    const stops = yield* stopsOf(run, resolver, { zone, names, records })
    const children: Child[] = []
    yield* runTasks(run, stops.flatMap((stop) => stopTasks(run, stop, children)))
    const [first] = children
    if (first === undefined) return
    const alike = children.filter((child) => child.zone === first.zone)
    zone = first.zone
    names = [...new Set(alike.flatMap(({ ns }) => ns))]
    records = alike.flatMap(({ glue }) => glue).map(({ name, address }): DnsRecord => ({ name, type: address.includes(':') ? 'AAAA' : 'A', ttl: null, value: address }))
  }
}

/** One address of each of the first few servers; whoever cannot be asked is told. */
function* stopsOf(run: RunState, resolver: Server, { zone, names, records }: { zone: string; names: readonly string[]; records: readonly DnsRecord[] }): Course<Stop[]> {
  const skip = (serverName: string, address: string | null, why: string): void =>
    run.tell({ kind: 'dns.delegation', runId: run.context.runId, line: null, zone, serverName, address, reply: null, child: null, refused: why })
  const chosen = names.slice(0, SERVERS_A_ZONE)
  for (const name of chosen) if (askable(name) === null) skip(name, null, 'This is not a name that can be asked for, so its address is not known.')
  const asked = chosen.filter((name) => askable(name) !== null)
  const known = yield* addressesFor(run, resolver, { names: asked, records })
  // IPv4 where there is some: a vantage without IPv6 would find every server silent.
  const firsts = asked.map((name) => ({ name, address: known.get(name)?.toSorted((a, b) => Number(a.includes(':')) - Number(b.includes(':')))[0] ?? null }))
  const judged = yield* judge(firsts.map(({ address }) => address).filter((address) => address !== null))
  const stops: Stop[] = []
  for (const { name, address } of firsts) {
    if (address === null) { skip(name, null, `${resolver.id} gives no address for it.`); continue }
    const verdict = judged(address)
    if (verdict.allowed) stops.push({ zone, serverName: name, address: verdict.address })
    else skip(name, address, verdict.why)
  }
  return stops
}

/** The question itself, and the zone's own idea of its name servers, which may not be the one of the zone above. */
function stopTasks(run: RunState, { zone, serverName, address }: Stop, children: Child[]): Task[] {
  const { question: { name, types }, context: { runId } } = run
  const server: Server = { id: address, address, port: 53, role: 'authority', name: serverName, from: `NS of ${zone}`, ofZone: true }
  const asked = digTask(run, { server, name, types: types.slice(0, 1), recurse: false }, (_type, reply, line) => {
    const child = childOf(reply, name, zone)
    if (child !== null) children.push(child)
    run.count(reply)
    run.tell({ kind: 'dns.delegation', runId, line, zone, serverName, address, reply, child, refused: null })
  })
  return zone === '.' ? [asked] : [asked, question(run, 'zone', { server, name: zone, types: ['NS'], recurse: false })]
}

/** A referral: NS records of a zone below this one that the name lies in, and no answer. What does not lead further down is none. */
function childOf(reply: DnsReply, name: string, zone: string): Child | null {
  if (reply.status !== 'NOERROR' || reply.answers.length > 0) return null
  const owner = reply.authority.filter(({ type }) => type === 'NS').map((record) => zoneOf(name, record.name)).find((one) => one !== null && isBelow(one, zone)) ?? null
  if (owner === null) return null
  const ns = serversOf(reply.authority, owner)
  const glue = ns.flatMap((server) => addressesOf(reply.additional, server).map((address) => ({ name: plainName(server), address })))
  return { zone: owner, ns, glue: glue.slice(0, GLUE_KEPT) }
}

/** The zone that the name lies in, and its own name servers. */
import type { DnsRecord, DnsReply } from '../reply.ts'
import { isNoReply } from '../status.ts'
import { question } from './ask.ts'
import { runTasks } from './moves.ts'
import { addressesOf, ancestry, askable, plainName, serversOf, zoneOf } from './names.ts'
import { addServers, serverId, type Candidate } from './servers.ts'
import type { Course, Heard, RunState, Server } from './state.ts'

/** Rounds in which the zone is looked for; then there is none to be found from here. */
const ZONE_TRIES = 3
/** Names asked for an SOA on the way up. */
const UP_MAX = 8
const NAMES_MAX = 6
const PER_NAME_MAX = 4
const AUTHORITIES_MAX = 12
const NAME_SHOWN = 255

/** Looks for the zone until it is found, and tells its servers; gives those that may be asked and were not known. */
export function* findZone(run: RunState): Course<Server[]> {
  const server = run.resolver()
  if (run.context.options.authorities === 'no' || run.apex !== null || run.zoneTries >= ZONE_TRIES || server === null) return []
  run.zoneTries++
  const apex = apexIn(run.matrix(), run.question.name) ?? (yield* apexAbove(run, server))
  if (apex === null) return []
  const before = run.heard.length
  yield* runTasks(run, [question(run, 'zone', { server, name: apex, types: ['NS'], recurse: true })])
  const reply = run.heard[before]?.reply
  if (reply === undefined || isNoReply(reply.status)) return []
  run.apex = apex
  return yield* addAuthorities(run, server, { apex, reply })
}

/** The SOA beside a negative answer, or in an answer, names its zone. One above the name is taken; one of a CNAME's target, or of anything else, is not. */
function apexIn(heard: readonly Heard[], name: string): string | null {
  for (const { server, reply } of heard) {
    if (server.role === 'authority') continue
    const apex = [...reply.answers, ...reply.authority].filter(({ type }) => type === 'SOA').map((soa) => zoneOf(name, soa.name)).find((zone) => zone !== null)
    if (apex !== undefined) return apex
  }
  return null
}

function* apexAbove(run: RunState, server: Server): Course<string | null> {
  for (const name of ancestry(run.question.name).slice(0, UP_MAX)) {
    const before = run.heard.length
    yield* runTasks(run, [question(run, 'zone', { server, name, types: ['SOA'], recurse: true })])
    const reply = run.heard[before]?.reply
    if (reply === undefined || isNoReply(reply.status)) return null
    const owners = [...reply.answers, ...reply.authority].filter(({ type }) => type === 'SOA').map((soa) => plainName(soa.name))
    const apex = owners.map((owner) => zoneOf(name, owner)).find((zone) => zone !== null)
    if (apex !== undefined) return apex
    // The root itself says that there is nothing below it on this way.
    if (owners.includes('.')) return null
  }
  return null
}

function* addAuthorities(run: RunState, server: Server, { apex, reply }: { apex: string; reply: DnsReply }): Course<Server[]> {
  const names = serversOf([...reply.answers, ...reply.authority], apex).slice(0, NAMES_MAX)
  const asked = names.filter((name) => {
    if (askable(name) !== null) return true
    refuse(run, { name, apex, why: 'This is not a name that can be asked for, so its address is not known.' })
    return false
  })
  const known = yield* addressesFor(run, server, { names: asked, records: reply.additional })
  const candidates: Candidate[] = []
  for (const name of asked) {
    const addresses = known.get(name) ?? []
    if (addresses.length === 0) refuse(run, { name, apex, why: `${server.id} gives no address for it.` })
    candidates.push(...addresses.slice(0, PER_NAME_MAX).map((address): Candidate => ({ address, port: 53, role: 'authority', name, from: `NS of ${apex}` })))
  }
  const taken = candidates.slice(0, AUTHORITIES_MAX)
  // A server of the vantage that is one of the zone's as well keeps its place in the matrix.
  const ids = new Set(taken.map(({ address }) => serverId(address, 53)))
  for (const one of run.servers) if (ids.has(one.id)) one.ofZone = true
  return yield* addServers(run, taken)
}

/** Told, since a zone that names such a server is at fault. It has no address, so its name stands for it. */
function refuse(run: RunState, { name, apex, why }: { name: string; apex: string; why: string }): void {
  const server = name.slice(0, NAME_SHOWN)
  if (run.told.has(server)) return
  run.told.add(server)
  run.tell({ kind: 'dns.server', runId: run.context.runId, server, address: '', port: 53, role: 'authority', name: server, from: `NS of ${apex}`, refused: why })
}

export interface Wanted { names: readonly string[]; /** What is known already, hostile. */ records: readonly DnsRecord[] }

/** Addresses of these askable names: those that came along, else those that this server gives. */
export function* addressesFor(run: RunState, server: Server, { names, records }: Wanted): Course<ReadonlyMap<string, readonly string[]>> {
  const known = new Map(names.map((name) => [name, addressesOf(records, name)]))
  const before = run.heard.length
  yield* runTasks(run, names.filter((name) => known.get(name)?.length === 0).map((name) => question(run, 'zone', { server, name, types: ['A', 'AAAA'], recurse: true })))
  for (const { name, reply } of run.heard.slice(before)) {
    const own = known.get(plainName(name))
    // Behind a CNAME (which RFC 2181 forbids here) the addresses bear another owner, and are no less its.
    if (own !== undefined) own.push(...reply.answers.flatMap((record) => addressesOf([record], plainName(record.name))).filter((address) => !own.includes(address)))
  }
  return known
}

/** The servers of a run before anything was asked: those of the vantage, those that were chosen, public ones. */
import type { DnsRole } from '../events.ts'
import { serverList } from '../servers.ts'
import { judge, type Judged } from './moves.ts'
import { canonical } from './names.ts'
import { SERVERS_MAX, type Course, type RunState, type Server } from './state.ts'

/** A server that may be asked once policy lets us. */
export interface Candidate { address: string; port: number; role: DnsRole; name: string | null; from: string }

const DNS_PORT = 53
/** glibc reads three; a list that is longer is a mistake that is worth seeing. */
const OWN_MAX = 8

const PUBLIC = [['1.1.1.1', 'one.one.one.one'], ['8.8.8.8', 'dns.google'], ['9.9.9.9', 'dns.quad9.net']] as const

export function* firstServers(run: RunState): Course<void> {
  const { setup, context: { options } } = run
  const listed = (role: DnsRole, lines: typeof setup.servers): Candidate[] =>
    lines.slice(0, OWN_MAX).map(({ address, file, line }) => ({ address, port: DNS_PORT, role, name: null, from: `${file} line ${line}` }))
  const chosen = serverList(options.server).map((address): Candidate => ({ address, port: options.port, role: 'chosen', name: null, from: 'chosen' }))
  const known = options.publicServers === 'yes' ? PUBLIC.map(([address, name]): Candidate => ({ address, port: DNS_PORT, role: 'public', name, from: 'public resolver' })) : []
  yield* addServers(run, [...listed('own', setup.servers), ...listed('upstream', setup.upstream), ...chosen, ...known])
}

export const serverId = (address: string, port: number): string => (port === DNS_PORT ? address : `${address}#${port}`)

/** Judges them and tells each; gives those that may be asked. A server that is known already keeps its role. */
export function* addServers(run: RunState, candidates: readonly Candidate[]): Course<Server[]> {
  const fresh = new Map<string, Candidate>()
  for (const candidate of candidates) {
    const address = canonical(candidate.address)
    if (address === null) continue
    const id = serverId(address, candidate.port)
    if (!run.told.has(id) && !fresh.has(id) && run.told.size + fresh.size < SERVERS_MAX) fresh.set(id, { ...candidate, address })
  }
  const judged = yield* judge([...fresh.values()].map(({ address }) => address))
  const added: Server[] = []
  for (const candidate of fresh.values()) {
    const server = tellServer(run, candidate, judged(candidate.address))
    if (server !== null) added.push(server)
  }
  run.servers.push(...added)
  return added
}

function tellServer(run: RunState, { address: asked, port, role, name, from }: Candidate, verdict: Judged): Server | null {
  const address = verdict.allowed ? verdict.address : asked
  const id = serverId(address, port)
  if (run.told.has(id)) return null
  run.told.add(id)
  run.tell({ kind: 'dns.server', runId: run.context.runId, server: id, address, port, role, name, from, refused: verdict.allowed ? null : verdict.why })
  return verdict.allowed ? { id, address, port, role, name, from, ofZone: role === 'authority' } : null
}

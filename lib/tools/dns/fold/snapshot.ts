/** Snapshots of a names run: what is worked out from the rest is left out and worked out again. */
import type { DnsState, ServerState } from './state.ts'
import { copyDns, medianOf } from './state.ts'
import { isDnsSnapshot, VERSION } from './snapshot-shape.ts'

export function encodeDns(view: DnsState): unknown {
  const { servers, ...rest } = copyDns(view)
  return { version: VERSION, ...rest, servers: servers.map(({ cells, medianMs: _medianMs, ...server }) => ({ ...server, cells: [...cells.values()] })) }
}

export function decodeDns(snapshot: unknown): DnsState {
  if (!isDnsSnapshot(snapshot)) throw new Error('not a snapshot of a names run of this form')
  const { version: _version, servers, ...rest } = snapshot
  // A copy, since the caller may keep the snapshot.
  return copyDns({ ...rest, servers: servers.map(({ cells, ...server }): ServerState => ({ ...server, cells: new Map(cells.map((cell) => [cell.type, cell])), medianMs: medianOf(server.times) })) })
}

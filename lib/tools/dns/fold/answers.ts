/** Answers into the cells of the matrix, and everything else that was asked beside them. */
import type { EventOf } from '#lib/protocol/events.ts'
import { answerKey, osKey } from '../answer-key.ts'
import { isNoReply } from '../status.ts'
import { ASIDES_KEPT, extend, medianOf, TIMES_KEPT, type CellState, type DnsState, type ServerState } from './state.ts'

type Answer = EventOf<'dns.answer'>

/** True when it says something that the answer before did not. */
export function applyAnswer(view: DnsState, event: Answer): boolean {
  const silent = isNoReply(event.reply.status)
  view.counts.asked++
  if (silent) view.counts.noReply++
  else view.counts.answered++
  const server = view.servers.find((one) => one.server === event.server)
  const serial = server !== undefined && takeSerial(server, event)
  if (event.purpose !== 'matrix') return applyAside(view, event) || serial
  return server !== undefined && (applyCell(server, event, view.types) || serial)
}

function applyCell(server: ServerState, { type, reply, line, round, atMs }: Answer, types: readonly string[]): boolean {
  const key = answerKey(reply, type)
  const before = server.cells.get(type)
  const silent = isNoReply(reply.status)
  if (before === undefined && server.cells.size >= types.length && !types.includes(type)) return false
  const cell: CellState = {
    type, reply, line, atMs, round, key, asked: (before?.asked ?? 0) + 1, noReply: (before?.noReply ?? 0) + (silent ? 1 : 0),
    inARow: before?.reply.status === reply.status ? before.inARow + 1 : 1, spans: before?.spans ?? [],
  }
  extend(cell.spans, key, atMs)
  server.cells.set(type, cell)
  if (before === undefined) server.cells = inOrder(server.cells, types)
  takeTime(server, { atMs, ms: reply.queryMs, first: cell.asked - cell.noReply === 1 })
  // What a server that does not answer as it should does again is news: how often in a row decides.
  return before === undefined || before.key !== key || reply.status !== 'NOERROR'
}

/** By the order of the question, not of the answers. */
function inOrder(cells: Map<string, CellState>, types: readonly string[]): Map<string, CellState> {
  const place = (type: string): number => (types.includes(type) ? types.indexOf(type) : types.length)
  return new Map([...cells].sort(([a], [b]) => place(a) - place(b)))
}

function takeTime(server: ServerState, { atMs, ms, first }: { atMs: number; ms: number | null; first: boolean }): void {
  if (ms === null) return
  server.times.push({ atMs, ms, first })
  if (server.times.length > TIMES_KEPT) server.times.shift()
  server.medianMs = medianOf(server.times)
}

/**
 * From the SOA of the name that was asked for (one beside a negative answer may be of another zone), and from whoever speaks for the zone:
 * what a resolver has kept says nothing about itself.
 */
function takeSerial(server: ServerState, { name, type, reply }: Answer): boolean {
  if (type !== 'SOA' || reply.authoritative === false) return false
  const soa = reply.answers.find((record) => record.type === 'SOA' && record.name.toLowerCase() === name.toLowerCase())
  const serial = soa?.value.split(' ')[2]
  if (serial === undefined || !/^\d{1,10}$/.test(serial) || serial === server.serial) return false
  server.serial = serial
  return true
}

/** In the order in which they were told last. */
function applyAside(view: DnsState, event: Answer): boolean {
  const { purpose, server, name, type, reply, line, atMs, round } = event
  const at = view.asides.findIndex((one) => one.server === server && one.purpose === purpose && one.type === type && one.name === name)
  const [before] = at < 0 ? [] : view.asides.splice(at, 1)
  view.asides.push({ purpose, server, name, type, reply, line, atMs, round })
  if (view.asides.length > ASIDES_KEPT) view.asides.shift()
  return before === undefined || answerKey(before.reply, type) !== answerKey(reply, type)
}

export function applyOs(view: DnsState, event: EventOf<'dns.os'>): boolean {
  const { kind: _kind, runId: _runId, seq: _seq, ...told } = event
  const before = view.os
  const key = osKey(event.status, event.addresses)
  const spans = before?.spans ?? []
  extend(spans, key, event.atMs)
  view.os = { ...told, key, spans }
  return before === null || before.key !== key || before.source !== event.source
}

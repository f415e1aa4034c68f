/** What name servers answered in one run of names or nslookup as CSV (RFC 4180): a row for each record, and for each answer that has none. */
import type { EventOf, SessionEvent } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { DnsReply } from '#lib/tools/dns/reply.ts'
import type { Reading } from '../reading.ts'
import { csvLine } from './csv.ts'

/** `purpose`: as in `dns.answer`; `os`: what programs on the vantage get; `nslookup`: its one server. `section`, `owner`, `ttl`, `value`: of the record. */
const HEADER = ['runId', 'round', 'time', 'atMs', 'purpose', 'server', 'name', 'type', 'status', 'queryMs', 'transport', 'authoritative', 'section', 'owner', 'recordType', 'ttl', 'value', 'text']
const SECTIONS = ['answers', 'authority', 'additional'] as const

interface Asked { round: number | null; purpose: string; server: string | null; name: string; type: string | null }

/** Chunks of whole rows, header first, in the order in which answers came. */
export async function* dnsCsvExport(reading: Pick<Reading, 'pages'>, runId: RunId): AsyncGenerator<string> {
  yield csvLine(HEADER)
  for await (const events of reading.pages()) yield events.flatMap((event) => rowsOf(event, runId)).join('')
}

function rowsOf(event: SessionEvent, runId: RunId): string[] {
  if (!('runId' in event) || event.runId !== runId) return []
  switch (event.kind) {
    case 'dns.answer': return replyRows(event, event)
    case 'nslookup.reply': return replyRows(event, { ...event, round: null, purpose: 'nslookup', server: event.serverName ?? event.reply.server?.address ?? null })
    case 'nslookup.attempt': return [row(event, { round: null, purpose: 'nslookup', server: event.server, name: '', type: null }, [event.error, null, null, null, null, null, null, null, null, event.text])]
    case 'dns.os': return osRows(event)
    default: return []
  }
}

function replyRows(event: EventOf<'dns.answer' | 'nslookup.reply'>, asked: Asked): string[] {
  const { reply } = event
  const head = [reply.status, reply.queryMs, reply.transport, reply.authoritative]
  const records = SECTIONS.flatMap((section) => reply[section].map((record) => row(event, asked, [...head, section, record.name, record.type, record.ttl, record.value, null])))
  return records.length > 0 ? records : [row(event, asked, [...head, null, null, null, null, null, textOf(reply)])]
}

/** One row for each address that getent gave. */
function osRows(event: EventOf<'dns.os'>): string[] {
  const asked: Asked = { round: event.round, purpose: 'os', server: event.source, name: event.name, type: null }
  const addresses = event.addresses.length > 0 ? event.addresses : [null]
  return addresses.map((address) => row(event, asked, [event.status, event.ms, null, null, null, null, null, null, address, event.text ?? null]))
}

const textOf = ({ text, ede }: DnsReply): string | null => text ?? (ede.length === 0 ? null : ede.map((error) => `${error.code} ${error.text}`).join('; '))

const row = ({ atMs, ...event }: SessionEvent, { round, purpose, server, name, type }: Asked, rest: readonly unknown[]): string =>
  csvLine(['runId' in event ? event.runId : null, round, new Date(atMs).toISOString(), atMs, purpose, server, name, type, ...rest])

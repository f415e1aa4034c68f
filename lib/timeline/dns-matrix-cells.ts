/** What stands in a cell of the resolver matrix, in words. */
import { formatBytes, formatMs, UNKNOWN } from '#lib/format/number.ts'
import { formatSpan } from '#lib/format/time.ts'
import { isNoReply } from '#lib/tools/dns/status.ts'
import type { DnsCell, DnsServerView, DnsView, PortView } from '#lib/tools/dns/view.ts'
import { differenceOf, DIFFERENCE_WORDS, isSettled, saysSomething, type Reference } from './dns-reference.ts'
import { answerWords, inert, statusWord, valuesOf } from './dns-text.ts'
import { ttlOf } from './dns-ttl.ts'

export type RowId = 'status' | `type ${string}` | 'ttl' | 'serial' | 'flags' | 'port' | 'transport'

/** ok: bare check. crit, warn, info: the severity shapes. */
export type CellGlyph = 'ok' | 'crit' | 'warn' | 'info' | null

export interface MatrixCell {
  text: string
  /** Set smaller behind it: `set`, `+2`. */
  after: string
  glyph: CellGlyph
  /** dim: nothing is known or there is nothing; quiet: beside the point. */
  tone: 'plain' | 'quiet' | 'dim' | 'crit'
  machine: boolean
  /** How it differs from what others say, in words; null: it does not. */
  differs: string | null
  /** All of it, where `text` is a part. */
  full: string
  /** An answer is on its way. */
  pending: boolean
  /** The question that the whole reply of can be shown; null: none. */
  type: string | null
}

export interface Asked {
  view: DnsView
  types: readonly string[]
  references: ReadonlyMap<string, Reference>
  port: number | null
  nowMs: number
  /** A round is over, or the run is: what has no answer by now waits for none. */
  over: boolean
  newest: string | null
}

const NOTHING: MatrixCell = { text: UNKNOWN, after: '', glyph: null, tone: 'dim', machine: false, differs: null, full: '', pending: false, type: null }
export const cell = (made: Partial<MatrixCell>): MatrixCell => ({ ...NOTHING, tone: 'plain', ...made })
export const nothing = (made: Partial<MatrixCell> = {}): MatrixCell => ({ ...NOTHING, ...made })

/** The cell of one row at one server. */
export function serverCell(id: RowId, server: DnsServerView, asked: Asked): MatrixCell {
  if (server.refused !== null) return id === 'status' ? cell({ text: 'not asked', glyph: 'info', tone: 'quiet', full: inert(server.refused, 400) }) : nothing()
  const cells = asked.types.flatMap((type) => server.cells.get(type) ?? [])
  const [first] = cells
  if (id.startsWith('type ')) return typeCell(server, id.slice('type '.length), asked)
  if (first === undefined) return nothing({ pending: !asked.over })
  const made = id === 'status' ? statusCell(cells, asked) : id === 'ttl' ? ttlCell(server, asked) : id === 'serial' ? serialCell(server, asked)
    : id === 'flags' ? flagsCell(server, cells) : id === 'port' ? portCell(addressesOf(cells), asked) : transportCell(cells)
  return { ...made, type: made.type ?? first.type }
}

/** Failures of the server first: nobody answering is the worst that can be said. */
export const badness = (status: string): number => (isNoReply(status) ? 3 : status === 'NOERROR' ? 0 : status === 'NXDOMAIN' ? 1 : 2)

export const glyphOf = (status: string): CellGlyph => (isNoReply(status) || status === 'SERVFAIL' ? 'crit' : status === 'NOERROR' ? 'ok' : status === 'NXDOMAIN' ? 'info' : 'warn')

function statusCell(cells: readonly DnsCell[], { references }: Asked): MatrixCell {
  const [worst] = [...cells].sort((a, b) => badness(b.reply.status) - badness(a.reply.status))
  if (worst === undefined) return nothing()
  const { status } = worst.reply
  const alike = cells.every((one) => one.reply.status === status)
  const other = cells.find((one) => differs(one, references) !== null && statusDiffers(one, references.get(one.type)))
  const how = other === undefined ? null : differs(other, references)
  return cell({
    text: statusWord(status), after: alike ? '' : worst.type, glyph: glyphOf(status), tone: isNoReply(status) || status === 'SERVFAIL' ? 'crit' : 'plain', machine: !isNoReply(status), type: worst.type,
    differs: how, full: cells.map((one) => `${one.type} ${statusWord(one.reply.status)}`).join(', '),
  })
}

const statusDiffers = (one: DnsCell, reference: Reference | undefined): boolean => isSettled(reference) && reference.reply.status !== one.reply.status

function differs(one: DnsCell, references: Asked['references']): string | null {
  const reference = references.get(one.type)
  const how = reference === undefined ? null : differenceOf(reference, one)
  return how === null ? null : DIFFERENCE_WORDS[how]
}

function typeCell(server: DnsServerView, type: string, { references, over }: Asked): MatrixCell {
  const one = server.cells.get(type)
  if (one === undefined) return nothing({ pending: !over })
  const { reply } = one
  const how = differs(one, references)
  const words = answerWords(reply, type)
  const [text = UNKNOWN] = words
  if (!saysSomething(reply)) return cell({ text, glyph: glyphOf(reply.status), tone: 'crit', machine: !isNoReply(reply.status), type, full: inert(reply.text ?? '', 200) })
  const empty = valuesOf(reply, type).length === 0
  // What everyone agrees not to have is not worth a capital word.
  if (empty && how === null) return nothing({ text: reply.status === 'NXDOMAIN' ? 'no such name' : 'none', type, full: reply.status === 'NXDOMAIN' ? 'NXDOMAIN' : 'NODATA' })
  return cell({ text, after: words.length > 1 ? `+${words.length - 1}` : '', machine: true, differs: how, type, full: words.join('\n') })
}

function ttlCell(server: DnsServerView, asked: Asked): MatrixCell {
  const ttl = ttlOf(server, asked.types, asked.nowMs)
  const one = ttl === null ? undefined : server.cells.get(ttl.type)
  if (ttl === null || one === undefined) return nothing()
  if (ttl.kind === 'left' && ttl.leftS === 0) return nothing({ text: 'expired', type: ttl.type, full: 'The cache has to ask again before it answers.' })
  return cell({ text: formatSpan(1000 * ttl.leftS), after: ttl.kind === 'set' ? 'set' : '', differs: differs(one, asked.references), type: ttl.type, full: `${ttl.type}, ${ttl.seconds} s in the answer` })
}

function serialCell({ serial }: DnsServerView, { newest }: Asked): MatrixCell {
  if (serial === null) return nothing()
  return cell({ text: inert(serial, 12), machine: true, differs: newest !== null && serial !== newest ? `the newest is ${newest}` : null })
}

function flagsCell({ role }: DnsServerView, cells: readonly DnsCell[]): MatrixCell {
  const one = cells.find(({ reply }) => reply.flags.length > 0)
  if (one === undefined) return nothing()
  const lame = role === 'authority' && saysSomething(one.reply) && one.reply.authoritative === false
  return cell({ text: inert(one.reply.flags.join(' '), 60), machine: true, type: one.type, differs: lame ? 'not authoritative for the zone' : null })
}

export const addressesOf = (cells: readonly DnsCell[]): string[] => [...new Set(cells.filter(({ type }) => type === 'A' || type === 'AAAA').flatMap(({ reply, type }) => valuesOf(reply, type)))]

const PORT_WORDS: Record<PortView['state'], string> = { open: 'open', refused: 'refused', timeout: 'no answer', unreachable: 'unreachable', error: 'could not be tried', denied: 'not tried, by policy' }
/** What cannot be tried is not down. */
const untried = (state: PortView['state']): boolean => state === 'error' || state === 'denied'

/** Do these addresses accept a connection? All alike in one word, else how many of them do. */
export function portCell(addresses: readonly string[], { view, over, port }: Asked): MatrixCell {
  const tried = addresses.flatMap((address) => view.ports.find((one) => one.address === address && one.port === port) ?? [])
  const [one] = tried
  if (one === undefined) return nothing({ pending: !over && addresses.length > 0 })
  const full = tried.map((each) => `${each.address} ${PORT_WORDS[each.state]}${each.ms === null ? '' : `, ${formatMs(each.ms)}`}`).join('\n')
  const known = tried.filter(({ state }) => !untried(state))
  const open = known.filter(({ state }) => state === 'open')
  if (known.length === 0) return cell({ text: PORT_WORDS[one.state], glyph: 'info', tone: 'quiet', full })
  if (open.length === known.length) return cell({ text: openWords(open), glyph: 'ok', machine: true, full })
  if (open.length > 0) return cell({ text: `${open.length} of ${known.length} open`, glyph: 'crit', tone: 'crit', full })
  const states = new Set(known.map(({ state }) => state))
  return cell({ text: states.size === 1 ? PORT_WORDS[known[0]?.state ?? 'error'] : 'not open', glyph: 'crit', tone: 'crit', full })
}

/** The fastest of them. */
function openWords(open: readonly PortView[]): string {
  const times = open.flatMap(({ ms }) => ms ?? [])
  return times.length === 0 ? 'open' : `open, ${formatMs(Math.min(...times))}`
}

/** The largest of the answers says whether UDP fits. */
function transportCell(cells: readonly DnsCell[]): MatrixCell {
  const [one] = cells.filter(({ reply }) => reply.transport !== null && !isNoReply(reply.status)).sort((a, b) => (b.reply.bytes ?? 0) - (a.reply.bytes ?? 0))
  if (one === undefined) return nothing()
  const { transport, truncated, bytes } = one.reply
  return cell({ text: `${truncated && transport === 'tcp' ? 'udp cut, tcp' : transport ?? ''}${bytes === null ? '' : `, ${formatBytes(bytes)}`}`, tone: 'quiet', type: one.type })
}

/** Answers over time: one strip a server, one pattern for each set of answers that was given. */
import type { Clock } from '#lib/format/time.ts'
import { isNoReply } from '#lib/tools/dns/status.ts'
import type { AnswerSpan, DnsView } from '#lib/tools/dns/view.ts'
import { columnsOf, HOST, type MatrixColumn } from './dns-columns.ts'
import { differenceOf, isSettled, referenceOf } from './dns-reference.ts'
import { inert, statusWord } from './dns-text.ts'
import { ttlOfCell } from './dns-ttl.ts'

/** 0: what is right, or what most say; then by how long they were given. */
export interface AnswerSet { key: string; words: readonly string[] }
/** `set`: index of the set, or null where nobody answered. */
export interface StripPiece { fromMs: number; toMs: number; set: number | null }
export interface AnswerStrip {
  id: string
  label: string
  pieces: readonly StripPiece[]
  words: string
  tone: 'quiet' | 'warn' | 'crit'
  /** The whole strip in a sentence, for those who cannot see it. */
  summary: string
}
export interface AnswersOverTime { type: string; sets: readonly AnswerSet[]; noAnswer: boolean; strips: readonly AnswerStrip[]; change: string | null }

export interface AnswersInput {
  view: DnsView
  /** Which question; where it is not given, the first whose answers differ or changed. */
  type: string | null
  types: readonly string[]
  nowMs: number
  /** Time between two rounds: a longer silence between two answers is not drawn as an answer. */
  everyMs: number
  over: boolean
  clock: Clock
}

interface Line { column: MatrixColumn; spans: readonly AnswerSpan[] }

export function answersOf(input: AnswersInput): AnswersOverTime | null {
  const { view, types } = input
  const columns = columnsOf(view)
  const type = input.type ?? types.find((one) => varied(linesOf(view, columns, one))) ?? types[0]
  if (type === undefined) return null
  const lines = linesOf(view, columns, type)
  const reference = referenceOf(view, type)
  const sets = setsOf(lines, type, isSettled(reference) ? reference.key : null)
  const at = new Map(sets.map((set, i) => [set.key, i]))
  const strips = lines.map((line): AnswerStrip => {
    const pieces = piecesOf(line, { ...input, type, at })
    return { id: line.column.id, label: line.column.short, pieces, ...endOf(line, { input, type, reference, at }), summary: summaryOf(line, { pieces, sets, clock: input.clock }) }
  })
  return { type, sets, noAnswer: strips.some((strip) => strip.pieces.some((piece) => piece.set === null)), strips, change: lastChange(lines, input.clock) }
}

function linesOf(view: DnsView, columns: readonly MatrixColumn[], type: string): Line[] {
  return columns.flatMap((column): Line[] => {
    const spans = column.server === null ? hostSpans(view, type) : column.server.cells.get(type)?.spans ?? []
    return spans.length === 0 ? [] : [{ column, spans }]
  })
}

/** Of this host's addresses those of the family, told as a server would tell them, so that they can be compared. */
function hostSpans({ os }: DnsView, type: string): AnswerSpan[] {
  if (os === null || (type !== 'A' && type !== 'AAAA')) return []
  return os.spans.map((span) => {
    const [status = '', ...addresses] = span.key.split('\n')
    const mine = addresses.filter((one) => one.includes(':') === (type === 'AAAA'))
    const key = [status === 'timeout' ? 'TIMEOUT' : status === 'error' ? 'ERROR' : status === 'not-found' ? 'not found' : 'NOERROR', ...mine.map((one) => `${type} ${one}`)].join('\n')
    return { ...span, key }
  })
}

const varied = (lines: readonly Line[]): boolean => new Set(lines.filter(({ column }) => column.id !== HOST).flatMap(({ spans }) => spans.map(({ key }) => key))).size > 1

/** Aliases on the way do not make another set, so that this host's answer, which tells none, can be the same as a server's. */
const setKey = (key: string, type: string): string => (type === 'CNAME' || !key.includes('\nCNAME ') ? key : key.split('\n').filter((line) => !line.startsWith('CNAME ')).join('\n'))

const silent = (key: string): boolean => isNoReply(key)

function setsOf(lines: readonly Line[], type: string, right: string | null): AnswerSet[] {
  const held = new Map<string, number>()
  for (const { spans } of lines) for (const { key, sinceMs, untilMs } of spans) if (!silent(key)) held.set(setKey(key, type), (held.get(setKey(key, type)) ?? 0) + untilMs - sinceMs + 1)
  const first = right === null ? null : setKey(right, type)
  return [...held].sort(([a, x], [b, y]) => (a === first ? -1 : b === first ? 1 : y - x)).map(([key]) => ({ key, words: wordsOfKey(key, type) }))
}

/** The values out of a key (answer-key.ts), or the status where there are none. */
export function wordsOfKey(key: string, type: string): string[] {
  const [status = '', ...lines] = key.split('\n')
  const values = lines.filter((line) => type === 'ANY' || line.startsWith(`${type} `)).map((line) => inert(type === 'ANY' ? line : line.slice(type.length + 1), 120))
  return values.length > 0 ? values : [status === 'NOERROR' ? 'NODATA' : status === 'not found' ? status : statusWord(status)]
}

const GAPS = 2.5

function piecesOf({ spans }: Line, { nowMs, everyMs, over, type, at }: AnswersInput & { type: string; at: ReadonlyMap<string, number> }): StripPiece[] {
  return spans.map((span, i) => {
    const next = spans[i + 1]
    const heldMs = next !== undefined && next.sinceMs - span.untilMs <= GAPS * everyMs ? next.sinceMs : over || next !== undefined ? span.untilMs : Math.min(Math.max(nowMs, span.untilMs), span.untilMs + GAPS * everyMs)
    return { fromMs: span.sinceMs, toMs: heldMs, set: silent(span.key) ? null : at.get(setKey(span.key, type)) ?? null }
  })
}

/** `198.51.100.9, 13:56:02 to 14:02:08`. */
export function pieceWords({ fromMs, toMs, set }: StripPiece, sets: readonly AnswerSet[], clock: Clock): string {
  return `${set === null ? 'no answer' : sets[set]?.words.join(', ') ?? ''}, ${clock.hms(fromMs)} to ${clock.hms(toMs)}`
}

const FLIPS = 3

interface EndFacts { input: AnswersInput; type: string; reference: ReturnType<typeof referenceOf>; at: ReadonlyMap<string, number> }

/** The words at the right: how it stands now. */
function endOf({ column, spans }: Line, { input: { nowMs, clock }, type, reference, at }: EndFacts): Pick<AnswerStrip, 'words' | 'tone'> {
  const last = spans.at(-1)
  if (last === undefined) return { words: '', tone: 'quiet' }
  if (silent(last.key)) return { words: 'no answer', tone: 'crit' }
  const told = spans.filter(({ key }) => !silent(key))
  const sets = told.map(({ key }) => setKey(key, type)).filter((key, i, all) => key !== all[i - 1])
  const cell = column.server?.cells.get(type)
  const odd = isSettled(reference) && (cell === undefined ? (at.get(setKey(last.key, type)) ?? 0) > 0 : differenceOf(reference, cell) !== null)
  const tone = odd ? 'warn' : 'quiet'
  if (sets.length > FLIPS && new Set(sets).size < sets.length) return { words: odd ? 'flips, now different' : 'flips, now new', tone }
  const ttl = odd && cell !== undefined && column.server !== null ? ttlOfCell(cell, column.server.role, nowMs) : null
  if (ttl !== null && ttl.untilMs !== null && ttl.untilMs > nowMs) return { words: `until ${clock.hms(ttl.untilMs)}`, tone }
  const changed = changedAt(told, type)
  return { words: changed === null ? 'not changed' : `changed ${clock.hms(changed)}`, tone }
}

/** When the set that is given now began to be given; null: it always was. */
function changedAt(told: readonly AnswerSpan[], type: string): number | null {
  let at: number | null = null
  told.forEach((span, i) => {
    const before = told[i - 1]
    if (before !== undefined && setKey(before.key, type) !== setKey(span.key, type)) at = span.sinceMs
  })
  return at
}

/** The newest change at one of the zone's own servers, else anywhere. */
function lastChange(lines: readonly Line[], clock: Clock): string | null {
  const changes = lines.flatMap(({ column, spans }) => {
    const at = changedAt(spans.filter(({ key }) => !silent(key)), '')
    return at === null ? [] : [{ column, at }]
  }).sort((a, b) => b.at - a.at)
  const told = changes.find(({ column }) => column.group === 'authority') ?? changes[0]
  return told === undefined ? null : `${told.column.short} changed at ${clock.hms(told.at)}`
}

const SAID = 6

function summaryOf({ column }: Line, { pieces, sets, clock }: { pieces: readonly StripPiece[]; sets: readonly AnswerSet[]; clock: Clock }): string {
  const said = pieces.slice(-SAID).map((piece) => pieceWords(piece, sets, clock))
  return `${column.short}: ${said.join('; ')}${pieces.length > SAID ? `; ${pieces.length - SAID} changes before, from ${clock.hms(pieces[0]?.fromMs ?? NaN)} on` : ''}`
}

/** The walk from the root as it is drawn: what each zone's servers took and handed down, one zone after the other. */
import type { DnsReply } from '#lib/tools/dns/reply.ts'
import { formatSpan } from '#lib/format/time.ts'
import { NBSP } from '#lib/format/number.ts'
import type { DelegationView } from '#lib/tools/dns/view.ts'
import { niceStep } from './scale.ts'
import { answerWords, inert, statusWord } from './dns-text.ts'
import { isNoReply } from '#lib/tools/dns/status.ts'

export interface WalkRow {
  key: string
  /** Of the first row of a zone: `.`, `com.`; else ''. */
  zone: string
  server: string
  address: string | null
  /** Where its bar begins, ms from the start of the walk: all servers of a zone begin together. */
  atMs: number
  /** Null: it was not asked, or did not answer. */
  ms: number | null
  words: string
  /** warn: it says something else than most of its zone's servers. crit: it did not answer as it should. dim: it was not asked. */
  tone: 'plain' | 'warn' | 'crit' | 'dim'
}
export interface WalkZone { zone: string; rows: readonly WalkRow[]; /** Servers that said the same as a row that is there. */ more: readonly WalkRow[] }
export interface Walk { zones: readonly WalkZone[]; totalMs: number; topMs: number; ticks: readonly number[]; note: string }

/** More rows of a zone than this that say the same are told in one. */
const ALIKE_SHOWN = 1
const TICKS = 3

/** `right`: the answer that others are held against (dns-reference.ts), where it is known. */
export function walkOf(walk: readonly DelegationView[], right: DnsReply | null = null): Walk | null {
  if (walk.length === 0) return null
  let atMs = 0
  const zones = inZones(walk).map((steps): WalkZone => {
    const made = zoneOf(steps, { atMs, right })
    atMs += Math.max(0, ...steps.flatMap(({ reply }) => timeOf(reply) ?? []))
    return made
  })
  const step = niceStep(Math.max(1, atMs) / TICKS)
  const topMs = Math.max(atMs, 1) * 1.035
  const ticks = Array.from({ length: Math.floor(topMs / step) + 1 }, (_, i) => Number((i * step).toPrecision(12)))
  return { zones, totalMs: atMs, topMs, ticks, note: noteOf(inZones(walk).at(-1) ?? []) }
}

/** A server that did not answer took no time that could be drawn. */
const timeOf = (reply: DnsReply | null): number | null => (reply === null || isNoReply(reply.status) ? null : reply.queryMs)

function inZones(walk: readonly DelegationView[]): DelegationView[][] {
  const found: DelegationView[][] = []
  for (const step of walk) {
    const last = found.at(-1)
    if (last?.[0]?.zone === step.zone) last.push(step)
    else found.push([step])
  }
  return found
}

/** `com` as `com.`, as zones are written. */
const dotted = (zone: string): string => (zone.endsWith('.') ? inert(zone, 255) : `${inert(zone, 255)}.`)

function zoneOf(steps: readonly DelegationView[], { atMs, right }: { atMs: number; right: DnsReply | null }): WalkZone {
  const said = steps.filter((step) => step.refused === null && step.reply !== null).map(saidBy)
  const known = right === null ? null : answersIn(right).join('\n')
  const usual = known !== null && said.includes(known) ? known : mostFrequent(said)
  const rows = steps.map((step, i): WalkRow => {
    const failed = step.reply === null || isNoReply(step.reply.status) || !['NOERROR', 'NXDOMAIN'].includes(step.reply.status)
    return {
      key: `${step.zone} ${step.serverName} ${step.address ?? ''} ${i}`, zone: '', server: inert(step.serverName.replace(/(?<=.)\.$/, ''), 255), address: step.address === null ? null : inert(step.address, 64), atMs, ms: timeOf(step.reply), words: wordsOf(step),
      tone: step.refused !== null ? 'dim' : failed ? 'crit' : usual !== null && saidBy(step) !== usual ? 'warn' : 'plain',
    }
  })
  const last = steps.every(({ child }) => child === null)
  const shown = rows.filter((row, i) => last || rows.slice(0, i).filter((one) => one.words === row.words).length < ALIKE_SHOWN)
  const [head] = shown
  return { zone: dotted(steps[0]?.zone ?? ''), rows: head === undefined ? [] : [{ ...head, zone: dotted(steps[0]?.zone ?? '') }, ...shown.slice(1)], more: rows.filter((row) => !shown.includes(row)) }
}

const saidBy = (step: DelegationView): string => (step.child === null ? (step.reply === null ? '' : answersIn(step.reply).join('\n')) : [step.child.zone, ...step.child.ns.map((one) => one.toLowerCase()).sort()].join('\n'))

/** The newer of two equally frequent ones is not known, so none is the usual. */
function mostFrequent(said: readonly string[]): string | null {
  const counts = new Map<string, number>()
  for (const one of said) counts.set(one, (counts.get(one) ?? 0) + 1)
  const [first, second] = [...counts].sort((a, b) => b[1] - a[1])
  return first === undefined || first[1] === second?.[1] ? null : first[0]
}

function answersIn(reply: DnsReply): string[] {
  const type = reply.answers.find((one) => one.type !== 'CNAME')?.type ?? 'CNAME'
  const words = answerWords(reply, type)
  return reply.answers.length === 0 ? words : words.map((word) => `${type} ${word}`)
}

const NAMED = 2

function wordsOf({ refused, reply, child }: DelegationView): string {
  if (refused !== null) return `not asked: ${inert(refused, 200)}`
  if (reply === null) return 'not asked'
  if (child !== null) {
    const under = `.${child.zone.replace(/\.$/, '')}`.toLowerCase()
    const names = child.ns.map((one) => one.replace(/\.$/, '')).map((one) => inert(one.toLowerCase().endsWith(under) ? one.slice(0, -under.length) : one, 255))
    return names.length > NAMED || names.length === 0 ? `NS for ${dotted(child.zone)}` : `NS ${names.join(', ')}`
  }
  if (isNoReply(reply.status)) return statusWord(reply.status)
  const [first = '', ...rest] = answersIn(reply)
  return rest.length === 0 ? first : `${first} +${rest.length}`
}

/** What it means that they agree, or do not. */
function noteOf(steps: readonly DelegationView[]): string {
  const asked = steps.filter(({ refused, reply }) => refused === null && reply !== null)
  const said = asked.filter(({ reply, child }) => child === null && reply !== null && !isNoReply(reply.status))
  if (said.length === 0) return asked.length === 0 ? '' : 'The walk ended before a server answered the question itself.'
  const zone = dotted(said[0]?.zone ?? '')
  const silent = asked.length - said.length
  const rest = silent === 0 ? '' : ` ${silent} of ${asked.length} did not answer: whoever asks ${silent === 1 ? 'it' : 'one of them'} waits and asks the next.`
  if (said.length === 1) return `One name server of ${zone} answered.${rest}`
  if (new Set(said.map(saidBy)).size === 1) return `All ${said.length} name servers of ${zone} that answered say the same.${rest}`
  const kept = Math.max(0, ...said.flatMap(({ reply }) => reply?.answers.flatMap(({ ttl }) => ttl ?? []) ?? []))
  return `The name servers of ${zone} do not agree, and a resolver may ask any of them. Whatever it gets it keeps${kept > 0 ? ` for up to ${formatSpan(1000 * kept).replaceAll(NBSP, ' ')}` : ''}. Large resolvers keep many caches, so their answer can flip between two queries.${rest}`
}

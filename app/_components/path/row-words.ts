/** What a row of the hop table says in words: tags, the loss cell, and the sentences shown once it is chosen. Pure. */
import { NBSP, UNKNOWN, formatCount, formatFixed, lossText } from '#lib/format/number.ts'
import { formatDuration, type Clock } from '#lib/format/time.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import type { PathRow } from './path-rows.ts'

export interface RowTag { text: string; tone: 'neutral' | 'warn'; tip: string }

/** A share from above, as a bound: `0.6 %`, never less than it is. */
export const atMost = (share: number): string => `${formatFixed(Math.ceil(share * 1000 - 1e-9) / 10, 1)}${NBSP}%`

export function rowTags(row: PathRow): RowTag[] {
  const tags: RowTag[] = []
  const { verdict } = row
  if (verdict?.kind === 'cosmetic') tags.push({ text: 'rate limits ICMP, not loss', tone: 'neutral', tip: cosmeticWords(row) })
  if (row.kind === 'hop' && row.host === null && verdict?.kind !== 'waiting' && row.passed) tags.push({ text: 'silent router', tone: 'neutral', tip: SILENT })
  if (row.again !== null) tags.push({ text: 'again', tone: 'warn', tip: `The same address already answers at hop ${row.again}. Packets that pass a router twice are going in a circle, unless two routers share the address.` })
  for (const { text, count } of row.flags) tags.push({ text, tone: 'warn', tip: `${formatCount(count)} ${count === 1 ? 'answer' : 'answers'} of this kind instead of "time exceeded".` })
  return tags
}

const SILENT = 'It answers no probe and forwards them all the same: later hops answer. Nothing can be said about its loss.'

function cosmeticWords({ ttl, verdict }: PathRow): string {
  if (!verdict) return ''
  const { witnessTtl, trueLossAtMost } = verdict
  if (trueLossAtMost === null) return ''
  const bound = `The true loss up to here is at most ${atMost(trueLossAtMost)}`
  return witnessTtl === null || witnessTtl === ttl ? `${bound}.` : `${bound}: hop ${witnessTtl}, behind hop ${ttl}, answered more. A router limits how often it answers, and forwards the rest.`
}

export interface LossCell {
  /** `3.2`; null where only counts say it. */
  percent: string | null
  counts: string
  look: 'plain' | 'real' | 'struck' | 'unknown'
  /** For those who cannot see how it is drawn. */
  spoken: string
}

/** Null: nothing to say on this row. Below 20 probes only the counts. */
export function lossCell(row: PathRow): LossCell | null {
  const { verdict, figures: { lost, judged } } = row
  if (row.kind === 'share') return null
  // A hop that never answered says nothing about loss. One that did, and does not now, loses all.
  if (judged === 0 || row.host === null) return { percent: null, counts: UNKNOWN, look: 'unknown', spoken: 'not known' }
  const { percent, counts } = lossText(lost, judged)
  const look = verdict?.kind === 'real' || (verdict?.kind === 'silent' && row.isTarget) ? 'real' : verdict?.kind === 'cosmetic' ? 'struck' : 'plain'
  return { percent, counts, look, spoken: look === 'struck' ? `${counts} unanswered, not loss` : `${counts} lost` }
}

/** Why the row looks as it does, for the chosen row. */
export function rowDetail(row: PathRow, view: PathView, clock: Clock): string[] {
  const { verdict, figures, host } = row
  const out: string[] = []
  if (verdict) out.push(verdictWords(row))
  if (host === null && row.passed) out.push(SILENT)
  if (figures.late > 0) out.push(`${formatCount(figures.late)} answered after ${formatDuration(view.timeoutMs)}: late, not lost.`)
  if (figures.awaited > 0) out.push(`${formatCount(figures.awaited)} not answered yet.`)
  if (host && (host.name !== null || host.as !== null)) out.push(`${host.name === null ? host.address : `${host.name} is ${host.address}`}${host.as === null ? '' : `, of ${host.as}${host.asName === null ? '' : ` (${host.asName})`}`}.`)
  if (row.ways > 1 && row.kind === 'hop') out.push(`${row.ways} routers answer at this hop: the path is spread over them. Loss counts for the hop as a whole, as nobody knows who dropped a probe.`)
  for (const tag of rowTags(row)) if (tag.tone === 'warn') out.push(`${tag.text}: ${tag.tip}`)
  const hop = view.hops[row.ttl - view.firstTtl]
  const labels = hop?.responders.find((one) => one.address === host?.address)?.labels ?? []
  if (labels.length > 0) out.push(`MPLS ${labels.map(({ label, tc, ttl }) => `label ${label}, class ${tc}, ttl ${ttl}`).join('; ')}.`)
  if (row.untilMs !== null) out.push(`${host?.address ?? 'Another router'} answered here until ${clock.hms(row.untilMs)}.`)
  return out.filter((line) => line !== '')
}

function verdictWords(row: PathRow): string {
  const { verdict, figures: { lost, judged } } = row
  const counts = lossText(lost, judged).counts
  switch (verdict?.kind) {
    case 'real': return `${counts} lost${row.isTarget ? ' on the way to the target and back' : ', and the hops behind it lose as well'}: this loss is real, between ${formatFixed(100 * verdict.low, 1)} and ${atMost(verdict.high)} with 95${NBSP}% confidence.`
    case 'cosmetic': return `${counts} unanswered. ${cosmeticWords(row)}`
    case 'none': return `None of ${formatCount(judged)} lost: the true loss is at most ${atMost(verdict.high)} with 95${NBSP}% confidence.`
    case 'few': return `${counts} unanswered: too few to say whether this is loss, or nothing behind it answers that could tell.`
    case 'silent': return row.host === null ? '' : `None of ${formatCount(judged)} answered in this stretch of time; it did before.`
    case 'waiting': return 'No probe has been judged yet.'
    default: return ''
  }
}

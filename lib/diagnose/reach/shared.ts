/** What rules of reach share: which addresses are open, which are not and since when, and how they are named. */
import { formatMs } from '#lib/format/number.ts'
import type { ConnectState } from '#lib/tools/reach/events.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import { shown, shownTo } from '../dns/words.ts'
import type { Evidence, Finding } from '../finding.ts'
import type { ReachFacts } from '../rule.ts'
import { plural, runStartMs, spanSince } from '../shared.ts'

/** A closed port answers: one refusal is proof, unless the port was open before. Silence and errors are judged from the second on. */
const PROOF = 1
const SILENT_MIN = 2
/** After a port was open, only this many failures in a row are more than a moment of loss. */
const AFTER_OPEN_MIN = 3

export type Tried = ReachAddress & { last: NonNullable<ReachAddress['last']> }

/** The addresses that a connection was tried to. */
export const tried = ({ reach }: ReachFacts): readonly Tried[] => reach.addresses.filter((one): one is Tried => one.last !== null)

export const isOpen = ({ last }: Tried): boolean => last.state === 'open'

/** It does not accept connections, beyond doubt. */
export function isShut({ reach, run }: ReachFacts, one: Tried): boolean {
  if (isOpen(one)) return false
  if (one.counts.open > 0) return one.inARow >= AFTER_OPEN_MIN
  const failed = one.counts.sent
  return failed >= (one.last.state === 'refused' ? PROOF : SILENT_MIN) || (run.endedAtMs !== null || reach.ended)
}

/** None is open, and the chosen one is shut: then the whole port is. What says most stands for it: a refusal, then an error, then silence. */
export function mainShut(facts: ReachFacts): Tried | null {
  const all = tried(facts)
  const waiting = all.length < facts.reach.addresses.length && facts.run.endedAtMs === null
  if (all.length === 0 || waiting || all.some((one) => !isShut(facts, one))) return null
  const rank = (state: ConnectState): number => (['refused', 'unreachable', 'timeout', 'error', 'denied', 'open'] as const).indexOf(state)
  // Of equals, the pinned one, which comes first.
  return all.reduce((best, one) => (rank(one.last.state) < rank(best.last.state) ? one : best))
}

/** `www.example.com (203.0.113.9)`; the address alone where there is no name. */
export const hostAt = ({ run }: ReachFacts, address: string): string => (run.target.host === address ? address : `${run.target.host} (${address})`)

/** Rules of reach are about a host and port, whichever run tried them: a later run goes on with the same finding. */
export function base(facts: ReachFacts, sinceMs: number, detail = ''): Pick<Finding, 'subject' | 'sinceMs' | 'span'> {
  const since = Number.isFinite(sinceMs) ? sinceMs : runStartMs(facts)
  return { subject: `${facts.run.target.host}:${facts.reach.port}${detail === '' ? '' : `/${detail}`}`, sinceMs: since, span: spanSince(facts, since) }
}

const WORDS: Readonly<Record<ConnectState, string>> = { open: 'open', refused: 'refused', timeout: 'no answer', unreachable: 'unreachable', denied: 'not sent', error: 'failed' }

/** `203.0.113.9` | `refused`, 12 of 12 connections. */
export function stateRow(one: Tried): Evidence {
  const { state, ms, code } = one.last
  const value = `${WORDS[state]}${(state === 'open' || state === 'refused') && ms !== null ? `, ${formatMs(ms)}` : ''}`
  return { label: one.address, value, detail: `${one.counts[state]} of ${plural(one.counts.sent, 'connection')}${code === null || state === 'open' ? '' : `, ${shownTo(code, 32)}`}` }
}

/** At most four, those given first. */
export const stateRows = (all: readonly Tried[]): Evidence[] => all.slice(0, 4).map(stateRow)

/** Who answered, as the TCP traceroute shows it. */
export function blameRow({ blame }: Tried): Evidence[] {
  if (!blame) return []
  const how = { 'syn-ack': 'SYN-ACK', rst: 'RST', icmp: `ICMP ${blame.icmp ?? 'error'}`, silence: 'silence', local: 'the vantage itself', unknown: 'unknown' }[blame.how]
  return [{ label: 'Said by', value: blame.by === null ? 'nobody' : shown(blame.by), detail: shown(how), definition: 'Who answered a TCP traceroute that reaches as far as the target.' }]
}


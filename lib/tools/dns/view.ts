/** What a names run folds into. Accessors only: the fold owns the writing (fold.ts). Every list is bounded. */
import type { EventOf } from '#lib/protocol/events.ts'
import type { DnsPurpose, DnsRole } from './events.ts'
import type { DnsReply } from './reply.ts'

/** A stretch of time over which a server kept giving one answer. */
export interface AnswerSpan {
  sinceMs: number
  /** Last time that it was given. */
  untilMs: number
  /** Answers with the same key say the same: see `answerKey`. */
  key: string
}

export interface DnsCell {
  type: string
  /** The newest reply, and where it stands. */
  reply: DnsReply
  line: number
  atMs: number
  round: number
  /** Identity of what it says: status and the set of values of the asked type (and of CNAMEs on the way), without order and TTL. */
  key: string
  /** Times asked, and how many of these got no reply at all. */
  asked: number
  noReply: number
  /** Replies of the last rounds that got the same status as the newest, counted back from it. */
  inARow: number
  /** Oldest first. */
  spans: readonly AnswerSpan[]
}

/** Time of one question, for the answer-time chart. */
export interface AnswerTime { atMs: number; ms: number; /** First of its type at this server: most likely not cached. */ first: boolean }

export interface DnsServerView {
  server: string
  address: string
  port: number
  role: DnsRole
  name: string | null
  from: string
  refused: string | null
  /** By type, in the order of the question. */
  cells: ReadonlyMap<string, DnsCell>
  times: readonly AnswerTime[]
  /** Median of `times` without the firsts (type 7); NaN while there is none. */
  medianMs: number
  /** Serial of the zone as this server has it; null while not known. */
  serial: string | null
}

export interface OsView extends Omit<EventOf<'dns.os'>, 'kind' | 'runId' | 'seq'> {
  key: string
  spans: readonly AnswerSpan[]
}

export type PortView = Omit<EventOf<'dns.port'>, 'kind' | 'runId' | 'seq'>
export type DelegationView = Omit<EventOf<'dns.delegation'>, 'kind' | 'runId' | 'seq'>
export type AsideView = { purpose: DnsPurpose; server: string; name: string; type: string; reply: DnsReply; line: number; atMs: number; round: number }

export interface DnsView {
  /** Asked for; '' before the run began. */
  name: string
  types: readonly string[]
  setup: Omit<EventOf<'dns.setup'>, 'kind' | 'runId' | 'seq'> | null
  /** own, upstream, chosen, public, authorities; within these in the order they were told. */
  servers: readonly DnsServerView[]
  os: OsView | null
  /** One per address, newest state. */
  ports: readonly PortView[]
  /** From the root down, in order. Newest walk only. */
  walk: readonly DelegationView[]
  /** Newest of every other question, by purpose, server, name and type. */
  asides: readonly AsideView[]
  /** Rounds that are over; when the last ended; when the next begins (null: none). */
  rounds: number
  roundAtMs: number | null
  nextAtMs: number | null
  counts: { asked: number; answered: number; noReply: number }
  fatal: { error: string; text: string; atMs: number } | null
  ended: boolean
  /** Raised whenever a fact that a rule could read changed. */
  revision: number
}

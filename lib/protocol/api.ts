/** What the HTTP API and the socket acknowledgements carry: plain data shapes shared by server and page. */
import type { Role, ShareScope } from './access.ts'
import type { ToolId } from './events.ts'
import type { RunId, SessionId, ShareId, UserId } from './ids.ts'
import type { Problem } from './result.ts'
import type { AddressVerdict, ParsedTarget, PinnedTarget } from './target.ts'
import type { ToolStatus } from './vantage.ts'

export interface Me { userId: UserId; name: string; display: string; role: Role }

/** Handed to every page by the server, so that the first paint knows who is looking. */
export interface PageBoot {
  me: Me | null
  /** Set when the cookie is that of a share link. */
  share: { shareId: ShareId; sessionId: SessionId; scope: ShareScope; expiresAtMs: number; by: string } | null
  setupNeeded: boolean
  vantage: { name: string; online: boolean }
  version: string
  nonce: string
  /** The server's clock when the page was made. */
  nowMs: number
}

/** One proposed run on the start page. */
export interface ProposedRun {
  tool: ToolId
  label: string
  options: Record<string, unknown>
  /** The exact command as it will run, argv[0] as the vantage finds it. */
  command: string[]
  bound: string
  status: ToolStatus
}

/** Answer to "what would happen if I pressed Enter?". Never starts anything, never sends a probe. */
export interface Inspection {
  input: string
  parsed: ParsedTarget | null
  /** Each address the name resolves to with policy's word on it. */
  verdicts: AddressVerdict[]
  /** Set when everything is allowed: what would be pinned. */
  target: PinnedTarget | null
  runs: ProposedRun[]
  problem: Problem | null
}

export type Severity = 'crit' | 'warn' | 'info' | 'ok'

/** A row of the sessions list. */
export interface SessionSummary {
  sessionId: SessionId
  title: string
  target: string
  vantage: string
  by: string
  ownerId: UserId | null
  visibility: 'team' | 'private'
  createdAtMs: number
  /** Null while a run is live. */
  endedAtMs: number | null
  live: boolean
  /** The session reads "interrupted" when its last run was. */
  interrupted: boolean
  lastSeq: number
  worst: { severity: Severity; title: string } | null
  /** At most 60 buckets over the whole session: median ms (null = no reply) and lost count. */
  spark: { medianMs: (number | null)[]; lost: number[] }
  bytes: number
}

export interface ShareSummary {
  shareId: ShareId
  sessionId: SessionId
  title: string
  by: string
  scope: ShareScope
  createdAtMs: number
  expiresAtMs: number
  revokedAtMs: number | null
  opens: number
  openNow: number
  lastOpenedAtMs: number | null
  lastAddress: string | null
}

export interface UserSummary {
  userId: UserId
  name: string
  display: string
  role: Role
  disabled: boolean
  createdAtMs: number
  lastSeenAtMs: number | null
}

export interface TokenSummary { tokenId: string; name: string; prefix: string; scopes: string[]; createdAtMs: number; expiresAtMs: number; lastUsedAtMs: number | null }

export interface PolicySummary {
  policyId: string
  source: string
  rules: { number: number; effect: 'allow' | 'refuse'; what: string; reason: string }[]
  limits: { name: string; value: string }[]
}

/** Everyone looking at a session right now. Guests count as people, without names. */
export interface Presence { people: { display: string; initials: string }[]; guests: number }

export interface RunRef { sessionId: SessionId; runId: RunId }

/** One page of a transcript: lines as the tool printed them (decoded, controls still in), with when they were read. */
export interface TranscriptPage {
  fromLine: number
  lines: { line: number; atMs: number; text: string; cut?: true }[]
  totalLines: number
  totalBytes: number
}

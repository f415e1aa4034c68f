/** What the HTTP API and the socket acknowledgements carry: plain data shapes shared by server and page. */
import type { Role, ShareScope } from './access.ts'
import type { FindingRecord, FineCheck } from '#lib/diagnose/finding.ts'
import type { SessionEvent, ToolId } from './events.ts'
import type { RunId, SessionId, ShareId, UserId } from './ids.ts'
import type { Outcome } from './outcome.ts'
import type { Problem } from './result.ts'
import type { Pane } from '#lib/session/panes.ts'
import type { RunState } from '#lib/session/view.ts'
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
  /** On a session's page, for those who may see it: what the first paint shows. Absent otherwise, whatever the reason. */
  session?: SessionGlance
}

/** A session as its page first shows it, before the live view has been folded in the browser. Figures are of the whole run. */
export interface SessionGlance {
  sessionId: SessionId
  title: string
  target: string
  vantage: string
  live: boolean
  endedAtMs: number | null
  /** Time of the last event in it: "as of". */
  atMs: number
  /** Those that hold first, then by severity, then newest; at most six. */
  findings: FindingRecord[]
  /** How many findings there are besides. */
  moreFindings: number
  fine: FineCheck[]
  /** The view that it opens with. */
  home: Pane
  /** The newest run; null before there is one. Of names alone: `of` questions, `lost` without an answer. */
  run: { address: string; figures: RunFigures } | null
}

/** The readout of a run. Null: not known (no reply yet, or too few). */
export interface RunFigures {
  p50Ms: number | null
  p90Ms: number | null
  p99Ms: number | null
  /** Mean absolute difference of consecutive replies. */
  jitterMs: number | null
  /** Lost of those whose fate is known. */
  lost: number
  of: number
  /** TTL of the newest reply, and the different one before it. */
  ttl: number | null
  wasTtl: number | null
  /** TTL at which the target answered the newest path run to the same address, and routers before it; null: not known. */
  targetTtl: number | null
  outRouters: number | null
  /** There is such a path run. */
  traced: boolean
}

/** One proposed run on the start page. */
export interface ProposedRun {
  tool: ToolId
  label: string
  options: Record<string, unknown>
  /** The exact command as it will run, argv[0] as the vantage finds it; of a run of several programs the first. Empty where there is no address to put into it. */
  command: string[]
  bound: string
  status: ToolStatus
  /** Part of a start unless the person says otherwise; never so while the tool is not ready or cannot do it. */
  ticked: boolean
  /** Why this tool cannot probe this target with these options, and what to do instead; null when it can. */
  cannot: string | null
}

/** A live run towards the same address from this vantage: somebody may join it instead of probing twice. */
export interface AlsoProbing {
  /** Null, as are title, who and since when, where the asking person may not see that session: then only the tool is told. */
  sessionId: SessionId | null
  title: string | null
  by: string | null
  tool: ToolId
  label: string
  /** One of the runs of this inspection is exactly this one. */
  sameOptions: boolean
  /** When it was started; epoch ms. */
  sinceMs: number | null
}

/** Answer to "what would happen if I pressed Enter?". Never starts anything, never sends a probe. */
export interface Inspection {
  input: string
  parsed: ParsedTarget | null
  /** Each address the name resolves to with policy's word on it. */
  verdicts: AddressVerdict[]
  /** Set when everything is allowed: what would be pinned. Of a name without an address that some of the runs can ask about: with `unresolved`. */
  target: PinnedTarget | null
  runs: ProposedRun[]
  /** Why nothing of it can be started; null: a run with `cannot: null` can. */
  problem: Problem | null
  /** Beside a start that is possible: why only some of the tools can (the name has no address). Its sentence is the `cannot` of the others. */
  notice: Problem | null
  /** Oldest first, those that can be joined before the others; at most 16. */
  alsoProbing: AlsoProbing[]
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
  /**
   * At most 60 buckets over the whole session: median ms (null = none known) and lost count. Round trips of pings, else of a path's target, else of
   * TCP connections; where there is none of these, times of answers of name servers and questions without an answer.
   */
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

/** One signed-in browser, as listed to its owner. */
export interface SignInSummary {
  signInId: string
  address: string
  /** The browser's own words. */
  agent: string
  createdAtMs: number
  lastSeenAtMs: number
  expiresAtMs: number
  /** The one that asks. */
  current: boolean
}

export interface PolicySummary {
  policyId: string
  source: string
  rules: { number: number; effect: 'allow' | 'refuse'; what: string; reason: string }[]
  limits: { name: string; value: string }[]
}

/** Everyone looking at a session right now. Guests count as people, without names; to a guest everyone is one of them. */
export interface Presence { people: { display: string; initials: string }[]; guests: number }

export interface RunRef { sessionId: SessionId; runId: RunId }

/** One page of a transcript: lines as the tool printed them (decoded, controls still in), with when they were read. */
export interface TranscriptPage {
  fromLine: number
  lines: { line: number; atMs: number; text: string; cut?: true }[]
  totalLines: number
  totalBytes: number
}

/** Answer to a start: the session (new or given) and its new runs, in the order they were asked for. */
export interface Started { sessionId: SessionId; runIds: RunId[] }

/** One page of the log. `headSeq` is the last committed seq; ask again with `after = last seq received` until you have it. */
/** `packed`: base64 of packed batches (`codec.ts`) in place of `events`, if they were asked for; the first may begin with events before. */
export interface EventsPage { events: SessionEvent[]; headSeq: number; packed?: string[] }

/** What the findings rail shows, as of `seq`. */
export interface FindingsPage { seq: number; atMs: number; findings: FindingRecord[]; fine: FineCheck[] }

/** One session with its runs, without their measurements (those are events). */
export interface SessionDetail {
  session: SessionSummary
  runs: { runId: RunId; tool: ToolId; target: PinnedTarget; state: RunState; argv: readonly string[]; by: string; queuedAtMs: number; endedAtMs: number | null; outcome: Outcome | null }[]
}

/** Answer to creating a share: the link is shown once; the secret is not kept. */
export interface CreatedShare { share: ShareSummary; link: string }

/** Answer to redeeming a link; the cookie that goes with it shows this session only. */
export interface RedeemedShare { shareId: ShareId; sessionId: SessionId; scope: ShareScope; expiresAtMs: number; by: string }

/** Answer to creating a token: shown once. */
export interface CreatedToken { token: TokenSummary; secret: string }

/** One entry of the audit log as an admin reads it; further fields depend on `action`. `n` from 1 without gaps. */
export interface AuditLine { n: number; at: string; action: string; by: { userId: string | null; name: string | null; address: string | null } | null; [field: string]: unknown }

/** The audit log as callers see it: a closed set of entries, and a writer that says when it cannot write. */
import type { Result } from '#lib/protocol/result.ts'

/** Who did it, as far as known, and from where. */
export interface AuditBy { userId: string | null; name: string | null; address: string | null; via?: 'cookie' | 'token' | 'share' }

/** What happened. Only these fields are written; never put a secret in one. */
export type AuditFact =
  | { action: 'sign-in' }
  | { action: 'sign-in-failed'; account: string; reason: string }
  | { action: 'setup'; account: string }
  | { action: 'sign-out'; webSessionId: string | null }
  | { action: 'password'; account: string }
  | { action: 'role'; account: string; role: string }
  | { action: 'user-create'; account: string; role: string }
  | { action: 'user-edit'; account: string; changed: readonly string[] }
  | { action: 'run-start'; sessionId: string; runId: string; tool: string; target: string; pinned: string; argv: readonly string[]; policyId?: string }
  | { action: 'run-refused'; tool: string; target: string; rule: string; code: string }
  | { action: 'run-stop'; sessionId: string; runId: string }
  | { action: 'share-create'; sessionId: string; shareId: string; scope: string; expiresAtMs: number }
  | { action: 'share-open'; sessionId: string; shareId: string }
  | { action: 'share-open-failed'; sessionId: string }
  | { action: 'share-revoke'; sessionId: string; shareId: string }
  | { action: 'token-create'; tokenId: string; scopes: readonly string[]; expiresAtMs: number }
  | { action: 'token-revoke'; tokenId: string }
  | { action: 'export'; sessionId: string; format: string }
  | { action: 'session-delete'; sessionId: string }
  | { action: 'config'; setting: string; value: string }

export type AuditAction = AuditFact['action']
export type AuditEntry = { by: AuditBy } & AuditFact

/** An entry as read back. `n` from 1 without gaps; `note` entries are the log's own. */
export interface AuditRecord {
  n: number
  at: string
  action: AuditAction | 'note'
  by: AuditBy | null
  [field: string]: unknown
}

/** Why an entry could not be kept; callers answer `audit-unavailable` and start nothing (S51). */
export class AuditUnavailable extends Error {}

export interface Audit {
  /** Resolves once the entry is on disk (fdatasync). Rejects with AuditUnavailable. */
  write(entry: AuditEntry): Promise<void>
  /** False after a failed write, until one succeeds. */
  available(): boolean
  /** Reads every file and checks the chain; the problem names file and line. */
  verify(): Promise<Result<{ entries: number }>>
  /** The newest `n` entries (1000 at most), oldest first. */
  tail(n: number): Promise<AuditRecord[]>
  close(): Promise<void>
}

/** The access services as the rest of web sees them: accounts, credentials, shares, who is calling, and what ended. */
import type { DatabaseSync } from 'node:sqlite'
import type { Me, ShareSummary, TokenSummary, UserSummary } from '#lib/protocol/api.ts'
import type { Principal, Role, ShareScope } from '#lib/protocol/access.ts'
import type { SessionId, ShareId, UserId } from '#lib/protocol/ids.ts'
import type { Result } from '#lib/protocol/result.ts'

/** Time as the services see it; injected, so that tests own it. */
export interface Clock {
  /** Wall clock, ms since the epoch; may step either way. */
  nowMs(): number
  /** Milliseconds that only ever grow, from any origin. */
  monotonicMs(): number
}

/** Calls `work` every `everyMs` until the returned function is called. */
export type Ticker = (everyMs: number, work: () => void) => () => void

/** The open access.db. `transaction` commits what `work` did, or rolls all of it back when it throws. */
export interface AccessDb {
  sql: DatabaseSync
  path: string
  transaction<T>(work: () => T): T
  close(): void
}

/** Turns passwords into stored strings and back-checks them; bounded work, so a full queue answers `rate-limited`. */
export interface Hasher {
  hash(password: string): Promise<Result<string>>
  /** `stored` null (no such account) costs the same work and never matches. `weak`: hash again with today's parameters. */
  verify(password: string, stored: string | null): Promise<Result<{ match: boolean; weak: boolean }>>
}

/** Words of `access:ended`; a password change or a disabled account is `revoked`. */
export type EndReason = 'signed-out' | 'revoked' | 'expired' | 'role-changed'

/** What stopped being good, one field set. Close every socket that came with it. */
export interface Ended {
  /** Everything this person holds: all their sockets, whatever the credential (their API tokens may still be good afterwards). */
  userId?: UserId
  webSessionId?: string
  tokenId?: string
  shareId?: ShareId
  reason: EndReason
}

/** Tells the gateway what ended. Listeners are called synchronously, after the database has committed. */
export interface AccessEvents {
  onRevoked(listener: (what: Ended) => void): () => void
  fire(what: Ended): void
}

/** The one-time setup token for the log line; `path` is the file that holds it too. */
export interface SetupToken { token: string; expiresAtMs: number; path: string }

export interface NewAccount { name: string; display: string; role: Role; password: string }
export interface AccountChange { userId: UserId; display?: string; role?: Role; disabled?: boolean; password?: string }

/** Accounts. No method writes audit: the caller knows who asked and from where, and writes the entry. */
export interface Accounts {
  /** True until the first account exists; every route but setup answers 503 `setup-needed` until then (S14). */
  setupNeeded(): boolean
  /** A new setup token and its mode-0600 file if there is none that is good; null if there is, or an account exists. Log what it answers. */
  renewSetupToken(): SetupToken | null
  /** Atomic. Fails with `not-allowed` (wrong or expired token), `conflict` (done already, or under way), `rate-limited`. */
  createFirstAdmin(request: { token: string; name: string; display: string; password: string }): Promise<Result<Me>>
  /** Sign-in. Fails with `not-signed-in` (same answer and work for unknown name and wrong password) or `rate-limited`. */
  verify(name: string, password: string, address: string): Promise<Result<Me>>
  get(userId: UserId): UserSummary | null
  list(): UserSummary[]
  /** Fails with `conflict` when the name is taken. */
  create(account: NewAccount): Promise<Result<UserSummary>>
  /** Fails with `not-found`, or `conflict` when no enabled admin would be left. Role, disabled and password end all of the person's sessions (S18). */
  edit(change: AccountChange): Promise<Result<UserSummary>>
  /** Ends every session and API token of the person but `keepWebSessionId` (give it a new value with `rotate` afterwards). */
  changePassword(request: { userId: UserId; current: string; next: string; keepWebSessionId?: string }): Promise<Result<null>>
  /** Notes that the person was here; written at most once a minute. */
  seen(userId: UserId): void
}

/** One signed-in browser, as listed to its owner. */
export interface WebSessionSummary { id: string; address: string; agent: string; createdAtMs: number; lastSeenAtMs: number; expiresAtMs: number }
export interface WebSession { userId: UserId; sessionRecordId: string; createdAtMs: number; expiresAtMs: number }

/** Signed-in browsers: 256-bit value stored as SHA-256, idle 12 h, absolute 7 d (S17). */
export interface WebSessions {
  create(userId: UserId, from: { address: string; agent: string }): { cookieValue: string; id: string }
  /** The live record, or null. Counts as activity. */
  find(cookieValue: string): WebSession | null
  /** New value for the same record; the old one is dead at once. Null if the old one is not good. */
  rotate(cookieValue: string): { cookieValue: string; id: string } | null
  /** `userId`: only if the session is that person's. False when there was none. */
  revoke(id: string, reason: EndReason, userId?: UserId): boolean
  revokeAllOf(userId: UserId, options?: { exceptId?: string; reason?: EndReason }): number
  list(userId: UserId): WebSessionSummary[]
}

export type TokenScope = 'read' | 'run' | 'share'

/** API tokens `hsa_…` of a person: stored hashed, scoped, expiring, shown once (S23). */
export interface Tokens {
  /** The secret is in the answer and nowhere else. Fails with `conflict` beyond 50 tokens. */
  create(request: { userId: UserId; name: string; scopes: readonly TokenScope[]; expiresInS: number }): Result<{ token: TokenSummary; secret: string }>
  find(secret: string): { userId: UserId; tokenId: string; scopes: readonly TokenScope[] } | null
  list(userId: UserId): TokenSummary[]
  /** Fails with `not-found` when it is not that person's. */
  revoke(userId: UserId, tokenId: string): Result<null>
  revokeAllOf(userId: UserId): number
}

export interface NewShare { sessionId: SessionId; title: string; by: { userId: UserId; display: string }; scope: ShareScope; expiresInS: number }
/** A share as it stands this moment. */
export interface LiveShare { shareId: ShareId; sessionId: SessionId; scope: ShareScope; expiresAtMs: number; by: string; byUserId: UserId }

/** Share links `/s/<session>#hss_…`: read-only, expiring, revocable, re-read on every use (S45-S49). */
export interface Shares {
  /** Fails with `invalid` when `expiresInS` is above the admin's maximum. The secret is in the answer and nowhere else. */
  create(share: NewShare): Result<{ share: ShareSummary; secret: string }>
  /** Same `not-found` for absent, wrong, expired and revoked; `rate-limited` after 20 failures of an address in a minute. */
  redeem(request: { sessionId: string; secret: string; address: string }): Result<{ cookieValue: string; shareId: ShareId; share: LiveShare }>
  /** The share that this cookie value opens, or null. */
  find(shareId: string, cookieValue: string): LiveShare | null
  /** The share by id if it is neither expired nor revoked. */
  live(shareId: ShareId): LiveShare | null
  /** Who made it, whatever its state; null if there is none. */
  get(shareId: ShareId): (ShareSummary & { byUserId: UserId }) | null
  /** False when it was not live. */
  revoke(shareId: ShareId): boolean
  /** Every live share that this person made; their number. */
  revokeAllBy(userId: UserId): number
  /** All shares of a deleted session; also drops their records. */
  dropSession(sessionId: SessionId): number
  list(filter?: { sessionId?: SessionId; byUserId?: UserId }): ShareSummary[]
  retitle(sessionId: SessionId, title: string): void
  /** A viewer's socket came with this share; call the answer when it goes. Feeds `openNow`. */
  attach(shareId: ShareId): () => void
  /** 32 random bytes of this share, the key of its pseudonyms; null if it is not live. */
  redactionKey(shareId: ShareId): Uint8Array | null
}

/** What a request carries that says who it is. Header values as received. */
export interface Credentials {
  cookie: string | undefined
  authorization: string | undefined
  https: boolean
  /** The caller asks to be nobody but the holder of their share links: a preview of what a guest sees. */
  asGuest?: boolean
}

/** Who is calling. With an `Authorization` header cookies are not looked at (that is what makes a missing Origin harmless). */
export interface Resolved {
  /** The first of `principals`, or nobody. */
  principal: Principal
  /** The person first, then every share whose cookie is good; the guard takes the first that may. */
  principals: readonly Principal[]
  /** How it was proven; `bearer` also for a bad token. */
  via: 'bearer' | 'cookie' | 'none'
}

/** Reads the live records on every call; nothing is cached (S19). */
export interface Principals { resolve(credentials: Credentials): Resolved }

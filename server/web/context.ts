/** Every part of web, built once in main.ts and handed on. Nothing else in web has state of its own. */
import type { Policy } from '#lib/policy/policy.ts'
import type { Config } from '../config.ts'
import type { Vantage } from '../link/vantage.ts'
import type { AccessEvents, Accounts, Clock, Principals, Shares, Tokens, WebSessions } from './access/types.ts'
import type { Audit } from './audit/types.ts'
import type { GuestViews } from './guest-views.ts'
import type { Limits } from './limits/limits.ts'
import type { Log } from './log.ts'
import type { RunControl } from './runs/control.ts'
import type { SessionStore } from './sessions/types.ts'
import type { Signal } from './signal.ts'

export interface Web {
  /** `port` is the one really listened on once the server is up. */
  config: Config
  version: string
  clock: Clock
  log: Log
  /** 96 random bits as base64url: session and run ids. */
  newId(): string
  policy: Policy
  store: SessionStore
  vantage: Vantage
  runs: RunControl
  accounts: Accounts
  webSessions: WebSessions
  tokens: Tokens
  shares: Shares
  principals: Principals
  accessEvents: AccessEvents
  /** A browser got a new cookie for the same sign-in: its record's id. */
  rotations: Signal<string>
  audit: Audit
  limits: Limits
  guestViews: GuestViews
}

/** Opens access.db and builds every access service over it: the one call that web's composition root makes. */
import type { Config } from '../../config.ts'
import { createWindow } from '../limits/window.ts'
import { createShares, SHARE_FAILURES } from '../shares/shares.ts'
import { createAccounts } from './accounts.ts'
import { createSteadyClock, systemBoot, systemClock, systemTicker, type Boot } from './clock.ts'
import { bestEffort, openAccessDb } from './db.ts'
import { createAccessEvents } from './events.ts'
import { createHasher } from './hasher.ts'
import { createPrincipals } from './principals.ts'
import { createSetupTokens } from './setup-token.ts'
import { createThrottle } from './throttle.ts'
import { createTokens } from './tokens.ts'
import type { AccessEvents, Accounts, Clock, Hasher, Principals, SetupToken, Shares, Ticker, Tokens, WebSessions } from './types.ts'
import { createUsers } from './users.ts'
import { createWebSessions } from './web-sessions.ts'

const SWEEP_EVERY_MS = 1000
const SAVE_CLOCK_EVERY_MS = 20_000

export interface AccessParts {
  config: Pick<Config, 'dataDir' | 'shareMaxS'>
  /** Called at start and whenever the old one expired, while no account exists: print it, once, to the log and nowhere else. */
  announceSetup: (token: SetupToken) => void
  clock?: Clock
  ticker?: Ticker
  boot?: Boot
  hasher?: Hasher
}

export interface Access {
  accounts: Accounts
  webSessions: WebSessions
  tokens: Tokens
  shares: Shares
  principals: Principals
  events: AccessEvents
  /** Stops the sweep and closes the database. */
  close(): void
}

/** Throws when the database cannot be opened (a start-up failure: print the message and exit). */
export function openAccess(parts: AccessParts): Access {
  const { config, clock = systemClock, ticker = systemTicker, boot = systemBoot(), hasher = createHasher() } = parts
  const db = openAccessDb(config.dataDir)
  const steady = createSteadyClock({ db, clock, boot })
  const events = createAccessEvents()
  const credentials = { db, clock: steady, events }
  const webSessions = createWebSessions(credentials)
  const tokens = createTokens(credentials)
  const shares = createShares({ ...credentials, failures: createWindow(SHARE_FAILURES, clock), shareMaxS: config.shareMaxS })
  const accounts = createAccounts({
    db, users: createUsers(db), clock: steady, hasher, throttle: createThrottle(clock), webSessions, tokens, events,
    setup: createSetupTokens({ dataDir: config.dataDir, clock: steady }),
    onDisabled: (userId) => shares.revokeAllBy(userId),
  })
  const renewSetup = (): void => {
    const token = accounts.renewSetupToken()
    if (token !== null) parts.announceSetup(token)
  }
  // Every second, not at the next expiry: a clock that is set forward must end what it passed within two seconds too (S18, S48).
  const stopSweep = ticker(SWEEP_EVERY_MS, () => {
    webSessions.expire()
    tokens.expire()
    shares.expire()
    bestEffort(renewSetup)
  })
  const stopSaving = ticker(SAVE_CLOCK_EVERY_MS, () => bestEffort(steady.save))
  renewSetup()
  return {
    accounts, webSessions, tokens, shares, events,
    principals: createPrincipals({ accounts, webSessions, tokens, shares }),
    close() {
      stopSweep()
      stopSaving()
      bestEffort(steady.save)
      db.close()
    },
  }
}

/** Accounts: first admin, sign-in, and changes that end what the person holds. */
import type { Me } from '#lib/protocol/api.ts'
import { fail, ok, type Problem, type Result } from '#lib/protocol/result.ts'
import { bestEffort } from './db.ts'
import { newUserId, tidyText } from './secrets.ts'
import type { SetupTokens } from './setup-token.ts'
import type { Throttle } from './throttle.ts'
import type { AccessDb, AccessEvents, AccountChange, Accounts, EndReason, Hasher, NewAccount, Tokens, WebSessions } from './types.ts'
import { toMe, toSummary, type UserRow, type Users } from './users.ts'

export interface AccountParts {
  db: AccessDb
  users: Users
  clock: { nowMs(): number }
  hasher: Hasher
  throttle: Throttle
  setup: SetupTokens
  webSessions: WebSessions
  tokens: Tokens
  events: AccessEvents
  /** An account was disabled: whatever else the person left open must end (their share links). */
  onDisabled: (userId: UserRow['userId']) => void
}

const SEEN_EVERY_MS = 60_000

const WRONG: Problem = { code: 'not-signed-in', message: 'Name or password is not right. Check both and try again.' }
const DISABLED: Problem = { code: 'not-allowed', message: 'This account is disabled. Ask an admin of this server to enable it.' }
const NO_USER: Problem = { code: 'not-found', message: 'There is no such account. It may have been made on another server.' }
const TAKEN: Problem = { code: 'conflict', message: 'An account with this name exists already. Choose another name.', field: 'name' }
const LAST_ADMIN: Problem = { code: 'conflict', message: 'This is the last enabled admin. Make another account admin first.' }
const CHANGED: Problem = { code: 'conflict', message: 'The account was changed while you were doing this. Sign in again and retry.' }
const SET_UP: Problem = { code: 'conflict', message: 'The first account exists already. Sign in instead.' }
const SETTING_UP: Problem = { code: 'conflict', message: 'Somebody is making the first account at this moment. Reload the page in a few seconds.' }
const BAD_TOKEN: Problem = {
  code: 'not-allowed', field: 'token',
  message: 'The setup token is not right or has expired. The newest one is in the server\'s log and in the file setup-token of its data folder.',
}

/** Builds the service; see `Accounts` for the promises. */
export function createAccounts(parts: AccountParts): Accounts {
  const { users, clock, setup } = parts
  let needed = users.count() === 0
  if (!needed) setup.consume()
  const setupNeeded = (): boolean => needed && (needed = users.count() === 0)
  return {
    setupNeeded,
    renewSetupToken: () => (setupNeeded() ? setup.renew() : null),
    createFirstAdmin: firstAdmin(parts, setupNeeded),
    verify: (name, password, address) => verify(parts, { name: name.trim().toLowerCase(), password, address }),
    get: (userId) => {
      const row = users.byId(userId)
      return row === null ? null : toSummary(row)
    },
    list: () => users.all().map(toSummary),
    create: (account) => create(parts, account),
    edit: (change) => edit(parts, change),
    changePassword: (request) => changePassword(parts, request),
    seen: (userId) => {
      const nowMs = clock.nowMs()
      if (nowMs - (users.byId(userId)?.lastSeenAtMs ?? 0) >= SEEN_EVERY_MS) bestEffort(() => users.setSeen(userId, nowMs))
    },
  }
}

/** One attempt at a time: a second one while the first still hashes is told so, and costs nothing. */
function firstAdmin(parts: AccountParts, setupNeeded: () => boolean): Accounts['createFirstAdmin'] {
  const { users, setup, hasher } = parts
  let underWay = false
  return async ({ token, name, display, password }) => {
    if (!setupNeeded()) return fail(SET_UP)
    if (!setup.matches(token)) return fail(BAD_TOKEN)
    if (underWay) return fail(SETTING_UP)
    underWay = true
    try {
      const hashed = await hasher.hash(password)
      if (!hashed.ok) return hashed
      const row = newRow({ name, display, role: 'admin', password: hashed.value }, parts.clock.nowMs())
      const made = parts.db.transaction(() => {
        if (users.count() > 0) return false
        users.insert(row)
        return true
      })
      setup.consume()
      return made ? ok(toMe(row)) : fail(SET_UP)
    } finally {
      underWay = false
    }
  }
}

const newRow = (account: NewAccount, nowMs: number): UserRow => ({
  userId: newUserId(), name: account.name, display: tidyText(account.display, 64) || account.name, role: account.role,
  disabled: false, createdAtMs: nowMs, lastSeenAtMs: null, password: account.password,
})

async function verify(parts: AccountParts, request: { name: string; password: string; address: string }): Promise<Result<Me>> {
  const { users, hasher } = parts
  const turn = await parts.throttle.turn(request.name, request.address)
  if (!turn.ok) return fail(tooMany(turn.retryAfterS))
  let done = turn.released
  try {
    const row = users.byName(request.name)
    const checked = await hasher.verify(request.password, row?.password ?? null)
    if (!checked.ok) return checked
    // Read again: the password or the account may have changed while the hash was worked out.
    const now = row === null ? null : users.byId(row.userId)
    if (!checked.value.match || now === null || now.password !== row?.password) {
      done = turn.failed
      return fail(WRONG)
    }
    done = turn.passed
    if (now.disabled) return fail(DISABLED)
    if (checked.value.weak) await upgrade(parts, now, request.password)
    bestEffort(() => users.setSeen(now.userId, parts.clock.nowMs()))
    return ok(toMe(now))
  } finally {
    done()
  }
}

/** Sign-in does not fail because the upgrade had no place in the queue; the next one tries again. */
async function upgrade(parts: AccountParts, row: UserRow, password: string): Promise<void> {
  const hashed = await parts.hasher.hash(password)
  if (hashed.ok) parts.users.upgradePassword(row.userId, row.password, hashed.value)
}

const tooMany = (retryAfterS: number): Problem => ({
  code: 'rate-limited', retryAfterS,
  message: `Too many failed attempts for this account from this address. Try again in ${retryAfterS === 1 ? 'a second' : `${retryAfterS} seconds`}.`,
})

/** The person's row if `current` is their password and `next` is another one. Guesses from a stolen browser are throttled like sign-ins. */
async function checkCurrent(parts: AccountParts, request: { userId: UserRow['userId']; current: string; next: string }): Promise<Result<UserRow>> {
  const row = parts.users.byId(request.userId)
  if (row === null) return fail(NO_USER)
  const turn = await parts.throttle.turn(row.name, 'password change')
  if (!turn.ok) return fail(tooMany(turn.retryAfterS))
  let done = turn.released
  try {
    const checked = await parts.hasher.verify(request.current, row.password)
    if (!checked.ok) return checked
    done = checked.value.match ? turn.passed : turn.failed
    if (!checked.value.match) return fail({ code: 'not-allowed', field: 'current', message: 'The current password is not right. Nothing was changed.' })
    if (request.current === request.next) return fail({ code: 'invalid', field: 'next', message: 'The new password is the same as the current one. Choose another.' })
    return ok(row)
  } finally {
    done()
  }
}

async function changePassword(parts: AccountParts, request: Parameters<Accounts['changePassword']>[0]): ReturnType<Accounts['changePassword']> {
  const { userId, next, keepWebSessionId } = request
  const checked = await checkCurrent(parts, request)
  if (!checked.ok) return checked
  const hashed = await parts.hasher.hash(next)
  if (!hashed.ok) return hashed
  const now = parts.users.byId(userId)
  if (now === null || now.disabled || now.password !== checked.value.password) return fail(CHANGED)
  parts.users.update({ ...now, password: hashed.value })
  parts.webSessions.revokeAllOf(userId, { reason: 'revoked', ...(keepWebSessionId === undefined ? {} : { exceptId: keepWebSessionId }) })
  parts.tokens.revokeAllOf(userId)
  return ok(null)
}

async function create(parts: AccountParts, account: NewAccount): ReturnType<Accounts['create']> {
  const { users } = parts
  if (users.byName(account.name) !== null) return fail(TAKEN)
  const hashed = await parts.hasher.hash(account.password)
  if (!hashed.ok) return hashed
  const row = newRow({ ...account, password: hashed.value }, parts.clock.nowMs())
  return parts.db.transaction(() => {
    if (users.byName(account.name) !== null) return fail(TAKEN)
    users.insert(row)
    return ok(toSummary(row))
  })
}

async function edit(parts: AccountParts, change: AccountChange): ReturnType<Accounts['edit']> {
  const hashed = change.password === undefined ? null : await parts.hasher.hash(change.password)
  if (hashed !== null && !hashed.ok) return hashed
  const edited = parts.db.transaction(() => apply(parts.users, change, hashed?.value ?? null))
  if (!edited.ok) return edited
  const { before, after } = edited.value
  endHoldings(parts, { before, after, newPassword: hashed !== null })
  return ok(toSummary(after))
}

function apply(users: Users, change: AccountChange, password: string | null): Result<{ before: UserRow; after: UserRow }> {
  const before = users.byId(change.userId)
  if (before === null) return fail(NO_USER)
  const after: UserRow = {
    ...before,
    display: change.display === undefined ? before.display : tidyText(change.display, 64) || before.name,
    role: change.role ?? before.role,
    disabled: change.disabled ?? before.disabled,
    password: password ?? before.password,
  }
  const stillAdmin = after.role === 'admin' && !after.disabled
  if (!stillAdmin && users.otherAdmins(before.userId) === 0) return fail(LAST_ADMIN)
  users.update(after)
  return ok({ before, after })
}

/** S18: a changed role, password or state ends every sign-in; tokens outlive only a change of role, which caps them at once. */
function endHoldings(parts: AccountParts, change: { before: UserRow; after: UserRow; newPassword: boolean }): void {
  const { before, after, newPassword } = change
  const { userId } = after
  const shut = after.disabled && !before.disabled
  if (!shut && !newPassword && before.role === after.role) return
  const reason: EndReason = shut || newPassword ? 'revoked' : 'role-changed'
  parts.webSessions.revokeAllOf(userId, { reason })
  if (shut || newPassword) parts.tokens.revokeAllOf(userId)
  parts.events.fire({ userId, reason })
  if (shut) parts.onDisabled(userId)
}

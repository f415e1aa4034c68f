/** From cookies and Authorization to who is calling, read from the live records every time (S19). */
import type { Principal } from '#lib/protocol/access.ts'
import { readCookies } from './cookies.ts'
import { tokenRole } from './scopes.ts'
import type { Accounts, Credentials, Principals, Resolved, Shares, Tokens, WebSessions } from './types.ts'

interface Parts { accounts: Accounts; webSessions: WebSessions; tokens: Tokens; shares: Shares }

const NOBODY: Principal = { kind: 'nobody' }
const BEARER = /^Bearer +([A-Za-z0-9_-]{1,100})$/i

/** True if the request carries an Authorization header, whatever it is worth: cookies are then ignored. */
export const hasBearer = (credentials: Pick<Credentials, 'authorization'>): boolean => credentials.authorization !== undefined

/** Builds the resolver. */
export function createPrincipals(parts: Parts): Principals {
  return {
    resolve(credentials) {
      if (credentials.authorization !== undefined) return resolved('bearer', [byToken(parts, credentials.authorization)])
      const cookies = readCookies(credentials.cookie, credentials.https)
      const person = cookies.user === null || credentials.asGuest === true ? null : byCookie(parts, cookies.user)
      const shares = cookies.shares.map(({ shareId, value }) => byShare(parts.shares, shareId, value))
      return resolved('cookie', [person, ...shares])
    },
  }
}

function resolved(via: 'bearer' | 'cookie', found: readonly (Principal | null)[]): Resolved {
  const principals = found.filter((principal) => principal !== null)
  return { principal: principals[0] ?? NOBODY, principals, via: via === 'cookie' && principals.length === 0 ? 'none' : via }
}

function byCookie({ accounts, webSessions }: Parts, value: string): Principal | null {
  const session = webSessions.find(value)
  const user = session === null ? null : accounts.get(session.userId)
  if (session === null || user === null || user.disabled) return null
  accounts.seen(user.userId)
  const { userId, name, display, role } = user
  return { kind: 'user', userId, name, display, role, via: 'cookie', credentialId: session.sessionRecordId }
}

function byToken({ accounts, tokens }: Parts, authorization: string): Principal | null {
  const secret = authorization.length > 200 ? undefined : BEARER.exec(authorization)?.[1]
  const token = secret === undefined ? null : tokens.find(secret)
  const user = token === null ? null : accounts.get(token.userId)
  if (token === null || user === null || user.disabled) return null
  const { userId, name, display, role } = user
  return { kind: 'user', userId, name, display, role: tokenRole(role, token.scopes), via: 'token', credentialId: token.tokenId, scopes: token.scopes }
}

function byShare(shares: Shares, shareId: string, value: string): Principal | null {
  const share = shares.find(shareId, value)
  return share === null ? null : { kind: 'share', shareId: share.shareId, sessionId: share.sessionId, display: 'Guest', scope: share.scope }
}

/** Cookies of signed-in browsers: a fresh one at every sign-in, so that a planted one is worth nothing (S17). */
import type { UserId } from '#lib/protocol/ids.ts'
import type { Problem } from '#lib/protocol/result.ts'
import { readCookies, setUserCookie } from './access/cookies.ts'
import type { Web } from './context.ts'
import type { Caller } from './guard.ts'

/** The record's own absolute life; the server ends it, whatever the browser keeps. */
const COOKIE_MAX_AGE_S = 7 * 86_400

/** What a stolen token must not reach: the list of browsers, and throwing them out. */
export const ONLY_SIGNED_IN: Problem = { code: 'not-allowed', message: 'Sign-ins are listed and ended by a signed-in person, not with an API token.' }

/** Signs the calling browser in. A sign-in that it still had ends. */
export function signIn(web: Web, caller: Caller, userId: UserId): void {
  const old = readCookies(caller.credentials.cookie, caller.credentials.https).user
  const before = old === null ? null : web.webSessions.find(old)
  if (before !== null) web.webSessions.revoke(before.sessionRecordId, 'signed-out')
  const { cookieValue } = web.webSessions.create(userId, { address: caller.address, agent: caller.agent })
  setCookie(caller, cookieValue)
}

/** Gives the calling browser a new value for the same sign-in (after a change of rights). */
export function rotateSignIn(web: Web, caller: Caller): void {
  const old = readCookies(caller.credentials.cookie, caller.credentials.https).user
  const rotated = old === null ? null : web.webSessions.rotate(old)
  if (rotated === null) return
  setCookie(caller, rotated.cookieValue)
  web.rotations.tell(rotated.id)
}

function setCookie(caller: Caller, value: string): void {
  caller.setCookies.push(setUserCookie(value, { maxAgeS: COOKIE_MAX_AGE_S, https: caller.credentials.https }))
}

/** Cookie names, reading and writing (S8): `__Host-` and Secure over HTTPS, another name on plain-HTTP loopback. */
import type { ShareId } from '#lib/protocol/ids.ts'

const LONGEST_HEADER = 8192
const MOST_COOKIES = 64
/** Shares that one browser may hold at a time; the oldest ones are cleared beyond it, so that the header stays small. */
export const MOST_SHARE_COOKIES = 8

const BASE = { https: '__Host-hopscope', plain: 'hopscope-local' } as const
const VALUE = /^[A-Za-z0-9_-]{43}$/
const SHARE_ID = /^[A-Za-z0-9_-]{16}$/

/** Name of the signed-in person's cookie. */
export const userCookieName = (https: boolean): string => (https ? BASE.https : BASE.plain)

/** Name of the cookie that one share link is exchanged for. */
export const shareCookieName = (https: boolean, shareId: string): string => `${userCookieName(https)}-share-${shareId}`

const line = (name: string, value: string, options: { maxAgeS: number; https: boolean }): string =>
  `${name}=${value}; Path=/; Max-Age=${options.maxAgeS}; HttpOnly; SameSite=Lax${options.https ? '; Secure' : ''}`

/** Set-Cookie line that signs a browser in. */
export const setUserCookie = (value: string, options: { maxAgeS: number; https: boolean }): string =>
  line(userCookieName(options.https), value, options)

/** Set-Cookie line that signs a browser out. */
export const clearUserCookie = (https: boolean): string => line(userCookieName(https), '', { maxAgeS: 0, https })

/** Set-Cookie line for a redeemed share link. */
export const setShareCookie = (cookie: { shareId: ShareId; value: string }, options: { maxAgeS: number; https: boolean }): string =>
  line(shareCookieName(options.https, cookie.shareId), cookie.value, options)

/** Set-Cookie line that forgets one share. */
export const clearShareCookie = (https: boolean, shareId: string): string => line(shareCookieName(https, shareId), '', { maxAgeS: 0, https })

/** Our cookies in a request. A name that was sent twice is taken for absent: nobody can say which one is ours. */
export interface OurCookies { user: string | null; shares: readonly { shareId: string; value: string }[] }

/** Reads the Cookie header; never throws, looks at 8 KiB and 64 cookies at most. */
export function readCookies(header: string | undefined, https: boolean): OurCookies {
  const none: OurCookies = { user: null, shares: [] }
  if (header === undefined || header.length > LONGEST_HEADER) return none
  const pairs = header.split(';')
  if (pairs.length > MOST_COOKIES) return none
  const values = new Map<string, string | null>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 0) continue
    const name = pair.slice(0, at).trim()
    const value = pair.slice(at + 1).trim()
    if (name.startsWith(userCookieName(https))) values.set(name, values.has(name) || !VALUE.test(value) ? null : value)
  }
  const prefix = `${userCookieName(https)}-share-`
  const shares: { shareId: string; value: string }[] = []
  for (const [name, value] of values) {
    const shareId = name.startsWith(prefix) ? name.slice(prefix.length) : ''
    if (value !== null && SHARE_ID.test(shareId) && shares.length < MOST_SHARE_COOKIES) shares.push({ shareId, value })
  }
  return { user: values.get(userCookieName(https)) ?? null, shares }
}

/** Set-Cookie lines that clear the oldest shares (browsers send the oldest first), so that `adding` still fits. */
export function clearSurplusShares(header: string | undefined, adding: { shareId: ShareId; https: boolean }): string[] {
  const held = readCookies(header, adding.https).shares.filter((share) => share.shareId !== adding.shareId)
  const surplus = Math.max(0, held.length - (MOST_SHARE_COOKIES - 1))
  return held.slice(0, surplus).map((share) => clearShareCookie(adding.https, share.shareId))
}

/** Everything that is not data goes to Next: who may open which page is decided here, and Next only learns what a page needs to draw. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PageBoot } from '#lib/protocol/api.ts'
import type { Web } from '../context.ts'
import { addressKey, rateLimited } from '../limits/limits.ts'
import { NOT_FOUND } from '../guard.ts'
import { redirect, sendProblem } from './answers.ts'
import { callerOf } from './callers.ts'
import { glanceFor } from './glance.ts'

/** Draws a page or serves a built file. */
export type Draw = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export interface PageParts { draw: Draw; nonce: string; policy: string; url: URL }

const BOOT_HEADER = 'x-hopscope-boot'
/** Request headers that Next gets; every other one is dropped, above all those that steer its internals or say who we are behind. */
const PASSED = new Set([
  'host', 'connection', 'user-agent', 'accept', 'accept-encoding', 'accept-language', 'if-none-match', 'if-modified-since', 'range',
  'rsc', 'next-router-state-tree', 'next-router-prefetch', 'next-router-segment-prefetch', 'next-url', 'upgrade-insecure-requests', 'purpose',
])
/** What the development server's own overlay and hot reload need besides. */
const PASSED_IN_DEVELOPMENT = new Set(['origin', 'referer', 'content-type', 'content-length', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest'])
/** The page's own preferences; ours never reach Next. */
const PAGE_COOKIE = /^hopscope-(?:theme|zone|density)=[A-Za-z0-9_/+-]{1,64}$/
/** Built files and icons: the same for everybody. */
const ASSET = /^\/(?:_next\/static\/[\w./@~%[\]()-]+|[\w-]+\.(?:svg|png|ico|woff2|webmanifest|txt)|(?:fonts|icons)\/[\w.-]+)$/
/** A session and the view of it: `/s/ID`, `/s/ID/terminal`. */
const SHARE_PAGE = /^\/s\/([^/]+)(?:\/[a-z-]{1,32}){0,3}$/

export async function servePage(web: Web, request: IncomingMessage, response: ServerResponse, parts: PageParts): Promise<void> {
  const { pathname } = parts.url
  const development = web.config.dev && (pathname.startsWith('/_next/') || pathname.startsWith('/__nextjs'))
  if (request.method !== 'GET' && request.method !== 'HEAD' && !development) {
    response.setHeader('Allow', 'GET, HEAD')
    return sendProblem(response, 405, { code: 'invalid', message: 'Pages are only read.' })
  }
  const asset = ASSET.test(pathname) || development
  // Next's own doors (images, data files) are none of ours, whoever asks.
  if (!asset && pathname.startsWith('/_next/')) return sendProblem(response, 404, NOT_FOUND)
  const caller = callerOf(request, web.config)
  if (!caller.ok) return sendProblem(response, 400, caller.error)
  const boot = bootOf(web, { credentials: caller.value.credentials, nonce: parts.nonce, pathname })
  const elsewhere = asset ? null : destination(boot, parts.url)
  if (elsewhere !== null) return redirect(response, elsewhere)
  const within = asset ? null : web.limits.pages.take(addressKey(caller.value.address))
  if (within?.ok === false) return sendProblem(response, 429, rateLimited(within, 'Your address opens more pages than is allowed.'))
  const session = asset ? null : await glanceFor(web, { credentials: caller.value.credentials, sessionId: SHARE_PAGE.exec(pathname)?.[1] })
  narrowHeaders(request, web.config.dev)
  // What was judged is what is drawn: dots, backslashes and doubled escapes are resolved once, here.
  request.url = `${pathname}${parts.url.search}`
  request.headers['content-security-policy'] = parts.policy
  request.headers['x-nonce'] = parts.nonce
  request.headers[BOOT_HEADER] = Buffer.from(JSON.stringify({ ...boot, ...(session !== null && { session }) })).toString('base64url')
  if (!asset) response.setHeader('Cache-Control', 'no-store')
  await parts.draw(request, response)
}

/** Where a visitor has to go first; null: the page may be drawn. A share page is the same shell for any id and anybody (S45). */
export function destination(boot: Pick<PageBoot, 'setupNeeded' | 'me'>, url: URL): string | null {
  const { pathname, search } = url
  if (boot.setupNeeded) return pathname === '/setup' ? null : '/setup'
  if (pathname === '/setup') return '/'
  if (pathname === '/sign-in') return boot.me === null ? null : '/'
  if (boot.me !== null || SHARE_PAGE.test(pathname)) return null
  return `/sign-in?to=${encodeURIComponent(pathname + search)}`
}

/** What the page needs for its first paint. */
export function bootOf(web: Web, request: { credentials: Parameters<Web['principals']['resolve']>[0]; nonce: string; pathname: string }): PageBoot {
  const { principals } = web.principals.resolve(request.credentials)
  const person = principals.find((one) => one.kind === 'user')
  const shared = principals.find((one) => one.kind === 'share' && SHARE_PAGE.exec(request.pathname)?.[1] === one.sessionId)
  const live = shared?.kind === 'share' ? web.shares.live(shared.shareId) : null
  return {
    me: person?.kind === 'user' ? { userId: person.userId, name: person.name, display: person.display, role: person.role } : null,
    share: live === null ? null : { shareId: live.shareId, sessionId: live.sessionId, scope: live.scope, expiresAtMs: live.expiresAtMs, by: live.by },
    setupNeeded: web.accounts.setupNeeded(),
    vantage: { name: person === undefined ? '' : (web.vantage.facts()?.name ?? web.config.vantageName), online: web.vantage.online() },
    version: person === undefined ? '' : web.version,
    nonce: request.nonce,
    nowMs: web.clock.nowMs(),
  }
}

function narrowHeaders(request: IncomingMessage, development: boolean): void {
  const cookies = (request.headers.cookie ?? '').split('; ').filter((pair) => PAGE_COOKIE.test(pair))
  for (const name of Object.keys(request.headers)) {
    if (!PASSED.has(name) && !(development && PASSED_IN_DEVELOPMENT.has(name))) delete request.headers[name]
  }
  if (cookies.length > 0) request.headers.cookie = cookies.join('; ')
}

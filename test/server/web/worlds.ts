/** A session with everything a route can name: a live run with output, a share link, a token; and every kind of caller. */
import { decodePolicy, type Policy } from '#lib/policy/policy.ts'
import type { ShareScope } from '#lib/protocol/access.ts'
import type { CreatedShare, CreatedToken, Started } from '#lib/protocol/api.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import { cookiesOf, valueOf, type TestWeb } from './helpers.ts'

/** So many runs that no table of cells ever meets the limit; S39 has its own test. */
export function roomyPolicy(): Policy {
  return valueOf(decodePolicy({ limits: { runsPerHost: 256, runsPerUser: 64, startsPerUserPerHour: 3600, newTargetsPerMinute: 120 } }, 'test'))
}

export interface Caller { cookie?: string; token?: string }

export const FULL: ShareScope = { transcript: true, hidePrivate: false, time: { mode: 'live' } }

export interface World { sessionId: SessionId; runId: RunId; owner: Awaited<ReturnType<TestWeb['person']>> }

/** An operator's session with one live ping that has had two replies. */
export async function makeWorld(site: TestWeb, change: { visibility?: 'team' | 'private'; target?: string } = {}): Promise<World> {
  const owner = await site.person('operator')
  // An address of its own: worlds whose pings went to one address would be told about each other.
  const nth = site.vantage.started.length
  if (change.target === undefined && nth > 0) site.vantage.names.set('db-1.example.internal', [`10.0.${1 + (nth >> 8)}.${nth & 255}`])
  const body = { target: change.target ?? 'db-1.example.internal', runs: [{ tool: 'ping', options: {} }], ...(change.visibility && { visibility: change.visibility }) }
  const { sessionId, runIds } = valueOf(await site.call<Started>('POST', '/api/v1/sessions', { cookie: owner.cookie, body }))
  const [runId] = runIds
  if (runId === undefined) throw new Error('no run was started')
  site.vantage.reply(runId, 1.5)
  site.vantage.reply(runId, 2.5)
  await site.web.store.append(sessionId, [])
  return { sessionId, runId, owner }
}

/** A share link of the world's session, and the Cookie header of somebody who redeemed it. */
export async function share(site: TestWeb, world: World, scope: ShareScope = FULL): Promise<CreatedShare & { cookie: string; secret: string }> {
  const created = valueOf(await site.call<CreatedShare>('POST', `/api/v1/sessions/${world.sessionId}/shares`, { cookie: world.owner.cookie, body: { scope, expiresInS: 3600 } }))
  const secret = created.link.split('#')[1] ?? ''
  const redeemed = await site.ask({ method: 'POST', path: '/api/v1/shares/redeem', body: { sessionId: world.sessionId, secret } })
  return { ...created, secret, cookie: cookiesOf(redeemed) }
}

export async function token(site: TestWeb, cookie: string, scopes: string[]): Promise<CreatedToken> {
  return valueOf(await site.call<CreatedToken>('POST', '/api/v1/tokens', { cookie, body: { name: 'script', scopes, expiresInS: 3600 } }))
}

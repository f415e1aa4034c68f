/** From a raw request to who could be calling: is the Host ours, may this Origin act, which credentials came, from which address. */
import type { IncomingMessage } from 'node:http'
import { ok, type Result } from '#lib/protocol/result.ts'
import { clientAddress, isHttps } from '../access/client.ts'
import { onlyHeader, type RequestFacts } from '../access/headers.ts'
import { hostAllowed, originAllowed, publicOrigin } from '../access/origin.ts'
import { hasBearer } from '../access/principals.ts'
import type { Config } from '../../config.ts'
import type { Caller } from '../guard.ts'

const AGENT_MAX = 200

/** What the access checks read; TLS ends at a proxy, never here. */
export function factsOf(request: IncomingMessage): RequestFacts {
  return { rawHeaders: request.rawHeaders, remoteAddress: request.socket.remoteAddress, encrypted: false }
}

/** False: answer 421 and nothing else. */
export const isOurHost = (request: IncomingMessage, config: Config): boolean => hostAllowed(factsOf(request), config)

/** False: a page of somebody else, or a browser that hides where it is; answer 403. */
export function mayComeFrom(request: IncomingMessage, config: Config): boolean {
  return originAllowed(factsOf(request), config, { bearer: hasBearer({ authorization: request.headers.authorization }) })
}

/** The header on calls of the API; `as=guest` in the address of pages and sockets, which cannot send one. Only ever takes rights away. */
function asksAsGuest({ headers, url = '' }: IncomingMessage): boolean {
  return headers['x-hopscope-as'] === 'guest' || /[?&]as=guest(?:&|$)/.test(url)
}

/** Fails with `invalid` when a trusted proxy sends an ambiguous address. */
export function callerOf(request: IncomingMessage, config: Config): Result<Caller> {
  const facts = factsOf(request)
  const address = clientAddress(facts, config)
  if (!address.ok) return address
  return ok({
    address: address.value,
    agent: (request.headers['user-agent'] ?? '').slice(0, AGENT_MAX),
    origin: publicOrigin(config)?.origin ?? `http://${onlyHeader(request.rawHeaders, 'host') ?? ''}`,
    credentials: { cookie: request.headers.cookie, authorization: request.headers.authorization, https: isHttps(facts, config), asGuest: asksAsGuest(request) },
    setCookies: [],
    visitor: null,
  })
}

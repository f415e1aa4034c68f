/** Decides about a WebSocket handshake before any engine session exists (S24): rate, Host, Origin, credential, sockets held. Never throws. */
import type { IncomingMessage } from 'node:http'
import type { Web } from '../context.ts'
import type { Caller } from '../guard.ts'
import { callerOf, isOurHost, mayComeFrom } from '../http/callers.ts'
import { addressKey } from '../limits/limits.ts'

export interface Admission {
  caller: Caller
  /** Gives the socket's place in the limits back. */
  release(): void
}

/** HTTP status and reason of a refused handshake. */
export interface Refusal { status: 400 | 401 | 403 | 421 | 429 | 503; reason: string }

export function admit(web: Web, request: IncomingMessage): { admission: Admission } | { refusal: Refusal } {
  const caller = callerOf(request, web.config)
  if (!caller.ok) return refuse(400, 'Bad Request')
  const key = addressKey(caller.value.address)
  if (!web.limits.handshakes.take(key).ok) return refuse(429, 'Too Many Requests')
  if (!isOurHost(request, web.config)) return refuse(421, 'Misdirected Request')
  if (!mayComeFrom(request, web.config)) return refuse(403, 'Forbidden')
  if (web.accounts.setupNeeded()) return refuse(503, 'Service Unavailable')
  const { principal } = web.principals.resolve(caller.value.credentials)
  if (principal.kind === 'nobody') return refuse(401, 'Unauthorized')
  const release = web.limits.sockets.enter(principal.kind === 'user' ? principal.userId : `${principal.shareId} ${key}`)
  if (release === null) return refuse(429, 'Too Many Requests')
  return { admission: { caller: caller.value, release } }
}

function refuse(status: Refusal['status'], reason: string): { refusal: Refusal } {
  return { refusal: { status, reason } }
}

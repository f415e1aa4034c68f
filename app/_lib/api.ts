/** The page's end of the HTTP API: one typed call per route of the table, every failure a Problem with a sentence. */
import { guestHeaders } from './as-guest.ts'
import type {
  AuditLine, CreatedShare, CreatedToken, EventsPage, Inspection, Me, PolicySummary, RedeemedShare, RunRef, SessionDetail, SessionSummary, ShareSummary, SignInSummary, Started, TokenSummary, TranscriptPage, UserSummary,
} from '#lib/protocol/api.ts'
import type { InspectRequest, ListSessionsRequest, StartRequest, CreateShareRequest } from '#lib/protocol/requests.ts'
import { fail, type Problem, type Result } from '#lib/protocol/result.ts'
import { ROUTES, type RouteName } from '#lib/protocol/routes.ts'
import type { VantageFacts } from '#lib/protocol/vantage.ts'

/** What each route the page uses takes and gives. The server decodes requests again; these types only spare us mistakes. */
export interface Api {
  'me.password': [{ current: string; next: string }, null]
  'setup': [{ token: string; name: string; display: string; password: string }, Me]
  'sign-in': [{ name: string; password: string }, Me]
  'sign-in.list': [Record<string, never>, SignInSummary[]]
  'sign-in.revoke': [{ signInId: string }, null]
  'sign-out': [Record<string, never>, null]
  'vantage.read': [Record<string, never>, { online: boolean; facts: VantageFacts | null }]
  'vantage.check': [Record<string, never>, VantageFacts]
  'policy.read': [Record<string, never>, PolicySummary]
  'target.inspect': [InspectRequest, Inspection]
  'session.list': [ListSessionsRequest, SessionSummary[]]
  'session.start': [StartRequest, Started]
  'session.read': [{ sessionId: string }, SessionDetail]
  'session.edit': [{ sessionId: string; title?: string; visibility?: 'team' | 'private' }, SessionSummary]
  'session.delete': [{ sessionId: string }, null]
  'run.start': [Omit<StartRequest, 'sessionId'> & { sessionId: string }, Started]
  'run.stop': [{ sessionId: string; runId: string }, RunRef]
  'event.read': [{ sessionId: string; after: number; limit: number; packed?: true }, EventsPage]
  'transcript.read': [{ sessionId: string; runId: string; fromLine: number; count: number }, TranscriptPage]
  'share.create': [Omit<CreateShareRequest, 'sessionId'> & { sessionId: string }, CreatedShare]
  'share.list': [{ sessionId?: string }, ShareSummary[]]
  'share.revoke': [{ shareId: string }, null]
  'share.redeem': [{ sessionId: string; secret: string }, RedeemedShare]
  'user.list': [Record<string, never>, UserSummary[]]
  'user.create': [{ name: string; display: string; role: string; password: string }, UserSummary]
  'user.edit': [{ userId: string; display?: string; role?: string; disabled?: boolean; password?: string }, UserSummary]
  'token.list': [Record<string, never>, TokenSummary[]]
  'token.create': [{ name: string; scopes: string[]; expiresInS: number }, CreatedToken]
  'token.revoke': [{ tokenId: string }, null]
  'audit.read': [Record<string, never>, AuditLine[]]
}

const UNREACHABLE: Problem = { code: 'internal', message: 'The console did not answer. Check the connection to it and try again.' }

/** Calls a route. Resolves to a Result always; rejects only when `signal` aborted the call. */
export async function call<N extends keyof Api & RouteName>(name: N, request: Api[N][0], signal?: AbortSignal): Promise<Result<Api[N][1]>> {
  const { url, init } = requestOf(name, request)
  try {
    const response = await fetch(url, { ...init, headers: { ...init.headers, ...guestHeaders() }, credentials: 'same-origin', cache: 'no-store', ...(signal && { signal }) })
    return resultOf<Api[N][1]>(await response.json())
  } catch (cause) {
    if (signal?.aborted) throw cause
    return fail(UNREACHABLE)
  }
}

/** Address and body of a call: `:name` parts come from the request, the rest goes to query or body as the table says. */
export function requestOf(name: RouteName, request: object): { url: string; init: RequestInit & { headers?: Record<string, string> } } {
  const { method, path } = ROUTES[name]
  const rest: Record<string, unknown> = { ...request }
  const url = path.replace(/:(\w+)/g, (_, key: string) => {
    const value = String(rest[key])
    delete rest[key]
    return encodeURIComponent(value)
  })
  if (method === 'GET' || method === 'DELETE') {
    const query = new URLSearchParams(Object.entries(rest).filter(([, value]) => value !== undefined).map(([key, value]) => [key, String(value)]))
    return { url: query.size > 0 ? `${url}?${query}` : url, init: { method } }
  }
  return { url, init: { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(rest) } }
}

/** Every JSON answer of our server is a Result; anything else came from something in between. */
function resultOf<T>(answer: unknown): Result<T> {
  if (typeof answer === 'object' && answer !== null && 'ok' in answer) return answer as Result<T>
  return fail(UNREACHABLE)
}

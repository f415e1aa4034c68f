/** The HTTP API: finds the route, checks that a state change really comes from our page or a token, and calls the guarded action. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ROUTES } from '#lib/protocol/routes.ts'
import { fail, ok, type Problem, type Result } from '#lib/protocol/result.ts'
import type { Web } from '../context.ts'
import { isDownload } from '../exports/download.ts'
import { NOT_FOUND } from '../guard.ts'
import { addressKey, rateLimited } from '../limits/limits.ts'
import { sendDownload, sendProblem, sendResult } from './answers.ts'
import { readJson } from './body.ts'
import { callerOf, mayComeFrom } from './callers.ts'
import { readQuery } from './query.ts'
import { createRouter, type Match } from './router.ts'
import { ROUTE_ACTIONS, type Route } from './routes.ts'

export const API_PREFIX = '/api/v1/'

const FOREIGN: Problem = { code: 'not-allowed', message: 'This request comes from another site, or does not say where from. Use Hopscope\'s own page, or an API token in the Authorization header.' }

export type ApiHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>

export function createApi(web: Web): ApiHandler {
  const find = createRouter()
  return async (request, response, url) => {
    const method = request.method ?? ''
    const match = find(method, url.pathname)
    if (match.kind === 'none') return sendResult(response, fail(NOT_FOUND))
    if (match.kind === 'method') {
      response.setHeader('Allow', match.allowed.join(', '))
      return sendProblem(response, 405, { code: 'invalid', message: `This address takes ${match.allowed.join(' or ')}.` })
    }
    await callRoute(web, { request, response, url, match, route: ROUTE_ACTIONS[match.name] })
  }
}

interface RouteCall { request: IncomingMessage; response: ServerResponse; url: URL; match: Extract<Match, { kind: 'route' }>; route: Route }

async function callRoute(web: Web, { request, response, url, match, route }: RouteCall): Promise<void> {
  const caller = callerOf(request, web.config)
  if (!caller.ok) return sendResult(response, caller)
  const within = web.limits.requests.take(addressKey(caller.value.address))
  if (!within.ok) return sendResult(response, fail(rateLimited(within, 'Your address sends more requests than is allowed.')))
  const { method } = ROUTES[match.name]
  if (method !== 'GET' && !mayComeFrom(request, web.config)) return sendResult(response, fail(FOREIGN))
  const raw = await readRequest(request, { url, match, route, method })
  // A body that was not read to its end would be taken for the next request, or read for nothing.
  if (!raw.ok && !request.complete) response.setHeader('Connection', 'close')
  const result = raw.ok ? await route.action.invoke(web, caller.value, raw.value) : raw
  for (const line of caller.value.setCookies) response.appendHeader('Set-Cookie', line)
  if (result.ok && isDownload(result.value)) {
    return sendDownload(response, result.value).catch((error: unknown) => {
      // The reader went away, or the log could not be read: either way the connection is cut, and only the latter is our fault.
      if (!request.destroyed || request.complete) web.log.warn('a download was cut off', { route: match.name, reason: error instanceof Error ? error.message : 'unknown' })
      response.destroy()
    })
  }
  sendResult(response, result, route.status)
}

/** Path parameters, then query or body. A field of the path may not be sent a second time. */
async function readRequest(request: IncomingMessage, { url, match, route, method }: Pick<RouteCall, 'url' | 'match' | 'route'> & { method: string }): Promise<Result<unknown>> {
  const inQuery = method === 'GET' || method === 'DELETE'
  if (!inQuery && url.search !== '') return fail({ code: 'invalid', message: 'Send the fields in the JSON body, not in the address.' })
  const sent = inQuery ? readQuery(url.searchParams, route.query ?? {}) : await readJson(request)
  if (!sent.ok) return sent
  if (typeof sent.value !== 'object' || sent.value === null || Array.isArray(sent.value)) return fail({ code: 'invalid', message: 'The body must be one JSON object.' })
  for (const name of Object.keys(match.params)) {
    if (Object.hasOwn(sent.value, name)) return fail({ code: 'invalid', field: name, message: `The field ${name} is already in the address; do not send it again.` })
  }
  return ok(withParams(sent.value, match.params))
}

/** A copy that keeps every own key of the body, `__proto__` too, for the decoder to refuse. */
function withParams(body: object, params: Record<string, string>): object {
  const both = Object.create(null) as Record<string, unknown>
  for (const [key, value] of [...Object.entries(body), ...Object.entries(params)]) both[key] = value
  return both
}

/** The one HTTP server: Host first, then headers, then who serves it (API, health, metrics, pages). Nothing throws past here. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { randomBytes } from 'node:crypto'
import { onlyHeader } from '../access/headers.ts'
import { isPublicHost } from '../access/origin.ts'
import type { Web } from '../context.ts'
import { mayAct } from '../access/scopes.ts'
import { isHttps } from '../access/client.ts'
import { NOT_FOUND } from '../guard.ts'
import { sendJson, sendProblem, sendText } from './answers.ts'
import { API_PREFIX, createApi, type ApiHandler } from './api.ts'
import { callerOf, factsOf, isOurHost } from './callers.ts'
import { contentSecurityPolicy, securityHeaders, type HeaderContext } from './headers.ts'
import { healthOf } from './health.ts'
import { metricsText, type MetricSources } from './metrics.ts'
import { openApiDocument } from './openapi/document.ts'
import { servePage, type Draw } from './pages.ts'

export interface HttpParts {
  /** Null: no pages (tests of the API). */
  draw: Draw | null
  metrics: MetricSources
}

/** Open connections of all callers together, sockets included: beyond it a new one is dropped, so that a flood cannot take the memory. */
const CONNECTIONS_MAX = 4_096
/** How often connections are looked at that are slow to send their headers or body; Node's own 30 s would add to the limits below. */
const CHECK_EVERY_MS = 2_000

export function createHttp(web: Web, parts: HttpParts): Server {
  const api = createApi(web)
  const server = createServer({ connectionsCheckingInterval: CHECK_EVERY_MS }, (request, response) => {
    serve(web, { ...parts, api }, request, response).catch((error: unknown) => {
      web.log.error('a request failed', error, { method: request.method ?? '' })
      if (response.headersSent) response.destroy()
      else sendProblem(response, 500, { code: 'internal', message: 'Hopscope failed at this; the server\'s log says more.' })
    })
  })
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.maxConnections = CONNECTIONS_MAX
  server.keepAliveTimeout = 20_000
  server.maxHeadersCount = 100
  return server
}

type Served = HttpParts & { api: ApiHandler }

async function serve(web: Web, parts: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isOurHost(request, web.config)) {
    return sendProblem(response, 421, { code: 'invalid', message: 'This server does not answer to that host name. Use the address it printed at its start, or configure its public address.' })
  }
  const context = headerContext(web, request)
  for (const [name, value] of securityHeaders(context)) response.setHeader(name, value)
  const target = request.url ?? ''
  const url = target.startsWith('/') && URL.canParse(`http://hopscope${target}`) ? new URL(`http://hopscope${target}`) : null
  if (url === null) return sendProblem(response, 400, { code: 'invalid', message: 'The address of the request is not valid.' })
  if (url.pathname.startsWith(API_PREFIX)) return parts.api(request, response, url)
  if (isRead(request) && await serveOwn(web, { parts, request, response, url })) return
  if (parts.draw === null || url.pathname.startsWith('/api/') || url.pathname.startsWith('/socket.io')) return sendProblem(response, 404, NOT_FOUND)
  await servePage(web, request, response, { draw: parts.draw, nonce: context.nonce, policy: contentSecurityPolicy(context), url })
}

/** Health, metrics and the API's description. */
async function serveOwn(web: Web, { parts, request, response, url }: { parts: Served; request: IncomingMessage; response: ServerResponse; url: URL }): Promise<boolean> {
  switch (url.pathname) {
    case '/healthz':
      sendJson(response, 200, healthOf(web))
      return true
    case '/api/openapi.json':
      sendJson(response, 200, openApiDocument(web.version))
      return true
    case '/metrics':
      if (mayReadMetrics(web, request)) sendText(response, { status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', text: metricsText(web, parts.metrics) })
      else sendProblem(response, 403, { code: 'not-allowed', message: 'Metrics are read from this machine itself, by an admin, or with an API token that can read.' })
      return true
    default:
      return false
  }
}

/** From this machine itself (and not through a proxy on it), by an admin, or with a token that may read the vantage. */
function mayReadMetrics(web: Web, request: IncomingMessage): boolean {
  const caller = callerOf(request, web.config)
  if (!caller.ok) return false
  const forwarded = Object.keys(request.headers).some((name) => name.startsWith('x-forwarded') || name === 'forwarded' || name === 'via')
  // A proxy on this machine that says nothing of whom it speaks for still says which name was asked for.
  const proxied = forwarded || isPublicHost(factsOf(request), web.config)
  const browser = request.headers['sec-fetch-site'] !== undefined || request.headers.origin !== undefined
  const { address } = caller.value
  if (!proxied && !browser && (address === '::1' || address.startsWith('127.'))) return true
  const { principal } = web.principals.resolve(caller.value.credentials)
  return principal.kind === 'user' && (principal.role === 'admin' || (principal.via === 'token' && mayAct(principal, 'vantage:read')))
}

function isRead(request: IncomingMessage): boolean {
  return request.method === 'GET' || request.method === 'HEAD'
}

function headerContext(web: Web, request: IncomingMessage): HeaderContext {
  const secure = isHttps(factsOf(request), web.config)
  const host = onlyHeader(request.rawHeaders, 'host') ?? ''
  return { nonce: randomBytes(16).toString('base64'), secure, wsOrigin: `${secure ? 'wss' : 'ws'}://${host}`, dev: web.config.dev }
}

/** Which Host and Origin headers are ours (S6, S20, S24). Exact lists, decided from configuration alone, never thrown on. */
import type { Config } from '../../config.ts'
import { onlyHeader, type RequestFacts } from './headers.ts'

/** `port` is the one that is really listened on (never 0). */
export type OriginConfig = Pick<Config, 'host' | 'port' | 'publicUrl' | 'trustedProxies'>

const LONGEST = 300
const HOST_SHAPE = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9]([a-z0-9.-]{0,252}))(?::([0-9]{1,5}))?$/

/** `[::1]` from `::1`; names and dotted quads as they are. */
const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)

const isLoopbackLiteral = (host: string): boolean => /^127(\.[0-9]{1,3}){3}$/.test(host) || host === '::1'

/** Loopback names that mean this server: with our port, or without one when the port is HTTP's own. */
function loopbackHosts(config: OriginConfig): string[] {
  const names = ['localhost', '127.0.0.1', '[::1]']
  if (isLoopbackLiteral(config.host)) names.push(bracketed(config.host))
  const withPort = names.map((name) => `${name}:${config.port}`)
  return config.port === 80 ? [...withPort, ...names] : withPort
}

/** The configured public address, or null when there is none or it is not an http(s) URL. */
export function publicOrigin(config: Pick<OriginConfig, 'publicUrl'>): { origin: string; host: string; hostname: string; https: boolean } | null {
  if (config.publicUrl === null || !URL.canParse(config.publicUrl)) return null
  const url = new URL(config.publicUrl)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
  return { origin: url.origin, host: url.host, hostname: url.hostname, https: url.protocol === 'https:' }
}

/** The one Host header, lower-cased; null when missing, doubled, too long or not `name[:port]`. */
function hostOf(request: Pick<RequestFacts, 'rawHeaders'>): string | null {
  const raw = onlyHeader(request.rawHeaders, 'host')
  if (raw === null || raw.length > LONGEST) return null
  const host = raw.toLowerCase()
  return HOST_SHAPE.test(host) ? host : null
}

/** True if Host names this server: a loopback name with our port, or publicUrl's host with or without its port. Else answer 421. */
export function hostAllowed(request: Pick<RequestFacts, 'rawHeaders'>, config: OriginConfig): boolean {
  const host = hostOf(request)
  if (host === null) return false
  if (loopbackHosts(config).includes(host)) return true
  const pub = publicOrigin(config)
  if (pub === null) return false
  const defaultPort = pub.https ? '443' : '80'
  return host === pub.host || host === pub.hostname || host === `${pub.hostname}:${defaultPort}` && pub.host === pub.hostname
}

/** True if Host is publicUrl's host; the scheme people use is then publicUrl's. */
export function isPublicHost(request: Pick<RequestFacts, 'rawHeaders'>, config: OriginConfig): boolean {
  const host = hostOf(request)
  const pub = publicOrigin(config)
  return host !== null && pub !== null && (host === pub.host || host === pub.hostname)
}

/**
 * True if Origin is exactly one of ours. A loopback origin must also equal Host: another user of the bastion may listen on [::1] while
 * we listen on 127.0.0.1. A missing Origin passes only with a bearer token (browsers never add one by themselves).
 */
export function originAllowed(request: Pick<RequestFacts, 'rawHeaders'>, config: OriginConfig, options: { bearer: boolean }): boolean {
  const sent = request.rawHeaders.some((item, i) => i % 2 === 0 && item.toLowerCase() === 'origin')
  if (!sent) return options.bearer
  const origin = onlyHeader(request.rawHeaders, 'origin')
  if (origin === null || origin.length > LONGEST) return false
  if (origin === publicOrigin(config)?.origin) return true
  const host = hostOf(request)
  return host !== null && loopbackHosts(config).includes(host) && origin === `http://${host}`
}

/** `host`, `host:port`, `[v6]:port` and URLs, reduced to host and port. */
import { ok, type Result } from '#lib/protocol/result.ts'
import type { ParsedTarget } from '#lib/protocol/target.ts'
import { quote } from './characters.ts'
import { parseHost, refuseTarget } from './host.ts'

/** URL schemes that are understood, with the port each implies; 0: the URL must name one. */
const SCHEMES: ReadonlyMap<string, number> = new Map([['http', 80], ['https', 443], ['ws', 80], ['wss', 443], ['ssh', 22], ['tcp', 0]])

const PORT = /^[1-9][0-9]{0,4}$/

/** Reads a port as typed: 1 to 65535, no leading zero. */
export function parsePort(text: string): Result<number> {
  if (text === '') return refuseTarget('The port behind the colon is missing. Type host:port, or only the host.')
  const port = PORT.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65535 ? ok(port) : refuseTarget(`${quote(text)} is not a port. A port is a number from 1 to 65535.`)
}

const withPort = (host: Result<ParsedTarget>, port: Result<number>): Result<ParsedTarget> =>
  !host.ok ? host : !port.ok ? port : ok({ ...host.value, port: port.value })

/** A host with or without a port; no scheme, path or user. */
export function parseEndpoint(text: string): Result<ParsedTarget> {
  if (text.startsWith('[')) return parseBracketed(text)
  const colon = text.indexOf(':')
  if (colon < 0 || text.indexOf(':', colon + 1) >= 0) return parseHost(text)
  return withPort(parseHost(text.slice(0, colon)), parsePort(text.slice(colon + 1)))
}

function parseBracketed(text: string): Result<ParsedTarget> {
  const close = text.indexOf(']')
  const inner = text.slice(1, close)
  if (close < 0 || !inner.includes(':')) return refuseTarget(`${quote(text)} is not an IPv6 address in brackets. Type it as [2001:db8::1], or [2001:db8::1]:443 with a port.`)
  const rest = text.slice(close + 1)
  if (rest === '') return parseHost(inner)
  if (!rest.startsWith(':')) return refuseTarget(`After the closing bracket only a port may follow, as in [2001:db8::1]:443.`)
  return withPort(parseHost(inner), parsePort(rest.slice(1)))
}

/** What was typed without a scheme: an endpoint, perhaps with one slash behind it. Ranges and paths are told apart in the refusal. */
export function parsePlain(text: string): Result<ParsedTarget> {
  const slash = text.indexOf('/')
  if (slash > 0 && /^[0-9]+$/.test(text.slice(slash + 1)) && /^(?=[^.:]*[.:])[0-9a-f.:]+$/i.test(text.slice(0, slash))) {
    return refuseTarget(`Hopscope looks at one host at a time, and ${quote(text)} is a whole network. Type one address of it; scanning ranges is not something this program does.`)
  }
  if (/^[^\s/@]+@[^\s/@]+$/.test(text)) return refuseTarget(`${quote(text)} names a person or account at a host. Type only what stands behind the @.`)
  if (text.includes(',')) return refuseTarget('Hopscope looks at one host at a time. Type one name or address, without a comma.')
  if (slash >= 0 && slash < text.length - 1) return refuseTarget(`${quote(text)} holds a path. Type only the host, or the whole URL with https:// at its front.`)
  if (slash === 0) return refuseTarget(`${quote(text)} is a path, not a host. Type a name such as example.com, or an address.`)
  return parseEndpoint(slash > 0 ? text.slice(0, slash) : text)
}

/** Is this `scheme://…`? */
export const looksLikeUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]{0,31}:\/\//i.test(text)

/** A URL reduced to its host and port. Anything that two programs could read as two different hosts is refused. */
export function parseUrl(text: string): Result<ParsedTarget> {
  const end = text.indexOf('://')
  const scheme = text.slice(0, end).toLowerCase()
  const implied = SCHEMES.get(scheme)
  if (implied === undefined) return refuseTarget(`Hopscope reads ${[...SCHEMES.keys()].join(', ')} addresses, not ${quote(scheme)}. Type only the host, or host:port.`)
  if (text.includes('\\')) return refuseTarget('The URL holds a backslash, which programs read in different ways. Type only the host.')
  const rest = text.slice(end + 3)
  const cut = rest.search(/[/?#]/)
  const authority = cut < 0 ? rest : rest.slice(0, cut)
  const tail = cut < 0 ? '' : rest.slice(cut)
  if (!tail.startsWith('/') && tail.includes('@')) return refuseTarget('The URL has an @ behind ? or #, so programs disagree on its host. Type only the host.')
  const host = hostOf(scheme, authority)
  if (!host.ok) return host
  const parsed = parseEndpoint(host.value)
  if (!parsed.ok) return parsed
  const port = parsed.value.port ?? implied
  if (port === 0) return refuseTarget(`A ${scheme} address needs a port, as in ${scheme}://${parsed.value.host}:443.`)
  return ok({ ...parsed.value, port, reducedFrom: 'URL' })
}

/** The authority without its user. Only ssh may carry one; elsewhere it is the oldest trick to hide a host. */
function hostOf(scheme: string, authority: string): Result<string> {
  const at = authority.lastIndexOf('@')
  if (at >= 0 && !(scheme === 'ssh' && /^[a-z_][a-z0-9_-]{0,31}$/i.test(authority.slice(0, at)))) {
    return refuseTarget('The URL carries a user name or password before an @. Type only the host; Hopscope never needs credentials.')
  }
  const host = authority.slice(at + 1)
  if (host === '') return refuseTarget('The URL has no host. Type it as https://example.com/.')
  if (!host.includes('%')) return ok(host)
  const zoned = /^(\[[0-9a-f:]+)%25([^%]*\].*)$/i.exec(host)
  return zoned ? ok(`${zoned[1] ?? ''}%${zoned[2] ?? ''}`) : refuseTarget('The host of the URL is percent-encoded. Type it in plain letters.')
}

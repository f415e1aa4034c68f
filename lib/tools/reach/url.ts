/** Addresses of http and https as redirects name them, read strictly: what two programs could read as two different hosts is no address here. */
import { parseUrl } from '#lib/policy/endpoint.ts'

export interface HttpUrl {
  scheme: 'http' | 'https'
  /** Canonical, as a pinned target has it. */
  host: string
  port: number
  /** With its query; visible ASCII. */
  path: string
}

/** not-http: it leads to another scheme. invalid: it cannot be read; `reason` says why. */
export type Location = { kind: 'url'; url: HttpUrl } | { kind: 'not-http' | 'invalid'; reason: string }

const TEXT_MAX = 2000
const SCHEME = /^([a-z][a-z0-9+.-]{0,31}):/i
/** As canonical hosts are; what else a name may hold on the wire is of no use to a certificate. */
const HOST = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/

export const urlText = ({ scheme, host, port, path }: HttpUrl): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}${port === (scheme === 'http' ? 80 : 443) ? '' : `:${port}`}${path}`

/** Where a `Location` field leads from `base` (RFC 3986, 5.2). Its text is the peer's. */
export function resolveLocation(base: HttpUrl, location: string): Location {
  const text = location.replace(/#.*$/s, '')
  if (location.length > TEXT_MAX) return { kind: 'invalid', reason: `It is longer than ${TEXT_MAX} characters.` }
  if (/[\0-\x20\x7f\\]/.test(text)) return { kind: 'invalid', reason: 'It holds a blank, a backslash or a control character.' }
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return { kind: 'not-http', reason: `It leads to ${scheme}.` }
  if (scheme !== undefined) return readAbsolute(text, scheme)
  if (text.startsWith('//')) return readAbsolute(`${base.scheme}:${text}`, base.scheme)
  const path = text.startsWith('/') ? text : text === '' ? base.path : text.startsWith('?') ? base.path.replace(/\?.*$/, '') + text : base.path.replace(/\?.*$/, '').replace(/[^/]*$/, '') + text
  return { kind: 'url', url: { ...base, path: cleanPath(path) } }
}

function readAbsolute(text: string, scheme: 'http' | 'https'): Location {
  if (!/^https?:\/\//i.test(text)) return { kind: 'invalid', reason: 'It names a scheme without a host.' }
  const parsed = parseUrl(text)
  if (!parsed.ok) return { kind: 'invalid', reason: parsed.error.message }
  const { kind, host, port = scheme === 'http' ? 80 : 443 } = parsed.value
  const name = host.endsWith('.') ? host.slice(0, -1) : host
  if (kind === 'name' && !HOST.test(name)) return { kind: 'invalid', reason: 'Its host is not a name that certificates know.' }
  const tail = /^https?:\/\/[^/?]*(.*)$/is.exec(text)?.[1] ?? ''
  return { kind: 'url', url: { scheme, host: name, port, path: cleanPath(tail.startsWith('/') ? tail : `/${tail}`) } }
}

/** Without dot segments (RFC 3986, 5.2.4), in visible ASCII: a letter of the field is one byte. */
function cleanPath(text: string): string {
  const query = text.indexOf('?')
  const out: string[] = []
  const parts = (query < 0 ? text : text.slice(0, query)).split('/').slice(1)
  for (const [at, part] of parts.entries()) {
    const isLast = at === parts.length - 1
    if (part === '..') out.pop()
    if (part === '.' || part === '..') {
      if (isLast) out.push('')
    } else out.push(part)
  }
  const path = `/${out.join('/')}${query < 0 ? '' : text.slice(query)}`
  return path.replace(/[^!-~]/g, (letter) => [...bytesOf(letter)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''))
}

/** A letter above U+00FF does not come from a field's bytes; it is not sent. */
const bytesOf = (letter: string): number[] => (letter.charCodeAt(0) <= 0xff ? [letter.charCodeAt(0)] : [0x3f])

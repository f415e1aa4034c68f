/** Parsers of single settings: text in, a checked value out, or the end of a sentence that says what is allowed. */
import { isIP } from 'node:net'
import { isAbsolute, normalize } from 'node:path'

/** `wrong` completes the sentence `HOPSCOPE_X: "text" …`. */
export type Parsed<T> = { value: T } | { wrong: string }

/** A literal address to listen on, or `localhost`. */
export function parseHost(text: string): Parsed<string> {
  return isIP(text) !== 0 || text === 'localhost' ? { value: text } : { wrong: 'is not an address to listen on. Give an IPv4 or IPv6 address, or localhost.' }
}

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** A TCP port; 0 means any free one. */
export function parsePort(text: string): Parsed<number> { return parseWhole(text, 0, 65_535) }

/** A whole decimal number within `min..max`. */
export function parseWhole(text: string, min: number, max: number): Parsed<number> {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return value >= min && value <= max ? { value } : { wrong: `is not a whole number from ${min} to ${max}.` }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 }
const BYTES_MIN = 16 * 1024 * 1024

/** Bytes, with an optional K, M, G or T (powers of 1024); at least 16M. */
export function parseBytes(text: string): Parsed<number> {
  const match = /^(\d{1,15})([KMGT]?)$/i.exec(text)
  const value = match === null ? Number.NaN : Number(match[1]) * (UNITS[(match[2] ?? '').toUpperCase()] ?? Number.NaN)
  return Number.isSafeInteger(value) && value >= BYTES_MIN ? { value } : { wrong: 'is not a size. Give bytes, or a number with K, M, G or T, 16M at least: for example 10G.' }
}

/** An absolute path without control characters. */
export function parseFolder(text: string): Parsed<string> {
  const clean = [...text].every((char) => char >= ' ' && char !== '\u007f')
  return isAbsolute(text) && clean ? { value: normalize(text).replace(/(.)\/+$/, '$1') } : { wrong: 'is not an absolute path. Start it with a slash.' }
}

/** `on` or `off`. */
export function parseSwitch(text: string): Parsed<boolean> {
  return text === 'on' || text === 'off' ? { value: text === 'on' } : { wrong: 'is neither on nor off.' }
}

/** `off`, `dns`, or the absolute path of a table of AS numbers. */
export function parseAsNumbers(text: string): Parsed<string> {
  if (text === 'off' || text === 'dns') return { value: text }
  const path = parseFolder(text)
  return 'value' in path ? path : { wrong: 'is neither off, nor dns, nor the absolute path of a table.' }
}

/** An origin as people type it: http or https, a host, perhaps a port, nothing else. */
export function parseOrigin(text: string): Parsed<string> {
  const wrong = { wrong: 'is not an origin. Give http:// or https://, the host and perhaps a port, for example https://hopscope.example.net.' }
  if (!URL.canParse(text)) return wrong
  const url = new URL(text)
  const plain = (url.protocol === 'http:' || url.protocol === 'https:') && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  return plain ? { value: url.origin } : wrong
}

/** Comma-separated addresses or networks; a bare address becomes a /32 or /128. */
export function parseCidrs(text: string): Parsed<readonly string[]> {
  const value: string[] = []
  for (const part of text.split(',').map((item) => item.trim()).filter((item) => item !== '')) {
    const [address = '', bits, more] = part.split('/')
    const family = isIP(address)
    const width = family === 4 ? 32 : 128
    const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
    if (family === 0 || more !== undefined || !(prefix >= 0 && prefix <= width) || address.includes('%')) return { wrong: `holds ${JSON.stringify(part)}, which is not a network. Give addresses or CIDRs separated by commas, for example 10.0.0.5/32.` }
    value.push(`${address}/${prefix}`)
  }
  return { value }
}

/** A short name to show: printable, 64 characters at most. */
export function parseName(text: string): Parsed<string> {
  return /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u.test(text) ? { value: text } : { wrong: 'is not a name. Use letters, digits, space, dot, dash and underscore, 64 at most.' }
}

/** A system account that is not root: tools never run as root. */
export function parseAccount(text: string): Parsed<string> {
  if (text === 'root') return { wrong: 'may not be root: tools and web never run as root. Name an ordinary or system account.' }
  return /^[a-z_][a-z0-9_-]{0,31}$/.test(text) ? { value: text } : { wrong: 'is not an account name. Use lower-case letters, digits, dash and underscore, 32 at most.' }
}

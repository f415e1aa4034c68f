/** The grammar of one host: an IP literal or a DNS name, in exactly one spelling each. Every refusal says why and what to type. */
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { ParsedTarget } from '#lib/protocol/target.ts'
import { formatAddress, isZone, parseAddress, parseIpv4, parseIpv6 } from './address.ts'
import { codePointName, quote } from './characters.ts'
import { decodeLabel, encodeLabel } from './idn.ts'

/** More than any name can have, also in Unicode; longer text is not looked at. */
const HOST_TEXT_MAX = 512

/** A refusal of the target's spelling. */
export const refuseTarget = (message: string): Result<never> => fail({ code: 'target-invalid', field: 'target', message })

/** A host without port, path or brackets. `text` holds no control, invisible or bidi characters (checked before). */
export function parseHost(text: string): Result<ParsedTarget> {
  if (text === '') return refuseTarget('No host was given. Type a name such as example.com, or an address.')
  if (text.length > HOST_TEXT_MAX) return refuseTarget(`The host has ${text.length} characters; DNS allows 253.`)
  if (text.includes(':')) return parseIpv6Host(text)
  const v4 = parseIpv4(text)
  if (v4) return ok({ kind: 'ipv4', host: v4.toString() })
  const last = text.slice(text.lastIndexOf('.', text.length - 2) + 1)
  return /^[0-9]/.test(last) ? refuseTarget(numericFault(text)) : parseName(text)
}

function parseIpv6Host(text: string): Result<ParsedTarget> {
  const percent = text.indexOf('%')
  const bare = percent < 0 ? text : text.slice(0, percent)
  if (!parseIpv6(bare)) return refuseTarget(`${quote(text)} is not an IPv6 address. Type up to eight groups of hexadecimal digits, "::" at most once, such as 2001:db8::1.`)
  const address = parseAddress(text)
  if (!address) {
    return refuseTarget(isZone(text.slice(percent + 1))
      ? `Only link-local addresses (fe80::/10) take an interface. Type ${quote(bare)} without the part after %.`
      : `${quote(text.slice(percent + 1))} is not the name of a network interface. Type it as ip link shows it, such as fe80::1%eth0.`)
  }
  if (address.family === 4) return ok({ kind: 'ipv4', host: address.text, reducedFrom: 'IPv4-mapped IPv6 address' })
  const linkLocal = bare.toLowerCase().startsWith('fe') && /^fe[89ab]/.test(address.text)
  if (linkLocal && address.zone === undefined) return refuseTarget(`${address.text} is link-local, so it exists once on every link. Add the interface: ${address.text}%eth0, for example.`)
  return ok({ kind: 'ipv6', host: formatAddress(address), ...(address.zone === undefined ? {} : { zone: address.zone }) })
}

/** Why something that ends in a number is not an address, and what it was perhaps meant to be. */
function numericFault(text: string): string {
  const odd = /[^A-Za-z0-9._-]/u.exec(text)?.[0]
  if (odd !== undefined) {
    return odd > '\x7f'
      ? `${quote(text)} holds ${quote(odd)}, which only looks like part of an address. Type ordinary digits and dots.`
      : `${quote(odd)} cannot stand in an address. Type only the name or address, without options or commands.`
  }
  if (/^[0-9.]+-[0-9.]+$/.test(text)) return `Hopscope looks at one host at a time, and ${quote(text)} is a range. Type one address of it.`
  if (text.endsWith('.') && parseIpv4(text.slice(0, -1))) return `An address has no dot at its end. Type ${text.slice(0, -1)}.`
  const parts = text.split('.', 6)
  if (parts.length === 4 && parts.every((part) => /^[0-9]{1,3}$/.test(part))) {
    const big = parts.find((part) => Number(part) > 255)
    if (big !== undefined) return `${quote(text)} is not an IPv4 address: ${big} is above 255.`
    return `${quote(text)} has a part with leading zeros, which some programs read as octal. Type each part as a plain decimal number.`
  }
  const meant = readLikeInetAton(parts)
  if (meant !== null) return `${quote(text)} is not written as four decimal numbers; some programs read it as ${meant}. Type ${meant} if that is what you mean.`
  return `${quote(text)} is neither an address nor a name: an IPv4 address has four decimal numbers (192.0.2.1), and the last part of a name begins with a letter.`
}

/** What the C library makes of short, hexadecimal, octal and one-number forms; null if it refuses too. */
function readLikeInetAton(parts: readonly string[]): string | null {
  if (parts.length > 4 || parts.some((part) => part.length > 20)) return null
  const numbers = parts.map((part) => (/^0x[0-9a-f]+$/i.test(part) ? Number.parseInt(part.slice(2), 16) : /^0[0-7]*$/.test(part) ? Number.parseInt(part, 8) : /^[1-9][0-9]*$/.test(part) ? Number(part) : NaN))
  const last = numbers.pop() ?? NaN
  const room = 256 ** (4 - numbers.length)
  if (!(last < room) || !numbers.every((octet) => octet <= 255)) return null
  const tail = Array.from({ length: 4 - numbers.length }, (_, index) => Math.floor(last / 256 ** (3 - numbers.length - index)) % 256)
  return [...numbers, ...tail].join('.')
}

/** A DNS name: labels of letters, digits, dashes and underscores; the last one begins with a letter; one dot may end it. */
function parseName(text: string): Result<ParsedTarget> {
  const wideDot = /[\u3002\uff0e\uff61\u2024]/u.exec(text)
  if (wideDot) return refuseTarget(`${quote(text)} is written with the character ${codePointName(wideDot[0].codePointAt(0) ?? 0)} in place of a dot. Type ordinary dots.`)
  const labels = (text.endsWith('.') ? text.slice(0, -1) : text).split('.')
  const ascii: string[] = []
  const unicode: string[] = []
  for (const label of labels) {
    const checked = checkLabel(label, text)
    if (!checked.ok) return checked
    ascii.push(checked.value.ascii)
    unicode.push(checked.value.unicode)
  }
  const host = ascii.join('.')
  if (host.length > 253) return refuseTarget(`The name has ${host.length} characters; DNS allows 253.`)
  if (!/^[a-z]/.test(ascii.at(-1) ?? '')) return refuseTarget(`The last part of a name begins with a letter; that of ${quote(text)} does not.`)
  const shown = unicode.join('.')
  return ok({ kind: 'name', host, ...(shown === host ? {} : { unicodeHost: shown }) })
}

function checkLabel(label: string, whole: string): Result<{ ascii: string; unicode: string }> {
  if (label === '') return refuseTarget(`${quote(whole)} has an empty part: two dots in a row, or a dot at its start.`)
  if (!/^[\x21-\x7e]*$/.test(label)) {
    const encoded = encodeLabel(label)
    return encoded.ok ? ok(encoded) : refuseTarget(`${quote(label)} ${encoded.why}.`)
  }
  const odd = /[^A-Za-z0-9_-]/.exec(label)
  if (odd) return refuseTarget(`${quote(odd[0])} cannot stand in a host name. Type only the name or address, without options or commands.`)
  if (label.length > 63) return refuseTarget(`The part ${quote(label)} has ${label.length} characters; DNS allows 63 between two dots.`)
  if (label.startsWith('-') || label.endsWith('-')) return refuseTarget(`The part ${quote(label)} begins or ends with a dash, which no host name does. Options are set in the form, not here.`)
  const ascii = label.toLowerCase()
  if (!ascii.startsWith('xn--')) return ok({ ascii, unicode: ascii })
  const decoded = decodeLabel(ascii)
  return decoded.ok ? ok(decoded) : refuseTarget(`${quote(label)} ${decoded.why}.`)
}

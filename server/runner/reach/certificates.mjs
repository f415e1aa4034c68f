/** Certificates as a peer showed them, in bounded records, and why a client would refuse them. */
// @ts-check
import { isIP, isIPv6, SocketAddress } from 'node:net'
import { checkServerIdentity, createSecureContext, getCACertificates } from 'node:tls'
import { bounded } from './output.mjs'

/** @typedef {import('node:crypto').X509Certificate} X509 */
/** @typedef {{ subject: string, issuer: string, names: string[], namesCut?: number, notBeforeMs: number, notAfterMs: number, serial: string, sha256: string, key: string, selfIssued: boolean }} Certificate */

const CHAIN_MAX = 8
const NAMES_MAX = 100
/** Of a certificate that is not the server's own: authorities are not known by such names. */
const OTHER_NAMES_MAX = 10
const DN_MAX = 300
const NAME_MAX = 253
const DAY_MS = 86_400_000

/** Whom a program on this host would trust: the authorities that Node brings, and those of the system. */
export const trustedContext = () => createSecureContext({ ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system')])] })

/**
 * The server's own first, then as it sent them.
 * @param {X509} [leaf]
 * @returns {Certificate[]}
 */
export function readChain(leaf) {
  const chain = []
  for (let at = leaf; at && chain.length < CHAIN_MAX; at = at.issuerCertificate) chain.push(readOne(at, chain.length === 0 ? NAMES_MAX : OTHER_NAMES_MAX))
  return chain
}

/** @param {X509} certificate @param {number} most @returns {Certificate} */
function readOne(certificate, most) {
  const { names, count } = readNames(certificate.subjectAltName ?? '', most)
  return {
    subject: readDn(certificate.subject), issuer: readDn(certificate.issuer),
    names, ...(count > names.length ? { namesCut: count - names.length } : {}),
    notBeforeMs: timeOf(certificate.validFrom), notAfterMs: timeOf(certificate.validTo),
    serial: bounded(certificate.serialNumber, 64), sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    key: keyOf(certificate), selfIssued: certificate.subject === certificate.issuer,
  }
}

/** A date that cannot be read lies at 0. @param {string} text */
const timeOf = (text) => Date.parse(text) || 0

/** One part of a name per line becomes one line. @param {string | undefined} dn */
const readDn = (dn) => bounded((dn ?? '').replaceAll('\n', ', '), DN_MAX)

/**
 * DNS names and addresses of `DNS:a, IP Address:1.2.3.4, DNS:"with, comma"`, as node:crypto writes them.
 * @param {string} text @param {number} most
 */
export function readNames(text, most) {
  /** @type {string[]} */
  const names = []
  let count = 0
  for (const [, kind, value = ''] of text.matchAll(/(DNS|IP Address|[A-Za-z][A-Za-z0-9 ]*):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/gy)) {
    if (kind !== 'DNS' && kind !== 'IP Address') continue
    count++
    if (names.length < most) names.push(bounded(nameOf(kind, value), NAME_MAX))
  }
  return { names, count }
}

/** @param {string} kind @param {string} value */
function nameOf(kind, value) {
  if (value.startsWith('"')) return unquoted(value)
  return kind === 'IP Address' && isIPv6(value) ? new SocketAddress({ address: value, family: 'ipv6' }).address : value
}

/** @param {string} quoted */
function unquoted(quoted) {
  try {
    return String(JSON.parse(quoted))
  } catch {
    return quoted
  }
}

/** @type {Readonly<Record<string, string>>} */
const CURVES = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }

/** @param {X509} certificate */
function keyOf(certificate) {
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey
    if (type === 'rsa' || type === 'rsa-pss') return `RSA ${details?.modulusLength ?? ''}`.trim()
    if (type === 'ec') return `EC ${CURVES[details?.namedCurve ?? ''] ?? details?.namedCurve ?? ''}`.trim()
    return bounded(type ?? 'unknown', 32)
  } catch {
    // A key that this OpenSSL cannot read.
    return 'unknown'
  }
}

/** @typedef {{ reason: string, reasonText: string }} Refusal */

/** @type {Readonly<Record<string, string>>} */
const TRUST = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'It is signed by itself, not by an authority.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its chain ends at an authority that this vantage does not trust.',
  UNABLE_TO_GET_ISSUER_CERT: 'The certificate of its issuer is missing, or not trusted here.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'The certificate of its issuer is missing from the chain, or the issuer is not trusted here.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The server sent its own certificate alone, and its issuer is not among the authorities trusted here.',
  INVALID_CA: 'An issuer in its chain is not allowed to sign certificates.',
  INVALID_PURPOSE: 'It is not meant for servers.',
  PATH_LENGTH_EXCEEDED: 'Its chain is longer than an issuer in it allows.',
  CERT_SIGNATURE_FAILURE: 'A signature in its chain is wrong.',
  CERT_UNTRUSTED: 'An authority in its chain is not trusted here.',
  CERT_REJECTED: 'An authority in its chain is refused here.',
}

/**
 * Why a client that was to reach `name` would refuse this; null: it would not. OpenSSL tells one reason, and of several not always the one that
 * says what to do, so dates and names are looked at here: expired, not yet valid, another name, then the chain.
 * @param {{ socket: import('node:tls').TLSSocket, leaf?: X509, chain: readonly Certificate[] }} seen @param {{ name: string, nowMs: number }} wanted
 * @returns {Refusal | null}
 */
export function refusalOf({ socket, leaf, chain }, { name, nowMs }) {
  const own = chain[0]
  if (!leaf || !own) return { reason: 'NO_CERTIFICATE', reasonText: 'The server showed no certificate.' }
  const code = trustCode(socket)
  const found = [...dateRefusals(chain, { nowMs, code }), ...nameRefusals(leaf, own, name), ...chainRefusals(code, own)]
  const [first] = found
  return first ? { reason: first.reason, reasonText: found.map((one) => one.reasonText).join(' ') } : null
}

/** OpenSSL's word on the chain. Node puts a name that does not fit in the same place. @param {import('node:tls').TLSSocket} socket */
function trustCode(socket) {
  /** @type {unknown} */
  const error = socket.authorizationError
  const code = typeof error === 'string' ? error : error instanceof Error && 'code' in error ? String(error.code) : null
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? null : code
}

/** @param {readonly Certificate[]} chain @param {{ nowMs: number, code: string | null }} seen @returns {Refusal[]} */
function dateRefusals(chain, { nowMs, code }) {
  for (const [at, { subject, notBeforeMs, notAfterMs }] of chain.entries()) {
    // What stands further up may not be needed: only if OpenSSL stumbled over a date.
    if (at > 0 && code !== 'CERT_HAS_EXPIRED' && code !== 'CERT_NOT_YET_VALID') return []
    const which = at === 0 ? 'It' : `“${bounded(subject, 80)}” in its chain`
    if (nowMs > notAfterMs) return [{ reason: 'CERT_HAS_EXPIRED', reasonText: `${which} expired on ${day(notAfterMs)}, ${days(nowMs - notAfterMs)} ago.` }]
    if (nowMs < notBeforeMs) return [{ reason: 'CERT_NOT_YET_VALID', reasonText: `${which} is valid from ${day(notBeforeMs)} on, ${days(notBeforeMs - nowMs)} from now by this vantage's clock.` }]
  }
  return []
}

/** @param {X509} leaf @param {Certificate} own @param {string} name @returns {Refusal[]} */
function nameRefusals(leaf, own, name) {
  try {
    if (checkServerIdentity(name, leaf.toLegacyObject()) === undefined) return []
  } catch {
    // A certificate whose names cannot be read is for nobody.
  }
  const [one, two, ...rest] = own.names
  const more = rest.length + (own.namesCut ?? 0)
  const named = one === undefined ? 'no name' : `${bounded(one, 80)}${two === undefined ? '' : more > 0 ? `, ${bounded(two, 80)} and ${more} more` : ` and ${bounded(two, 80)}`}`
  return [{ reason: 'ERR_TLS_CERT_ALTNAME_INVALID', reasonText: `It is for ${named}, not for ${isIP(name) === 0 ? 'the name' : 'the address'} ${name}.` }]
}

/** @param {string | null} code @param {Certificate} own @returns {Refusal[]} */
function chainRefusals(code, own) {
  if (code === null) return []
  const isDate = code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID'
  if (isDate && !own.selfIssued) return []
  // One certificate that signed itself is that, whatever OpenSSL missed first.
  const reason = own.selfIssued && (isDate || code.startsWith('UNABLE_TO_')) ? 'DEPTH_ZERO_SELF_SIGNED_CERT' : code
  return [{ reason: bounded(reason, 64), reasonText: TRUST[reason] ?? `A client would refuse it (${bounded(reason, 64)}).` }]
}

/** @param {number} ms */
const day = (ms) => new Date(ms).toISOString().slice(0, 10)

/** @param {number} ms */
function days(ms) {
  const whole = Math.floor(ms / DAY_MS)
  return whole === 0 ? 'less than a day' : whole === 1 ? '1 day' : `${whole} days`
}

/** A TLS handshake over an open connection, looked at as a client would and never refused. */
// @ts-check
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { readChain, refusalOf } from './certificates.mjs'
import { openTcp } from './connect.mjs'
import { bounded, codeOf, toMicro } from './output.mjs'

/** @typedef {import('./certificates.mjs').Certificate} Certificate */
/**
 * @typedef {{
 *   serverName: string | null, shaken: boolean, ms: number | null, version: string | null, cipher: string | null, alpn: string | null,
 *   reason: string | null, reasonText: string | null, chain: Certificate[],
 * }} Shaken
 */
/** @typedef {{ told: Shaken, socket?: import('node:tls').TLSSocket }} Secured `socket` is there where the handshake was completed, paused, and then the caller's; else the connection is gone. */
/** @typedef {{ name: string, timeoutMs: number, alpn: string[], context: import('node:tls').SecureContext, signal: AbortSignal }} Manner */

/** Errors of OpenSSL that mean the peer's bytes were no TLS. */
const NOT_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_BAD_RECORD_TYPE', 'ERR_SSL_UNEXPECTED_MESSAGE', 'ERR_SSL_HTTP_REQUEST', 'ERR_SSL_RECORD_LAYER_FAILURE', 'EPROTO'])

/** @type {Readonly<Record<string, string>>} */
const SAID = {
  TIMEOUT: 'The server took the connection and did not finish the TLS handshake in time.',
  CLOSED: 'The server closed the connection during the TLS handshake.',
  ECONNRESET: 'The connection was reset during the TLS handshake.',
  EPIPE: 'The server closed the connection during the TLS handshake.',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'The server offers only a version of TLS older than 1.2.',
  ERR_SSL_EXCESSIVE_MESSAGE_SIZE: 'The server sent a certificate larger than clients take.',
  ERR_SSL_DH_KEY_TOO_SMALL: 'The server offers a key exchange that is too weak for clients.',
}

/**
 * Never rejects.
 * @param {import('node:net').Socket} raw @param {Manner} manner
 * @returns {Promise<Secured>}
 */
export function shake(raw, { name, timeoutMs, alpn, context, signal }) {
  return new Promise((resolve) => {
    const serverName = isIP(name) === 0 ? name : null
    const startMs = performance.now()
    const socket = connect({ socket: raw, secureContext: context, rejectUnauthorized: false, ALPNProtocols: alpn, ...(serverName === null ? {} : { servername: serverName }) })
    socket.pause()
    /** @param {Shaken} told */
    const end = (told) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      socket.removeAllListeners('close').on('error', () => undefined)
      if (told.shaken) return resolve({ told, socket })
      socket.destroy()
      resolve({ told })
    }
    const ms = () => toMicro(performance.now() - startMs)
    /** @param {string} reason @param {string} reasonText */
    const failed = (reason, reasonText) => end({ serverName, shaken: false, ms: ms(), version: null, cipher: null, alpn: null, reason, reasonText, chain: [] })
    const stop = () => failed('STOPPED', 'The run was stopped during the TLS handshake.')
    const timer = setTimeout(() => failed('TIMEOUT', SAID['TIMEOUT'] ?? ''), timeoutMs)
    signal.addEventListener('abort', stop, { once: true })
    socket.once('error', (error) => failed(bounded(codeOf(error) ?? 'ERROR', 64), words(error)))
    socket.once('close', () => failed('CLOSED', SAID['CLOSED'] ?? ''))
    socket.once('end', () => failed('CLOSED', SAID['CLOSED'] ?? ''))
    socket.once('secureConnect', () => {
      const took = ms()
      socket.removeAllListeners('end')
      // Asking for the chain takes it out of the connection: once is all there is.
      const leaf = socket.getPeerX509Certificate()
      const chain = readChain(leaf)
      const refusal = refusalOf({ socket, ...(leaf ? { leaf } : {}), chain }, { name, nowMs: Date.now() })
      end({
        serverName, shaken: true, ms: took, version: socket.getProtocol(), cipher: bounded(socket.getCipher().standardName, 64),
        alpn: typeof socket.alpnProtocol === 'string' ? bounded(socket.alpnProtocol, 32) : null,
        reason: refusal?.reason ?? null, reasonText: refusal?.reasonText ?? null, chain,
      })
    })
  })
}

/** @param {Error} error */
function words(error) {
  const code = codeOf(error) ?? ''
  const known = SAID[code]
  if (known !== undefined) return known
  const alert = /^ERR_SSL_(?:SSL\/TLS|SSLV3|TLSV1|TLSV13)_ALERT_([A-Z0-9_]+)$/.exec(code)?.[1]
  if (alert !== undefined) return `The server refused the handshake with the alert “${alert.toLowerCase().replaceAll('_', ' ')}”.`
  if (NOT_TLS.has(code)) return 'What the server sent is not TLS.'
  return `The TLS handshake failed (${bounded(code === '' ? error.message : code, 120)}).`
}

/** Could it be that the peer speaks something else than TLS? @param {Shaken} told */
export const isNotTls = ({ shaken, reason }) => !shaken && reason !== null && NOT_TLS.has(reason)

/** A ClientHello that any server of TLS understands, and any other does not: enough to make it show what it speaks. */
const HELLO = Buffer.concat([
  Buffer.from('16030100310100002d0303', 'hex'), Buffer.alloc(32, 0x5a), Buffer.from('000006', 'hex'), Buffer.from('c02f009c002f', 'hex'), Buffer.from('0100', 'hex'),
])
const LOOK_BYTES = 256

/** What speaks first, or answers a ClientHello, on a port where TLS was expected. @type {readonly (readonly [RegExp, string])[]} */
const SPEAKS = [
  [/^HTTP\/\d/, 'HTTP'], [/^SSH-/, 'SSH'], [/^\* (?:OK|BYE|PREAUTH)/, 'IMAP'], [/^\+OK/, 'POP3'], [/^220[ -].*(?:SMTP|ESMTP)/i, 'SMTP'], [/^220[ -].*FTP/i, 'FTP'], [/^220[ -]/, 'SMTP or FTP'],
]

/**
 * Connects once more and reads the first bytes; what it speaks, as a sentence, or null where that shows nothing.
 * @param {import('./connect.mjs').Place & { signal: AbortSignal }} place
 * @returns {Promise<string | null>}
 */
export async function lookPlain(place) {
  const tried = await openTcp(place)
  const socket = tried?.socket
  if (!socket) return null
  /** @type {string} */
  const first = await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(''), place.timeoutMs)
    const done = (/** @type {string} */ text) => { clearTimeout(timer); resolve(text) }
    socket.once('data', (/** @type {Buffer} */ chunk) => done(chunk.toString('latin1', 0, LOOK_BYTES)))
    socket.once('close', () => done(''))
    place.signal.addEventListener('abort', () => done(''), { once: true })
    socket.write(HELLO)
  })
  socket.destroy()
  const speaks = SPEAKS.find(([form]) => form.test(first))?.[1]
  if (speaks !== undefined) return `The server speaks ${speaks} without TLS on this port.`
  return first === '' ? null : `What the server sent is not TLS; it begins ${visible(first)}.`
}

/**
 * Bytes of a peer as a short quotation.
 * @param {string} text One letter per byte.
 */
export const visible = (text) => `“${bounded(text.slice(0, 40).replace(/[^ -~]/g, '.'), 40)}”`

/** Looks closer at a port: TCP, then TLS, then the head of a page, at some addresses side by side. */
// @ts-check
import { isIPv6 } from 'node:net'
import { createSecureContext } from 'node:tls'
import { trustedContext } from './certificates.mjs'
import { leave, openTcp } from './connect.mjs'
import { isNotTls, lookPlain, shake } from './handshake.mjs'
import { askHead } from './head.mjs'
import { printJson, printTcp, wallMs } from './output.mjs'

/** @typedef {import('./words.mjs').CheckOrder} CheckOrder */
/** @typedef {{ order: CheckOrder, address: string, signal: AbortSignal }} Work */
/** @typedef {Work & { context: import('node:tls').SecureContext }} TlsWork */
/** @typedef {import('./connect.mjs').Tried} Tried */

/**
 * Resolves when every address is done.
 * @param {CheckOrder} order @param {AbortSignal} signal
 */
export async function check(order, signal) {
  // Read before anything is measured: some hundred certificates take a while.
  const context = order.depth === 'http' ? createSecureContext() : trustedContext()
  await Promise.all(order.addresses.map((address) => checkOne({ order, address, context, signal })))
}

/** @param {TlsWork} work */
async function checkOne(work) {
  const { order, address, signal } = work
  const { port, timeoutMs } = order
  const tried = await openTcp({ address, port, timeoutMs, signal })
  if (tried === null) return
  printTcp({ ...tried, port, n: order.first })
  const { socket } = tried
  if (!socket) {
    if (order.depth !== 'tls') printHttp(work, { atMs: tried.sentAtMs, ...NOTHING, connectMs: null, tlsMs: null, problem: noConnection(tried) })
  } else if (order.depth === 'http') {
    const atMs = wallMs()
    const head = await ask(socket, work)
    leave(socket)
    if (!signal.aborted) printHttp(work, { atMs, ...head, connectMs: tried.ms, tlsMs: null })
  } else await checkTls(work, tried, socket)
}

/** @param {TlsWork} work @param {Tried} tried @param {import('node:net').Socket} raw */
async function checkTls(work, tried, raw) {
  const { order, address, context, signal } = work
  const { name, timeoutMs, port } = order
  const atMs = wallMs()
  const { told, socket } = await shake(raw, { name, timeoutMs, context, signal, alpn: order.depth === 'https' ? ['h2', 'http/1.1'] : [] })
  if (signal.aborted) return
  if (isNotTls(told)) told.reasonText = await lookPlain({ address, port, timeoutMs, signal }) ?? told.reasonText
  if (signal.aborted) return
  printTls(work, atMs, told)
  if (order.depth === 'tls') {
    if (socket) leave(socket)
  } else if (!socket) printHttp(work, { atMs, ...NOTHING, connectMs: tried.ms, tlsMs: null, problem: `No TLS: ${told.reasonText ?? ''}` })
  else if (told.alpn === 'h2') {
    leave(socket)
    await askAgain(work)
  } else {
    const head = await ask(socket, work)
    leave(socket)
    if (!signal.aborted) printHttp(work, { atMs: tried.sentAtMs, ...head, connectMs: tried.ms, tlsMs: told.ms })
  }
}

/** The first handshake agreed on HTTP/2; what is read here is HTTP/1.1, over a connection of its own. @param {TlsWork} work */
async function askAgain(work) {
  const { order: { name, port, timeoutMs }, address, context, signal } = work
  const tried = await openTcp({ address, port, timeoutMs, signal })
  if (tried === null) return
  const atMs = tried.sentAtMs
  if (!tried.socket) return printHttp(work, { atMs, ...NOTHING, connectMs: null, tlsMs: null, problem: noConnection(tried) })
  const { told, socket } = await shake(tried.socket, { name, timeoutMs, context, signal, alpn: ['http/1.1'] })
  if (signal.aborted) return
  if (!socket) return printHttp(work, { atMs, ...NOTHING, connectMs: tried.ms, tlsMs: null, problem: told.reason?.includes('NO_APPLICATION_PROTOCOL') ? 'The server speaks only HTTP/2, which is not read here.' : `No TLS at the second connection: ${told.reasonText ?? ''}` })
  const head = await ask(socket, work)
  leave(socket)
  if (!signal.aborted) printHttp(work, { atMs, ...head, connectMs: tried.ms, tlsMs: told.ms })
}

/** @param {import('node:net').Socket} socket @param {Work} work */
const ask = (socket, { order, signal }) => askHead(socket, { host: hostHeader(order), path: order.path, timeoutMs: order.timeoutMs, signal })

/** As a client writes it: the port where it is not the scheme's own, no zone. @param {CheckOrder} order */
function hostHeader({ name, port, depth }) {
  const host = isIPv6(name) ? `[${name.replace(/%.*$/, '')}]` : name
  return port === (depth === 'https' ? 443 : 80) ? host : `${host}:${port}`
}

/** @type {Pick<import('./head.mjs').Head, 'status' | 'location' | 'server' | 'firstByteMs'>} */
const NOTHING = { status: null, location: null, server: null, firstByteMs: null }

/** @type {Readonly<Record<Exclude<Tried['state'], 'open'>, string>>} */
const CLOSED = {
  refused: 'No connection: it was refused.', timeout: 'No connection: nothing answered in time.', unreachable: 'No connection: the address is unreachable.',
  denied: "No connection: the vantage's own system did not permit it.", error: 'No connection: the vantage could not make one.',
}

/** @param {Tried} tried */
const noConnection = ({ state, code }) => `${state === 'open' ? '' : CLOSED[state]}${code === null ? '' : ` (${code})`}`

/** @param {Work} work @param {import('./head.mjs').Head & { atMs: number, connectMs: number | null, tlsMs: number | null }} seen */
function printHttp({ order, address }, { atMs, status, location, server, firstByteMs, connectMs, tlsMs, problem }) {
  const { port, hop, path, depth } = order
  const url = `${depth}://${hostHeader(order)}${path}`
  printJson('http', atMs, { address, port, hop, url, status, location, server, connectMs, tlsMs, firstByteMs, problem })
}

/**
 * Certificates first, each in a record of its own; `tls` concludes them.
 * @param {Work} work @param {number} atMs @param {import('./handshake.mjs').Shaken} told
 */
function printTls({ order: { port, hop }, address }, atMs, { chain, ...told }) {
  for (const [i, certificate] of chain.entries()) printJson('cert', atMs, { address, port, hop, i, ...certificate })
  printJson('tls', atMs, { address, port, hop, ...told, certificates: chain.length })
}

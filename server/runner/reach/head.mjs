/** The head of an HTTP/1 answer: asked for, read within bounds, and never further than its end. */
// @ts-check
import { bounded, toMicro } from './output.mjs'
import { visible } from './handshake.mjs'

/** @typedef {{ status: number | null, location: string | null, server: string | null, firstByteMs: number | null, problem: string | null }} Head */

const HEAD_MAX = 16_384
const LOCATION_MAX = 2000
const SERVER_MAX = 200

/**
 * GET without a body. Never rejects.
 * @param {import('node:net').Socket} socket An open connection, or one of TLS. Its errors are taken.
 * @param {{ host: string, path: string, timeoutMs: number, signal: AbortSignal }} wanted The first byte must come within `timeoutMs`, the rest of the head within as much again.
 * @returns {Promise<Head>}
 */
export function askHead(socket, { host, path, timeoutMs, signal }) {
  return new Promise((resolve) => {
    const startMs = performance.now()
    /** @type {number | null} */
    let firstByteMs = null
    let bytes = Buffer.alloc(0)
    /** @param {string | null} problem What ended it before its head was whole. */
    const end = (problem) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      socket.removeListener('data', take).removeListener('close', closed).removeListener('end', closed)
      resolve({ firstByteMs, ...readHead(bytes.toString('latin1'), problem) })
    }
    const stop = () => end('The run was stopped before the answer came.')
    const closed = () => end(firstByteMs === null ? 'The server closed the connection without an answer.' : 'The server closed the connection in the middle of the head.')
    const late = () => end(firstByteMs === null ? 'The server took the request and did not answer in time.' : 'The head of the answer did not end in time.')
    let timer = setTimeout(late, timeoutMs)
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      if (firstByteMs === null) {
        firstByteMs = toMicro(performance.now() - startMs)
        clearTimeout(timer)
        timer = setTimeout(late, timeoutMs)
      }
      bytes = Buffer.concat([bytes, chunk.subarray(0, HEAD_MAX - bytes.length)])
      if (isWhole(bytes.toString('latin1'))) end(null)
      else if (bytes.length >= HEAD_MAX) end(`The head of the answer is longer than ${HEAD_MAX / 1024} KiB; the rest was not read.`)
    }
    signal.addEventListener('abort', stop, { once: true })
    socket.on('data', take).once('close', closed).once('end', closed)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: hopscope-reach\r\nAccept: */*\r\nConnection: close\r\n\r\n`, 'latin1')
    socket.resume()
  })
}

const STATUS = /^HTTP\/1\.\d (\d{3})(?:[ \t][^\r\n]*)?\r?\n/

/** Where the head that counts begins: interim answers (100, 103) come before it. @param {string} text */
function skipInterim(text) {
  let from = 0
  for (;;) {
    const status = STATUS.exec(text.slice(from))?.[1]
    const end = /\r?\n\r?\n/.exec(text.slice(from))
    if (status === undefined || !status.startsWith('1') || status === '101' || !end) return text.slice(from)
    from += end.index + end[0].length
  }
}

/** @param {string} text */
const isWhole = (text) => {
  const head = skipInterim(text)
  return /\n\r?\n/.test(head) || (head.includes('\n') && !STATUS.test(head))
}

/**
 * @param {string} text One letter per byte. @param {string | null} problem
 * @returns {Omit<Head, 'firstByteMs'>}
 */
export function readHead(text, problem) {
  const head = skipInterim(text)
  const line = STATUS.exec(head)
  if (!line) return { status: null, location: null, server: null, problem: notHttp(head, problem) }
  const fields = (/\n\r?\n/.exec(head) ? head.slice(0, head.search(/\r?\n\r?\n/)) : head.slice(0, head.lastIndexOf('\n') + 1)).slice(line[0].length)
  return { status: Number(line[1]), location: fieldOf(fields, 'location', LOCATION_MAX), server: fieldOf(fields, 'server', SERVER_MAX), problem }
}

/** @param {string} head @param {string | null} problem */
function notHttp(head, problem) {
  if (head === '') return problem ?? 'The server closed the connection without an answer.'
  if (/^[\x15\x16]\x03/.test(head)) return 'The server answered the plain request in TLS: this port speaks HTTPS.'
  if (problem !== null && (/^HTTP\/1\.\d/.test(head) || 'HTTP/1.'.startsWith(head))) return problem
  return `What the server answered is not HTTP; it begins ${visible(head)}.`
}

/**
 * The first field of a name; null: there is none.
 * @param {string} fields @param {string} name @param {number} most
 */
function fieldOf(fields, name, most) {
  for (const line of fields.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0 && line.slice(0, colon).toLowerCase() === name) return bounded(line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, ''), most)
  }
  return null
}

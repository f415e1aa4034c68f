/** What the probe prints: one line per fact, in ASCII, no line longer than a reader of lines keeps. */
// @ts-check
import { writeSync } from 'node:fs'

/** Bytes of JSON in a line: readers keep 4,096 with the stamp. */
const LINE_MAX = 3900

/** The wall clock has whole milliseconds only; between two looks the monotonic one tells the rest. */
const DRIFT_MS = 1.5

const FULL_WAIT_MS = 10

let offsetMs = Number.NaN

/** Wall clock, epoch ms with microseconds. Follows the clock where it is set. */
export function wallMs() {
  const mono = performance.now()
  const wall = Date.now()
  if (!(Math.abs(offsetMs + mono - wall - 0.5) <= DRIFT_MS)) offsetMs = wall + 0.5 - mono
  return offsetMs + mono
}

/**
 * `EPOCH.MICROS`.
 * @param {number} ms
 */
function stamp(ms) {
  const micros = Math.round(ms * 1000)
  return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`
}

/** @param {number} ms */
export const toMicro = (ms) => Math.round(ms * 1000) / 1000

/** @param {string} text */
function line(text) {
  const bytes = Buffer.from(`${text}\n`, 'latin1')
  let from = 0
  while (from < bytes.length) {
    try {
      from += writeSync(1, bytes, from)
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') {
        // A reader that is slower than we are: wait for it, idle.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_WAIT_MS)
        continue
      }
      // Nobody reads any more.
      process.exit(codeOf(error) === 'EPIPE' ? 0 : 1)
    }
  }
}

/**
 * The `code` of an error of the system or of OpenSSL; null: it has none.
 * @param {unknown} error
 * @returns {string | null}
 */
export function codeOf(error) {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : null
}

/** @param {import('./connect.mjs').Tried & { port: number, n: number }} tried */
export function printTcp({ sentAtMs, address, port, n, state, ms, code }) {
  line(`${stamp(sentAtMs)} tcp ${address} ${port} ${n} ${state} ${ms === null ? '-' : ms.toFixed(3)} ${code ?? '-'}`)
}

/**
 * `EPOCH.MICROS WORD {json}`. JSON that is too long for a line goes on in the next one: all but its last line say `WORD+`.
 * @param {'cert' | 'tls' | 'http'} word @param {number} atMs @param {object} value
 */
export function printJson(word, atMs, value) {
  const json = asciiJson(value)
  for (let from = 0; from < json.length; from += LINE_MAX) {
    const isLast = from + LINE_MAX >= json.length
    line(`${stamp(atMs)} ${word}${isLast ? '' : '+'} ${json.slice(from, from + LINE_MAX)}`)
  }
}

/**
 * JSON in ASCII alone: nothing a peer said can act on a terminal.
 * @param {unknown} value
 */
const asciiJson = (value) => JSON.stringify(value).replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)

/**
 * A text of the peer's: cut, lone surrogates replaced.
 * @param {string} text @param {number} most
 */
export const bounded = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text).toWellFormed()

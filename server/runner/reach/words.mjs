/** The command line of the probe, read strictly: what it does not know ends it with a sentence. */
// @ts-check
import { isIP } from 'node:net'

/** @typedef {{ command: 'tcp', port: number, count: number, intervalMs: number, timeoutMs: number, first: number, watch: number, addresses: string[] }} TcpOrder */
/** @typedef {{ command: 'check', port: number, timeoutMs: number, first: number, depth: 'tls' | 'http' | 'https', name: string, path: string, hop: number, addresses: string[] }} CheckOrder */
/** @typedef {{ command: 'version' } | { command: 'self-test' } | TcpOrder | CheckOrder} Order */

export const USAGE = `usage: hopscope-reach --version | --self-test
       hopscope-reach tcp --port P --count N|0 --interval MS --timeout MS [--first N] [--watch N] -- ADDRESS…
       hopscope-reach check --port P --timeout MS --depth tls|http|https --name HOST [--path /PATH] [--hop N] [--first N] -- ADDRESS…`

const ADDRESSES_MAX = 16
const PATH_MAX = 2000
const TCP_FLAGS = ['--port', '--count', '--interval', '--timeout', '--first', '--watch']
const CHECK_FLAGS = ['--port', '--timeout', '--first', '--depth', '--name', '--path', '--hop']

/** Something on the command line is not as it should be. */
export class UsageError extends Error {}

/**
 * Throws UsageError.
 * @param {readonly string[]} words What follows the program.
 * @returns {Order}
 */
export function readOrder(words) {
  const [command, ...rest] = words
  if (command === '--version' && rest.length === 0) return { command: 'version' }
  if (command === '--self-test' && rest.length === 0) return { command: 'self-test' }
  if (command === 'tcp') return tcpOrder(splitFlags(rest, TCP_FLAGS))
  if (command === 'check') return checkOrder(splitFlags(rest, CHECK_FLAGS))
  throw new UsageError(USAGE)
}

/** @typedef {{ flags: Map<string, string>, addresses: string[] }} Given */

/** @param {Given} given @returns {TcpOrder} */
function tcpOrder({ flags, addresses }) {
  return {
    command: 'tcp', addresses,
    port: whole(flags, '--port', { min: 1, max: 65_535 }),
    count: whole(flags, '--count', { min: 0, max: 999_999_999 }),
    intervalMs: whole(flags, '--interval', { min: 10, max: 3_600_000 }),
    timeoutMs: whole(flags, '--timeout', { min: 10, max: 60_000 }),
    first: whole(flags, '--first', { min: 1, max: 999_999_999, fallback: 1 }),
    watch: whole(flags, '--watch', { min: 0, max: 1000, fallback: 0 }),
  }
}

/** @param {Given} given @returns {CheckOrder} */
function checkOrder({ flags, addresses }) {
  const depth = flags.get('--depth')
  if (depth !== 'tls' && depth !== 'http' && depth !== 'https') throw new UsageError('--depth must be tls, http or https.')
  const name = flags.get('--name') ?? ''
  if (isIP(name) === 0 && !/^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i.test(name)) throw new UsageError('--name must be a host name in ASCII, or an address.')
  const path = flags.get('--path') ?? '/'
  if (path.length > PATH_MAX || !/^\/[!-~]*$/.test(path) || path.includes('#')) throw new UsageError(`--path must begin with / and hold visible ASCII only, ${PATH_MAX} characters at most.`)
  return {
    command: 'check', addresses, depth, name, path,
    port: whole(flags, '--port', { min: 1, max: 65_535 }),
    timeoutMs: whole(flags, '--timeout', { min: 10, max: 60_000 }),
    first: whole(flags, '--first', { min: 1, max: 999_999_999, fallback: 1 }),
    hop: whole(flags, '--hop', { min: 0, max: 99, fallback: 0 }),
  }
}

/**
 * @param {readonly string[]} words @param {readonly string[]} known
 * @returns {Given}
 */
function splitFlags(words, known) {
  const end = words.indexOf('--')
  if (end < 0) throw new UsageError('The addresses must stand behind --.')
  /** @type {Map<string, string>} */
  const flags = new Map()
  for (let at = 0; at < end; at += 2) {
    const flag = words[at] ?? ''
    const value = words[at + 1]
    if (!known.includes(flag)) throw new UsageError(`“${shown(flag)}” is not an option here.\n${USAGE}`)
    if (at + 1 >= end || value === undefined) throw new UsageError(`${flag} needs a value.`)
    if (flags.has(flag)) throw new UsageError(`${flag} was given twice.`)
    flags.set(flag, value)
  }
  const addresses = words.slice(end + 1)
  if (addresses.length === 0 || addresses.length > ADDRESSES_MAX) throw new UsageError(`1 to ${ADDRESSES_MAX} addresses must stand behind --.`)
  const foreign = addresses.find((address) => isIP(address) === 0 || address.length > 64)
  if (foreign !== undefined) throw new UsageError(`“${shown(foreign)}” is not a literal address; names are not resolved here.`)
  return { flags, addresses }
}

/**
 * @param {ReadonlyMap<string, string>} flags @param {string} flag
 * @param {{ min: number, max: number, fallback?: number }} range
 */
function whole(flags, flag, { min, max, fallback }) {
  const text = flags.get(flag)
  if (text === undefined && fallback !== undefined) return fallback
  const value = text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : NaN
  if (!(value >= min && value <= max)) throw new UsageError(`${flag} must be a whole number from ${min} to ${max}.`)
  return value
}

/** @param {string} text */
const shown = (text) => text.slice(0, 64).replace(/[^ -~]/g, '?')

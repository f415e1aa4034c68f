/** Lines in which dig and nslookup say that a server gave them no answer. */
import type { NoReply } from '../status.ts'

/** One try that failed. */
export interface Failure {
  /** As printed: `10.0.0.53#53`. */
  server: string
  /** `timeout`, `connection-refused`, `host-unreachable`, `network-unreachable`, `connection-reset`, `closed`, `permission`, `address`, `other`. */
  error: string
  status: NoReply
  /** Null where the line does not say. */
  transport: 'udp' | 'tcp' | null
  /** The name that was asked for, where the line says it. */
  name: string | null
}

const COMMUNICATION = /^;; communications error to ([^\s(]{1,128})(?:\(\S{0,300}\))?: (\S.{0,199})$/
const SETUP = /^;; (UDP setup with|Connection to) ([^\s(]{1,128})(?:\(\S{0,300}\))? for (\S{1,1100}) failed: (\S.{0,199}?)\.?$/

/** BIND's words for what the system said. */
const WORDS: Readonly<Record<string, readonly [string, NoReply]>> = {
  'timed out': ['timeout', 'TIMEOUT'],
  'connection refused': ['connection-refused', 'CONNREFUSED'],
  'host unreachable': ['host-unreachable', 'UNREACHABLE'],
  'host down': ['host-unreachable', 'UNREACHABLE'],
  'network unreachable': ['network-unreachable', 'UNREACHABLE'],
  'network down': ['network-unreachable', 'UNREACHABLE'],
  'permission denied': ['permission', 'UNREACHABLE'],
  'address not available': ['address', 'UNREACHABLE'],
  'connection reset': ['connection-reset', 'BADREPLY'],
  'end of file': ['closed', 'BADREPLY'],
}
const OTHER = ['other', 'UNREACHABLE'] as const

/** What the line says; null when it is none of these. */
export function readFailure(text: string): Failure | null {
  const [, server, words] = COMMUNICATION.exec(text) ?? []
  if (server !== undefined && words !== undefined) return failure({ server, words, transport: null, name: null })
  const [, how, to, name, why] = SETUP.exec(text) ?? []
  if (to === undefined || why === undefined || name === undefined) return null
  return failure({ server: to, words: why, transport: how === 'Connection to' ? 'tcp' : 'udp', name })
}

function failure({ server, words, transport, name }: { server: string; words: string; transport: 'udp' | 'tcp' | null; name: string | null }): Failure {
  const [error, status] = Object.hasOwn(WORDS, words) ? WORDS[words] ?? OTHER : OTHER
  return { server, error, status, transport, name }
}

const GIVEN_UP = /^;; (?:connection timed out; )?no servers could be reached$/
/** The line that ends a question nobody answered. */
export const isGivenUp = (text: string): boolean => GIVEN_UP.test(text)

const BAD = /^;; (?:Got bad packet|ERROR): (\S.{0,199})$/
/** The reason why something that came is no answer; the question is over then. Null when the line is none of these. */
export const readBadPacket = (text: string): string | null => BAD.exec(text)?.[1] ?? null

const DUMP = /^(?:\d{1,5} bytes|[0-9a-f]{2}(?: [0-9a-f]{2}){0,15} {3,60}.{1,16})$/
/** Lines below a bad packet: its size and its bytes. */
export const isDump = (text: string): boolean => DUMP.test(text)

const REMARKS = [
  /^;; (?:Warning|WARNING|warning)(?:: | -- |, )\S/, /^;; Got (?:SERVFAIL|REFUSED|referral|NOTIMP|FORMERR)\b.{0,20} reply from \S/, /^;; Got recursion not available from \S/,
  /^;; BAD(?:COOKIE|VERS), retrying/, /^;; Question section mismatch: got \S/, /^;; reply from unexpected source: \S/, /^;; expected opt record in response$/,
  /^;; Couldn't verify signature: \S/, /^;; (?:Skipping|skipping) \S/, /^;; No response from \S/, /^;; no response to \S/,
] as const
/** Something the tool noticed while it went on asking. */
export const isRemark = (text: string): boolean => text.startsWith(';; ') && REMARKS.some((form) => form.test(text.slice(0, 200)))

export const TRUNCATED = ';; Truncated, retrying in TCP mode.'

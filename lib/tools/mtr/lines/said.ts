/** What mtr and its packet sender say about themselves: why they gave up. */
import type { FatalKind } from '../../ping/events.ts'
import type { MtrLine } from './line.ts'

const PROGRAM = /^(?:[\w./-]{0,64}\/)?mtr(?:-packet)?: /

/** Tried in order on the words behind the program's name; the first that matches names the kind. */
const FATALS: readonly (readonly [RegExp, FatalKind])[] = [
  [/: Name or service not known$|: Name does not resolve$/, 'unknown-host'],
  [/: Temporary failure in name resolution$/, 'dns-temporary'],
  [/: No address associated with hostname$/, 'no-address'],
  [/: Address family (?:for hostname )?not supported/, 'address-family'],
  [/^Failed to resolve host/, 'unknown-host'],
  // The system refuses to connect a socket to a broadcast address with these words.
  [/^udp socket connect failed: Permission denied$/, 'broadcast'],
  [/^udp socket connect failed: Network is unreachable$/, 'network-unreachable'],
  [/^udp socket connect failed: (?:No route to host|Host is unreachable)$/, 'host-unreachable'],
  [/^non-root users cannot request|^Failure to open|^Permission denied$|Operation not permitted$|: Permission denied$|^Unable to drop elevated|^mtr should not run suid/, 'permission'],
  [/^no such interface|^interface missing|No such device$/, 'no-interface'],
  [/^mtr-packet reported invalid argument|^invalid (?:argument|packet size)|Invalid argument$|^invalid local IP|^invalid remote IP|^Illegal port|out of range|must be positive$|mutually exclusive$/, 'invalid-argument'],
  [/^(?:invalid|unrecognized|unknown|ambiguous) option|requires an argument/, 'usage'],
  [/^Failure to start mtr-packet|^Unable to start net module|^unexpected packet generator exit|^Unexpected mtr-packet error|^Probes exhausted|^Address (?:in use|not available)|^udp socket|^command reply|^reply parse|^Select failed|^Packet type unsupported|^local address/, 'other'],
]

/** `text` where mtr said it; null where it is another kind of line. */
export function readMtrSaid(text: string): MtrLine | null {
  const program = PROGRAM.exec(text)
  if (/^Usage:?(?:$| mtr| \S*\/mtr)/.test(text)) return { kind: 'fatal', error: 'usage', text }
  if (!program) return null
  const words = text.slice(program[0].length)
  const error = FATALS.find(([form]) => form.test(words))?.[1]
  return error ? { kind: 'fatal', error, text } : { kind: 'notice', text }
}

/** Lines that are no hops: the header, and what traceroute says about itself and the vantage. */
import { stripAnsi } from '#lib/text/ansi.ts'
import type { FatalKind } from '../../ping/events.ts'
import type { Dialect } from './probes.ts'
import { isLiteral } from './words.ts'

export type SaidLine =
  | { kind: 'header'; target: string; address: string; maxTtl: number; packetBytes: number | null; dialect: Dialect }
  | { kind: 'fatal'; error: FatalKind; text: string }
  | { kind: 'notice'; text: string }
  | { kind: 'help' | 'blank' }
  | { kind: 'unrecognised' }

const HEADER = /^ {0,3}traceroute(6?) to (\S{1,255}) \((\S{1,64})\)(?: from \S{1,64})?, (\d{1,3}) hops max(?:, (\d{1,6}) byte packets)?$/
const PROGRAM = /^(?:\S{0,64}\/)?traceroute6?: /

/** Tried in order on the words behind the program's name; the first that matches names the kind. */
const FATALS: readonly (readonly [RegExp, FatalKind])[] = [
  [/^You do not have enough privileges to use this traceroute method\.$/, 'permission'],
  [/^(?:socket|connect|send|sendto|sendmsg|bind|setsockopt [\w ]{1,40}): (?:Operation not permitted|Permission denied)$/, 'permission'],
  [/^(?:connect|send|sendto|sendmsg): Network is unreachable$/, 'network-unreachable'],
  [/^(?:connect|send|sendto|sendmsg): (?:No route to host|Host is unreachable|Host is down)$/, 'host-unreachable'],
  [/^(?:socket|connect): Address family not supported by protocol$|: Address family for hostname not supported$/, 'address-family'],
  [/: Name or service not known$|^unknown host\b|^bad address '/, 'unknown-host'],
  [/: Temporary failure in name resolution$/, 'dns-temporary'],
  [/: No address associated with hostname$/, 'no-address'],
  [/^setsockopt SO_BINDTODEVICE: No such device$|^can't find interface\b/, 'no-interface'],
  [/^bind: Cannot assign requested address$/, 'invalid-argument'],
  [/^Bad option `|^Cannot handle [`"]|^Option `.*requires an argument|^Extra arg `|^Only one \S+ may be specified|^Usage: ?|^Not enough args|^Unknown traceroute module /, 'usage'],
  [/^first hop out of range$|^max hops cannot be more than \d+$|^no more than \d+ probes per hop$|^bad wait specifications `|^bad sendtime `|^too big packetlen \d+ specified$/, 'usage'],
  [/^(?:socket|connect|bind|send|sendto|sendmsg|recvmsg|poll|setsockopt [\w ]{1,40}): \S/, 'other'],
]

const HELP = /^ {2,}\S|^(?:Options|Arguments):$|^\+ +host /

/** What the line says; `isHelp`: the program's usage text has begun above it. */
export function readSaid(line: string, isHelp: boolean): SaidLine {
  const text = stripAnsi(line).trimEnd()
  if (text.trim() === '' || text === '^C') return { kind: 'blank' }
  const header = readHeader(text)
  if (header) return header
  const program = PROGRAM.exec(text)
  const words = program ? text.slice(program[0].length) : text
  const error = FATALS.find(([form]) => form.test(words))?.[1]
  if (error) return { kind: 'fatal', error, text }
  if (program) return { kind: 'notice', text }
  return { kind: isHelp && HELP.test(text) ? 'help' : 'unrecognised' }
}

function readHeader(text: string): SaidLine | null {
  const [, six, target, address, hops, bytes] = HEADER.exec(text) ?? []
  if (target === undefined || address === undefined || !isLiteral(address)) return null
  const packetBytes = bytes === undefined ? null : Number(bytes)
  return { kind: 'header', target, address, maxTtl: Number(hops), packetBytes, dialect: six === '6' ? 'traceroute6' : packetBytes === null ? 'inetutils' : 'usual' }
}

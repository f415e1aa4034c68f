/** What ping says about itself and the vantage: refused sends, warnings, and why it gave up. */
import type { FatalKind } from '../events.ts'
import type { PingLine } from './line.ts'
import { whole } from './scan.ts'

const PROGRAM = /^(?:\S{0,64}\/)?ping[46]?: /
const REMARKS = /^(?:PATTERN: 0x[0-9a-f]+|ai->ai_family: .*|sock[46]\.fd: .*|socktype: SOCK_\w+)$/
const SEND = /^(?:sendmsg|sendto|sending packet): (.+)$/
/** iputils writes `, mtu=1400` for IPv4 and `, mtu: 1400` for IPv6. */
const MTU = /, mtu(?:=|: )(\d{1,10})$/

const SEND_ERRORS: Readonly<Record<string, 'no-route' | 'permission' | 'no-buffer'>> = {
  'operation not permitted': 'permission',
  'permission denied': 'permission',
  'no buffer space available': 'no-buffer',
  'no route to host': 'no-route',
  'network is unreachable': 'no-route',
  'host is unreachable': 'no-route',
}

/** Tried in order on the words behind the program's name; the first that matches names the kind. */
const FATALS: readonly (readonly [RegExp, FatalKind])[] = [
  [/: Name or service not known$|^unknown host\b|^bad address '|: Name does not resolve$|: nodename nor servname provided/, 'unknown-host'],
  [/: Temporary failure in name resolution$/, 'dns-temporary'],
  [/: No address associated with hostname$/, 'no-address'],
  [/: Address family for hostname not supported$|: Address family not supported by protocol$/, 'address-family'],
  [/^connect: Network is unreachable$/, 'network-unreachable'],
  [/^connect: (?:No route to host|Host is unreachable)$/, 'host-unreachable'],
  [/^Do you want to ping broadcast\? /, 'broadcast'],
  [/^(?:icmp open )?socket: (?:Operation not permitted|Permission denied)|Lacking privilege for |^permission denied |^cannot flood; |interval too short|^cannot set |^setsockopt.*not permitted$/, 'permission'],
  [/^unknown iface: |^SO_BINDTODEVICE|: No such device$|^unknown interface/, 'no-interface'],
  [/^usage error: |^missing host operand|^invalid option -- |^unrecognized option /, 'usage'],
  [/^invalid argument: |^bad (?:number|timing|linger|timetolive|wait|preload|value)|^illegal |^packet size .*too large|: out of range: |^invalid value /, 'invalid-argument'],
  [/^(?:socket|connect|bind): /, 'other'],
]

/** `text` where it is one of these; null where it is another kind of line. */
export function readSaid(text: string): PingLine | null {
  if (REMARKS.test(text)) return { kind: 'remark' }
  const program = PROGRAM.exec(text)
  const words = program ? text.slice(program[0].length) : text
  if (!program && !isBareOpening(words)) return null
  if (/^Usage[: ]/.test(words)) return { kind: 'fatal', error: 'usage', text }
  if (REMARKS.test(words)) return { kind: 'remark' }
  if (/^warning: /i.test(words)) return { kind: 'notice', notice: isClock(words) ? 'clock-back' : 'other', text }
  return readRefused(words, text) ?? readFatal(words, text) ?? (program ? { kind: 'notice', notice: 'other', text } : null)
}

/** Old versions leave their name out. */
function isBareOpening(words: string): boolean {
  return /^(?:Usage: ping|warning: |connect: |sendmsg: |Do you want to ping broadcast\?)/i.test(words)
}

const isClock = (words: string): boolean => words.includes('time of day goes back') || words.includes('invalid tv_')

function readRefused(words: string, text: string): PingLine | null {
  const local = words.startsWith('local error: ') ? words.slice(13) : SEND.exec(words)?.[1]
  if (local === undefined) return null
  const told = MTU.exec(local)
  const mtu = whole(told?.[1] ?? '')
  const reason = (told ? local.slice(0, told.index) : local).toLowerCase()
  // "sendmsg: Message too long" comes beside a "local error" line that has the MTU: only that one counts as the cause.
  const isTooLong = reason === 'message too long' && words.startsWith('local error: ')
  const error = isTooLong ? 'message-too-long' : ((Object.hasOwn(SEND_ERRORS, reason) ? SEND_ERRORS[reason] : undefined) ?? 'send-failed')
  return { kind: 'local-error', error, text, ...(Number.isNaN(mtu) ? {} : { mtu }) }
}

function readFatal(words: string, text: string): PingLine | null {
  const error = FATALS.find(([form]) => form.test(words))?.[1]
  return error ? { kind: 'fatal', error, text } : null
}

/** Reads one line of ping's output. Pure and stateless: the parser and the page's "how this line was read" share it. */
import { stripAnsi } from '#lib/text/ansi.ts'
import { LINE_CAP_BYTES } from '#lib/text/lines.ts'
import { icmpErrorOf } from './icmp-text.ts'
import { UNRECOGNISED, type PingLine } from './line.ts'
import { readReply } from './reply.ts'
import { readSaid } from './said.ts'
import { readPeer, splitStamp, whole } from './scan.ts'
import { readHeader, readProgress, readRtt, readTitle, readTotals } from './summary.ts'

/**
 * What the line says. Never throws; looks at the first 4 KiB only. A form that is not known in full is `unrecognised`:
 * half a line is never believed.
 */
export function readPingLine(line: string): PingLine {
  const shown = shownText(line.length > LINE_CAP_BYTES ? line.slice(0, LINE_CAP_BYTES) : line)
  if (shown.trim() === '') return { kind: 'blank' }
  if (isDots(shown)) return { kind: 'dots' }
  const text = withoutEcho(shown)
  if (text === '') return { kind: 'echo' }
  const stamped = splitStamp(text)
  if (!stamped) return UNRECOGNISED
  return readStamped(stamped.rest, stamped.stampMs) ?? (stamped.stampMs === null ? readPlain(text) : null) ?? UNRECOGNISED
}

/** The forms that -D puts a stamp before. */
function readStamped(text: string, stampMs: number | null): PingLine | null {
  return readReply(text, stampMs) ?? readAwaited(text, stampMs) ?? readIcmpError(text, stampMs)
}

function readPlain(text: string): PingLine | null {
  return readHeader(text) ?? readTitle(text) ?? readTotals(text) ?? readRtt(text) ?? readWrongData(text) ?? readSaid(text) ?? readProgress(text)
}

/** -O: `no answer yet for icmp_seq=3`; macOS says `Request timeout for icmp_seq 3`. */
function readAwaited(text: string, stampMs: number | null): PingLine | null {
  for (const opening of ['no answer yet for icmp_seq=', 'Request timeout for icmp_seq ']) {
    if (!text.startsWith(opening)) continue
    const seq = whole(text.slice(opening.length), 5)
    return seq <= 65535 ? { kind: 'awaited', stampMs, seq } : null
  }
  return null
}

/** `From 198.51.100.17 icmp_seq=2 Destination Host Unreachable`; some forms have a colon behind the address. */
function readIcmpError(text: string, stampMs: number | null): PingLine | null {
  const mark = text.indexOf(' icmp_seq=')
  if (!/^from /i.test(text) || mark < 0) return null
  const who = text.slice(5, mark)
  const peer = readPeer(who.endsWith(':') ? who.slice(0, -1) : who)
  const rest = text.slice(mark + 10)
  const blank = rest.indexOf(' ')
  const seq = blank < 0 ? NaN : whole(rest.slice(0, blank), 5)
  const words = rest.slice(blank + 1).trimEnd()
  const error = icmpErrorOf(words)
  return peer && error && seq <= 65535 ? { kind: 'icmp-error', stampMs, seq, ...peer, ...error, text: words } : null
}

/** `wrong data byte #20 should be 0x14 but was 0x4e` and the dump below it. */
function readWrongData(text: string): PingLine | null {
  if (/^wrong data byte #\d{1,6} should be 0x[0-9a-f]{1,2} but was 0x[0-9a-f]{1,2}$/.test(text)) return { kind: 'notice', notice: 'wrong-data', text }
  return /^#\d{1,6}\t[0-9a-f ]+$/.test(text) ? { kind: 'dump' } : null
}

/** As a terminal would show it: no escape sequences, only what stands behind the last CR, no bell or CR at the end. */
function shownText(line: string): string {
  let text = stripAnsi(line)
  let end = text.length
  while (end > 0 && (text.charCodeAt(end - 1) === 13 || text.charCodeAt(end - 1) === 7)) end--
  text = text.slice(text.lastIndexOf('\r', end - 1) + 1, end)
  return text
}

/** The keys a terminal echoes when somebody presses ^C or ^\. */
function withoutEcho(text: string): string {
  let at = 0
  while (text.startsWith('^C', at) || text.startsWith('^\\', at)) at += 2
  return text.slice(at)
}

/** Flood mode: a dot per probe, a backspace per reply, E and C for errors; nothing that names a probe. */
function isDots(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!'.\b EC'.includes(text[at] ?? '')) return false
  return text.includes('.') || text.includes('\b')
}

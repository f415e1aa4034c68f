/** What a transcript line means beside it: the fate of its probe as known by now, not as it looked when it was printed. Pure. */
import { nearestIndex } from '#lib/timeline/series.ts'
import type { PingLine } from '#lib/tools/ping/parse.ts'
import { PROBE, type PingView } from '#lib/tools/ping/view.ts'

/** `lost`: no reply within the timeout; `silent`: a hop that did not answer, which is no loss of what it forwards; `waiting`: not yet decided; `error`: something answered in its place or failed; `unread`: not understood. */
export type LineMark = 'lost' | 'silent' | 'waiting' | 'error' | 'unread' | null

/** Probes near a moment that are looked at for a number. */
const REACH = 64

export function lineMark(line: PingLine, atMs: number, view: PingView | null): LineMark {
  switch (line.kind) {
    case 'unrecognised': return 'unread'
    case 'icmp-error': return line.error.startsWith('redirect-') || line.error === 'source-quench' ? null : 'error'
    case 'local-error': case 'fatal': return 'error'
    case 'awaited': {
      const state = view ? stateOf(view, line.seq, line.stampMs ?? atMs) : null
      return state === PROBE.lost ? 'lost' : state === PROBE.error ? 'error' : state === PROBE.awaited || state === null ? 'waiting' : null
    }
    default: return null
  }
}

/** State of the probe that a line printed at `atMs` calls `seq` (16 bits); null when it is no longer kept. */
export function stateOf(view: PingView, seq: number, atMs: number): number | null {
  const i = indexOfSeq(view, seq, atMs)
  return i === null ? null : view.series.state[view.series.slot(i)] ?? null
}

function indexOfSeq(view: PingView, seq: number, atMs: number): number | null {
  const { series } = view
  const middle = nearestIndex(view, atMs)
  if (middle < 0) return null
  for (let d = 0; d <= REACH; d += 1) {
    for (const i of [middle - d, middle + d]) {
      if (i >= 0 && i < series.length && ((series.first + i) & 0xffff) === (seq & 0xffff)) return i
    }
  }
  return null
}

/** What the tool calls who answered. */
const SENDER = `from`

/** One row of "how this line was read". */
export interface ReadRow { name: string; value: string }

/** The fields a line was read into, by the names the tool uses; empty for a line that says nothing. */
export function readRows(line: PingLine): ReadRow[] {
  const row = (name: string, value: string | number | null | undefined): ReadRow[] => (value === null || value === undefined || value === '' ? [] : [{ name, value: String(value) }])
  switch (line.kind) {
    case 'reply': return [
      ...row('seq', line.seq), ...row(SENDER, line.from), ...row('name', line.host), ...row('ttl', line.ttl), ...row('rtt', line.rttMs === null ? 'not printed' : `${line.rttMs} ms`), ...row('bytes', line.bytes),
      ...row('marks', [line.dup && 'duplicate', line.truncated && 'truncated', line.differentAddress && 'other address', line.badChecksum && 'bad checksum'].filter(Boolean).join(', ')),
    ]
    case 'awaited': return [...row('says', 'no answer yet'), ...row('seq', line.seq)]
    case 'icmp-error': return [...row('says', line.error.replaceAll('-', ' ')), ...row('seq', line.seq), ...row(SENDER, line.from), ...row('mtu', line.mtu), ...row('next hop', line.nexthop), ...row('code', line.code)]
    case 'local-error': return [...row('says', `local: ${line.error.replaceAll('-', ' ')}`), ...row('mtu', line.mtu)]
    case 'header': return [...row('says', 'start'), ...row('target', line.target), ...row('address', line.address), ...row('payload', line.payloadBytes === null ? null : `${line.payloadBytes} bytes`)]
    case 'totals': return [...row('says', 'totals'), ...row('sent', line.transmitted), ...row('received', line.received), ...row('duplicates', line.duplicates), ...row('errors', line.errors), ...row('loss', line.lossPct === null ? null : `${line.lossPct} %`)]
    case 'rtt': return [...row('says', 'round trips'), ...(line.rtt ? [...row('min', `${line.rtt.min} ms`), ...row('avg', `${line.rtt.avg} ms`), ...row('max', `${line.rtt.max} ms`), ...row('mdev', line.rtt.mdev === null ? null : `${line.rtt.mdev} ms`)] : [])]
    case 'notice': return row('says', line.notice.replaceAll('-', ' '))
    case 'fatal': return row('says', `gave up: ${line.error.replaceAll('-', ' ')}`)
    case 'unrecognised': return row('says', 'not understood')
    default: return row('says', line.kind)
  }
}

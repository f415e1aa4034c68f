/** What one line of ping's output says: a closed union. */
import type { FatalKind, IcmpErrorKind } from '../events.ts'

export interface ReplyLine {
  kind: 'reply'
  /** The tool's own stamp (-D), epoch ms; null without one. */
  stampMs: number | null
  /** As printed: 16 bits, wraps. */
  seq: number
  rttMs: number | null
  ttl: number | null
  bytes: number
  from: string
  /** Name printed before the address, where it is not the address itself. */
  host?: string
  dup: boolean
  truncated: boolean
  differentAddress: boolean
  badChecksum: boolean
}

export interface IcmpErrorLine {
  kind: 'icmp-error'
  stampMs: number | null
  seq: number | null
  from: string
  host?: string
  error: IcmpErrorKind
  text: string
  mtu?: number
  nexthop?: string
  pointer?: number
  code?: number
}

export interface Rtt { min: number; avg: number; max: number; mdev: number | null }

/** What `readPingLine` makes of a line. The kinds at the end say nothing about a probe, and are known to. */
export type PingLine =
  | { kind: 'header'; target: string | null; address: string; payloadBytes: number; source?: string }
  | ReplyLine
  | { kind: 'awaited'; stampMs: number | null; seq: number }
  | IcmpErrorLine
  | { kind: 'local-error'; error: 'message-too-long' | 'no-route' | 'permission' | 'no-buffer' | 'send-failed'; text: string; mtu?: number }
  | { kind: 'notice'; notice: 'clock-back' | 'wrong-data' | 'other'; text: string }
  | { kind: 'totals'; transmitted: number; received: number; duplicates: number; errors: number; corrupted: number; lossPct: number | null; timeMs: number | null }
  | { kind: 'rtt'; rtt: Rtt | null; pipe: number | null; ipgMs: number | null; ewmaMs: number | null }
  | { kind: 'progress'; received: number; transmitted: number; lossPct: number; rtt: { min: number; avg: number; ewma: number; max: number } | null }
  | { kind: 'fatal'; error: FatalKind; text: string }
  | { kind: 'title'; target: string | null }
  | { kind: 'dump' | 'dots' | 'echo' | 'blank' | 'remark' }
  | { kind: 'unrecognised' }

export const UNRECOGNISED: PingLine = { kind: 'unrecognised' }

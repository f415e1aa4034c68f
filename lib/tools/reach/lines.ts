/**
 * The lines that the reach probe prints (server/runner/reach/probe.mjs), read back:
 * `EPOCH.MICROS tcp ADDRESS PORT N STATE MS|- CODE|-`, and the others as said at each.
 */
import type { ConnectState } from './events.ts'

export interface TcpLine { kind: 'tcp'; sentAtMs: number; address: string; port: number; n: number; state: ConnectState; ms: number | null; code: string | null }

const TCP = /^(\d{1,12}\.\d{1,6}) tcp (\S{1,64}) (\d{1,5}) (\d{1,9}) (open|refused|timeout|unreachable|denied|error) (-|\d{1,9}(?:\.\d{1,6})?) (-|[A-Z0-9_]{1,32})$/

/** Null: not such a line. */
export function readTcpLine(text: string): TcpLine | null {
  const [all, at, address, port, n, state, ms, code] = TCP.exec(text) ?? []
  if (all === undefined || address === undefined) return null
  return { kind: 'tcp', sentAtMs: Number(at) * 1000, address, port: Number(port), n: Number(n), state: asState(state), ms: ms === '-' ? null : Number(ms), code: code === '-' || code === undefined ? null : code }
}

/** The pattern lets through no other word. */
const asState = (word: string | undefined): ConnectState => word as ConnectState

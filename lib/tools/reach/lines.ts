/**
 * The line that the reach probe prints of each connection (server/runner/reach/output.mjs), read back:
 * `EPOCH.MICROS tcp ADDRESS PORT N STATE MS|- CODE|-`. Its other lines: records.ts.
 */
import type { ConnectState } from './events.ts'

export interface TcpLine { kind: 'tcp'; sentAtMs: number; address: string; port: number; n: number; state: ConnectState; ms: number | null; code: string | null }

const TCP = /^(\d{1,10})\.(\d{6}) tcp (\S{1,64}) (\d{1,5}) (\d{1,9}) (open|refused|timeout|unreachable|denied|error) (-|\d{1,9}(?:\.\d{1,6})?) (-|[A-Z0-9_]{1,32})$/

/** Null: not such a line. */
export function readTcpLine(text: string): TcpLine | null {
  const [all, seconds, micros, address, port, n, state, ms, code] = TCP.exec(text) ?? []
  if (all === undefined || address === undefined) return null
  return { kind: 'tcp', sentAtMs: stampMs(seconds, micros), address, port: Number(port), n: Number(n), state: asState(state), ms: ms === '-' ? null : Number(ms), code: code === '-' || code === undefined ? null : code }
}

/** Epoch ms nearest to the printed decimal: both parts are whole, so only the division rounds. */
export const stampMs = (seconds = '', micros = ''): number => (Number(seconds) * 1e6 + Number(micros)) / 1000

/** The pattern lets through no other word. */
const asState = (word: string | undefined): ConnectState => word as ConnectState

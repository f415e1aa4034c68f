/** How one line of hopscope-reach reads, for the person who looks at it. Pure, linear. */
import { readTcpLine } from '#lib/tools/reach/lines.ts'
import type { ConnectState } from '#lib/tools/reach/events.ts'
import type { LineMark, ReadRow } from './line-mark.ts'

export interface ReachLine { rows: readonly ReadRow[]; mark: LineMark }

const STATES: Readonly<Record<ConnectState, { value: string; mark: LineMark }>> = {
  open: { value: 'the connection was accepted', mark: null }, refused: { value: 'the connection was refused', mark: 'error' }, timeout: { value: 'no answer within the wait', mark: 'lost' },
  unreachable: { value: 'something on the way says it cannot be reached', mark: 'error' }, denied: { value: 'the vantage’s own firewall forbids it', mark: 'error' }, error: { value: 'it could not be tried', mark: 'error' },
}

const CHECKED: Readonly<Record<string, string>> = { cert: 'a certificate of the chain', tls: 'what came of the TLS handshake', http: 'what came of the HTTP request' }
const JSON_LINE = /^(\d{1,12}\.\d{1,6}) (cert|tls|http)(\+?) /

/** Null: no such line. */
export function readReachLine(text: string): ReachLine | null {
  const tcp = readTcpLine(text)
  if (tcp !== null) {
    const { value, mark } = STATES[tcp.state]
    const row = (name: string, shown: string | number | null): ReadRow[] => (shown === null ? [] : [{ name, value: String(shown) }])
    return { rows: [{ name: 'says', value }, ...row('number', tcp.n), ...row('address', tcp.address), ...row('port', tcp.port), ...row('time', tcp.ms === null ? null : `${tcp.ms} ms`), ...row('code', tcp.code)], mark }
  }
  const [, , word, more] = JSON_LINE.exec(text) ?? []
  if (word === undefined) return null
  return { rows: [{ name: 'says', value: `${CHECKED[word] ?? word}${more === '+' ? ', goes on in the next line' : ''}` }], mark: /"problem":"|"reason":"/.test(text) ? 'error' : null }
}

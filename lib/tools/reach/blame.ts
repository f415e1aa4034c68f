/** What a TCP traceroute whose packets go all the way says about who answered. */
import type { EventOf } from '#lib/protocol/events.ts'
import { decimal } from '../ping/lines/scan.ts'
import { isLiteral, readFlag } from '../traceroute/lines/words.ts'
import type { ConnectState } from './events.ts'

export type Blamed = Pick<EventOf<'reach.blame'>, 'by' | 'how' | 'icmp' | 'ms'>

export const UNKNOWN: Blamed = { by: null, how: 'unknown', icmp: null, ms: null }
/** Nothing left the vantage. */
export const LOCAL: Blamed = { by: null, how: 'local', icmp: null, ms: null }

const HOP = /^ {0,3}\d{1,3} {2}(?:(\*)|(\S{1,64})(?: <([a-z,]{1,40})>)?(?: (<[^ ]{1,200}>))? {1,2}(\d{1,8}\.\d{1,6}) ms(?: (!\S{1,20}))?) *$/
const LOCALLY = /^(?:traceroute: )?(?:send|sendto|sendmsg|connect): (?:Operation not permitted|Permission denied|No route to host|Network is unreachable|Host is unreachable|Invalid argument)$/

/**
 * What this line of traceroute says; null: nothing of that kind. `state`: how the connection ended. traceroute marks no "port unreachable", since that is
 * how its usual probes arrive; and none where the packet went in circles: the connection tells these apart.
 */
export function readBlame(line: string, state: ConnectState): Blamed | null {
  const text = line.trimEnd()
  if (LOCALLY.test(text)) return LOCAL
  const [all, star, by, flags, , time = '', mark] = HOP.exec(line) ?? []
  if (all === undefined) return null
  if (star !== undefined) return { by: null, how: 'silence', icmp: null, ms: null }
  if (by === undefined || !isLiteral(by)) return null
  const ms = decimal(time)
  if (mark !== undefined) {
    const flag = readFlag(mark, by.includes(':'))
    return { by, how: 'icmp', icmp: flag?.error ?? `code ${mark.slice(1)}`, ms }
  }
  if (flags !== undefined) return { by, how: flags.includes('rst') ? 'rst' : flags.includes('syn') ? 'syn-ack' : 'unknown', icmp: null, ms }
  return { by, how: 'icmp', icmp: state === 'refused' ? 'port-unreachable' : 'ttl-exceeded', ms }
}

/** How a ping run ended, in words: what the exit code alone cannot say. */
import type * as z from 'zod/mini'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Exit } from '../tool.ts'
import { cannotProbe, endedBySignal, endedWithCode, endOf, failed, noRoute, quoted } from '../verdict-words.ts'
import type { FatalKind, IcmpErrorKind, PingLocalError } from './events.ts'

type LocalError = z.infer<typeof PingLocalError>['error']

/** What the parser saw of a run, as far as the verdict needs it. */
export interface Evidence {
  header: boolean
  /** Lines, duplicates included. */
  replies: number
  refused: Partial<Record<LocalError, number>>
  icmpErrors: Map<IcmpErrorKind, number>
  totals: { transmitted: number; received: number } | null
  fatal: { error: FatalKind; text: string } | null
  /** The last thing the tool said that no rule knows. */
  remark: string | null
}

export const newEvidence = (): Evidence => ({
  header: false, replies: 0, refused: {}, icmpErrors: new Map(), totals: null, fatal: null, remark: null,
})

/** The outcome of an exit that nobody asked for. */
export function judge(exit: Exit, seen: Evidence, target: PinnedTarget): Outcome {
  const ended = endOf(exit)
  if (exit.signal !== null) return { ...endedBySignal('ping', exit.signal), ...ended }
  if (seen.fatal) return { ...fatal(seen.fatal, target), ...ended }
  const refused = allRefused(seen, target)
  if (refused) return { ...refused, ...ended }
  if (exit.code === 0 || (exit.code === 1 && (seen.header || seen.totals))) {
    return { kind: 'finished', code: 'exit', message: finished(seen, target), ...ended }
  }
  return { ...endedWithCode('ping', exit, seen.remark), ...ended }
}

function finished(seen: Evidence, target: PinnedTarget): string {
  const { totals } = seen
  if (!totals) return seen.replies > 0 ? 'ping ended without printing its totals.' : 'ping ended without a reply and without printing its totals.'
  const sent = count(totals.transmitted, 'probe')
  if (totals.received > 0) return `ping sent ${sent} and received ${count(totals.received, 'reply', 'replies')}.`
  const errors = [...seen.icmpErrors.keys()]
  if (errors.length > 0) return `None of ${sent} to ${target.host} was answered; ICMP errors came back instead (${errors.join(', ')}). Look at who sent them.`
  return `None of ${sent} to ${target.host} was answered. Silence alone does not prove that it is down: many hosts and firewalls drop ICMP, so try a TCP port.`
}

/** The vantage's own kernel refused every send: then nothing was learned about the target. */
function allRefused(seen: Evidence, target: PinnedTarget): Outcome | null {
  const { transmitted } = seen.totals ?? { transmitted: 0 }
  if (seen.replies > 0 || (seen.totals?.received ?? 0) > 0) return null
  const every = (error: LocalError): boolean => (seen.refused[error] ?? 0) > 0 && (seen.refused[error] ?? 0) >= transmitted
  if (every('permission')) return cannotProbe('The kernel of the vantage refused to send every probe (Operation not permitted). Check its firewall for outgoing ICMP.')
  if (every('no-route')) return noRoute(target)
  return null
}

function fatal(cause: { error: FatalKind; text: string }, target: PinnedTarget): Outcome {
  const said = quoted(cause.text)
  switch (cause.error) {
    case 'unknown-host':
      return failed('unknown-host', 'resolver', `The name ${target.host} is not known to the resolver. ping said: ${said}`)
    case 'dns-temporary':
      return failed('dns-temporary', 'resolver', `The resolver did not answer in time; try again or look at the vantage's DNS settings. ping said: ${said}`)
    case 'no-address':
      return failed('no-address', 'resolver', `${target.host} exists but has no address of this family. ping said: ${said}`)
    case 'address-family':
      return failed('address-family', 'tool', `The vantage does not speak IPv${target.family}; probe the other family if the name has one. ping said: ${said}`)
    case 'network-unreachable':
    case 'host-unreachable':
      return noRoute(target)
    case 'permission':
      return cannotProbe(`ping may not do what it needs: ${said} Grant the runner CAP_NET_RAW, or open net.ipv4.ping_group_range.`)
    case 'broadcast':
      return failed('broadcast', 'tool', `${target.address} is a broadcast address for the vantage, or its firewall refuses it. ping said: ${said}`)
    case 'usage':
    case 'invalid-argument':
      return failed(cause.error, 'hopscope', `This ping does not take the arguments it was given; its version may be too old. ping said: ${said}`)
    case 'no-interface':
      return failed('no-interface', 'tool', `The vantage has no such interface. ping said: ${said}`)
    default:
      return failed(cause.error, 'tool', `ping could not start probing. It said: ${said}`)
  }
}

const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`

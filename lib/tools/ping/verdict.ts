/** How a ping run ended, in words: what the exit code alone cannot say. */
import type * as z from 'zod/mini'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Exit } from '../tool.ts'
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
  const ended = { ...(exit.code === null ? {} : { exitCode: exit.code }), ...(exit.signal === null ? {} : { signal: exit.signal }) }
  if (exit.signal !== null) {
    const message = `ping was ended by ${exit.signal}, which Hopscope did not send. What it had measured until then is kept; start it again.`
    return { kind: 'failed', code: 'signal', blame: 'tool', message, ...ended }
  }
  if (seen.fatal) return { ...fatal(seen.fatal, target), ...ended }
  const refused = allRefused(seen, target)
  if (refused) return { ...refused, ...ended }
  if (exit.code === 0 || (exit.code === 1 && (seen.header || seen.totals))) {
    return { kind: 'finished', code: 'exit', message: finished(seen, target), ...ended }
  }
  const said = seen.remark ? ` It said: ${quoted(seen.remark)}` : ' It gave no reason.'
  return { kind: 'failed', code: 'exit', blame: 'tool', message: `ping ended with exit code ${exit.code ?? 'unknown'}.${said}`, ...ended }
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
  if (every('permission')) return cannotProbe('The kernel of the vantage refused to send every probe (Operation not permitted). Check its firewall for outgoing ICMP')
  if (every('no-route')) return noRoute(target)
  return null
}

function cannotProbe(why: string): Outcome {
  return { kind: 'failed', code: 'permission', blame: 'tool', message: `Hopscope cannot probe from here. ${why}. This says nothing about the target.` }
}

function noRoute(target: PinnedTarget): Outcome {
  const message = `The vantage has no route to ${target.address}, or its next hop does not answer. Look at \`ip route get ${target.address}\` on the vantage.`
  return { kind: 'failed', code: 'no-route', blame: 'path', message }
}

function fatal(cause: { error: FatalKind; text: string }, target: PinnedTarget): Outcome {
  const said = quoted(cause.text)
  const failed = (code: string, blame: NonNullable<Outcome['blame']>, message: string): Outcome => ({ kind: 'failed', code, blame, message })
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
      return cannotProbe(`ping may not do what it needs: ${said} Grant the runner CAP_NET_RAW, or open net.ipv4.ping_group_range`)
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

/** The tool's own words, short, and as a sentence of their own. */
function quoted(text: string): string {
  const words = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return `“${words}”.`
}

const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`

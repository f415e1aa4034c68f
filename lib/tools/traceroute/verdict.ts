/** How a traceroute ended, in words: what the exit code alone cannot say. */
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { FatalKind } from '../ping/events.ts'
import type { Exit } from '../tool.ts'
import { cannotProbe, endedBySignal, endedWithCode, endOf, failed, noRoute, quoted } from '../verdict-words.ts'

/** What the parser saw of a trace, as far as the verdict needs it. */
export interface Evidence {
  header: boolean
  /** As the header has it. */
  maxTtl: number | null
  /** Last TTL that a probe was reported for. */
  lastTtl: number | null
  replies: number
  /** Smallest TTL at which the target itself answered. */
  reachedTtl: number | null
  /** The last answer; `flag` as printed, without `!`. */
  last: { ttl: number; from: string; flag: string | null } | null
  fatal: { error: FatalKind; text: string } | null
  /** The last thing the tool said that no rule knows. */
  remark: string | null
}

export const newEvidence = (): Evidence => ({
  header: false, maxTtl: null, lastTtl: null, replies: 0, reachedTtl: null, last: null, fatal: null, remark: null,
})

/** The outcome of an exit that nobody asked for. */
export function judge(exit: Exit, seen: Evidence, target: PinnedTarget): Outcome {
  const ended = endOf(exit)
  if (exit.signal !== null) return { ...endedBySignal('traceroute', exit.signal), ...ended }
  if (seen.fatal) return { ...fatal(seen.fatal, seen, target), ...ended }
  if (exit.code === 0) return { kind: 'finished', code: 'exit', message: finished(seen, target), ...ended }
  return { ...endedWithCode('traceroute', exit, seen.remark), ...ended }
}

function finished(seen: Evidence, target: PinnedTarget): string {
  const { reachedTtl, last, lastTtl } = seen
  if (reachedTtl !== null) return `traceroute reached ${target.address} at hop ${reachedTtl}.`
  if (lastTtl === null) return 'traceroute ended without printing a hop.'
  const within = `traceroute did not reach ${target.address} in ${lastTtl} ${lastTtl === 1 ? 'hop' : 'hops'}`
  if (last === null) return `${within}: nothing answered. Silence is no proof that anything is down: routers and firewalls may drop such probes, so try another protocol or a TCP port.`
  if (last.flag !== null && last.ttl === lastTtl) return stopped(last, last.flag, target)
  if (last.ttl === lastTtl) return `${within}; ${last.from} still answered at the last one. Allow more hops to see further.`
  return `${within}; the last answer came from ${last.from} at hop ${last.ttl}. Silence beyond it is no proof that ${target.host} is down: routers and firewalls may drop such probes, so try another protocol or a TCP port.`
}

function stopped(last: { ttl: number; from: string }, flag: string, target: PinnedTarget): string {
  if (last.from === target.address) return `traceroute reached ${target.address} at hop ${last.ttl}, which refused the probes (${meaning(flag)}).`
  const next = last.ttl === 1
    ? `If that is the vantage's own address, its next hop does not answer: look at \`ip route get ${target.address}\` and \`ip neigh\` there.`
    : 'Look at that router, or ask whoever runs it.'
  return `traceroute ended at hop ${last.ttl}: ${last.from} answered that the probes go no further (${meaning(flag)}). ${next}`
}

const MEANINGS: Readonly<Record<string, string>> = {
  H: 'host unreachable', N: 'network unreachable', P: 'protocol unreachable', S: 'source route failed', X: 'administratively prohibited',
  V: 'precedence violation', C: 'precedence cutoff', F: 'fragmentation needed',
}

/** `X` -> `administratively prohibited, flag X`. */
function meaning(flag: string): string {
  const known = /^[A-Z]/.test(flag) ? MEANINGS[flag.slice(0, 1)] : undefined
  return known === undefined ? `flag ${flag}` : `${known}, flag ${flag}`
}

function fatal(cause: { error: FatalKind; text: string }, seen: Evidence, target: PinnedTarget): Outcome {
  const outcome = reason(cause, target)
  return seen.lastTtl === null ? outcome : { ...outcome, message: `${outcome.message} What was measured until then is kept.` }
}

function reason(cause: { error: FatalKind; text: string }, target: PinnedTarget): Outcome {
  const said = quoted(cause.text)
  switch (cause.error) {
    case 'unknown-host':
      // A literal address is unknown only if its zone is: the interface is not there.
      if (target.address.includes('%')) return failed('no-interface', 'tool', `The vantage has no interface for ${target.address}, or it is down. traceroute said: ${said}`)
      return failed('unknown-host', 'resolver', `The name ${target.host} is not known to the resolver. traceroute said: ${said}`)
    case 'dns-temporary':
      return failed('dns-temporary', 'resolver', `The resolver did not answer in time; try again or look at the vantage's DNS settings. traceroute said: ${said}`)
    case 'no-address':
      return failed('no-address', 'resolver', `${target.host} exists but has no address of this family. traceroute said: ${said}`)
    case 'address-family':
      return failed('address-family', 'tool', `The vantage does not speak IPv${target.family}; probe the other family if the name has one. traceroute said: ${said}`)
    case 'network-unreachable':
    case 'host-unreachable':
      return noRoute(target)
    case 'permission':
      return cannotProbe(refusal(cause.text, said))
    case 'usage':
    case 'invalid-argument':
      return failed(cause.error, 'hopscope', `This traceroute does not take the arguments it was given; its version may be too old. It said: ${said}`)
    case 'no-interface':
      return failed('no-interface', 'tool', `The vantage has no such interface. traceroute said: ${said}`)
    default:
      return failed(cause.error, 'tool', `traceroute could not go on. It said: ${said}`)
  }
}

/** A missing right of the program, or the kernel's refusal of this one address. */
function refusal(text: string, said: string): string {
  if (/privileges|^socket: |setsockopt/.test(text)) return `traceroute may not send such probes: ${said} Grant the runner CAP_NET_RAW, or trace with UDP.`
  return `The kernel of the vantage refused to send the probes: ${said} Check its firewall for outgoing packets and its routes for a “prohibit” entry.`
}

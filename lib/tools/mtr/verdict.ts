/** How an mtr run ended, in words: what the exit code alone cannot say. */
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { FatalKind } from '../ping/events.ts'
import type { Exit } from '../tool.ts'
import { endedBySignal, endedWithCode, endOf, failed, quoted, saidOf } from '../verdict-words.ts'

/** What the parser saw of a run, as far as the verdict needs it. */
export interface MtrEvidence {
  sent: number
  answers: number
  /** Highest TTL that answered, and lowest at which the target did; 0: none. */
  highestTtl: number
  targetTtl: number
  fatal: { error: FatalKind; text: string } | null
  /** The last thing the tool said that no rule knows. */
  remark: string | null
}

export const newMtrEvidence = (): MtrEvidence => ({ sent: 0, answers: 0, highestTtl: 0, targetTtl: 0, fatal: null, remark: null })

/** The outcome of an exit that nobody asked for. */
export function judgeMtr(exit: Exit, seen: MtrEvidence, target: PinnedTarget): Outcome {
  const ended = endOf(exit)
  if (exit.signal !== null) return { ...endedBySignal('mtr', exit.signal), ...ended }
  if (seen.fatal) return { ...fatal(seen.fatal, target), ...ended }
  if (exit.code !== 0) return { ...endedWithCode('mtr', exit, seen.remark), ...ended }
  // mtr exits with 0 also when it could not begin; that is no measurement.
  if (seen.sent === 0 && seen.answers === 0) {
    const message = `mtr ended without sending a probe, so nothing was learned about ${target.host}. ${saidOf(seen.remark)} Try traceroute, or start it again.`
    return { ...failed('nothing-sent', 'tool', message), ...ended }
  }
  return { kind: 'finished', code: 'exit', message: finished(seen, target), ...ended }
}

function finished({ sent, answers, highestTtl, targetTtl }: MtrEvidence, target: PinnedTarget): string {
  const probes = sent === 0 ? 'mtr' : `mtr sent ${sent.toLocaleString('en-US')} ${sent === 1 ? 'probe' : 'probes'} and`
  if (answers === 0) {
    return `${probes} got no answer at all, not even from the first router. Look at the route and the firewall of the vantage: \`ip route get ${target.address}\`.`
  }
  if (targetTtl > 0) return `${probes} reached ${target.host} at hop ${targetTtl}.`
  return `${probes} got answers up to hop ${highestTtl}; ${target.host} itself did not answer. Silence alone does not prove that it is down: try another protocol.`
}

function fatal(cause: { error: FatalKind; text: string }, target: PinnedTarget): Outcome {
  const said = quoted(cause.text)
  switch (cause.error) {
    case 'unknown-host':
      return failed('unknown-host', 'resolver', `mtr could not make an address of ${target.address}. It said: ${said}`)
    case 'dns-temporary':
      return failed('dns-temporary', 'resolver', `The resolver did not answer in time; try again or look at the vantage's DNS settings. mtr said: ${said}`)
    case 'no-address':
    case 'address-family':
      return failed(cause.error, 'tool', `The vantage does not speak IPv${target.family}; probe the other family if the name has one. mtr said: ${said}`)
    case 'network-unreachable':
    case 'host-unreachable':
      return failed('no-route', 'path', `The vantage has no route to ${target.address}. Look at \`ip route get ${target.address}\` on the vantage. mtr said: ${said}`)
    case 'permission':
      return failed('permission', 'tool', `Hopscope cannot probe from here: mtr may not do what it needs. Grant mtr-packet CAP_NET_RAW, and look at the vantage's firewall for outgoing probes. This says nothing about the target. mtr said: ${said}`)
    case 'broadcast':
      return failed('broadcast', 'tool', `${target.address} is a broadcast address for the vantage, or its firewall refuses it. mtr said: ${said}`)
    case 'usage':
    case 'invalid-argument':
      return failed(cause.error, 'hopscope', `This mtr does not take what it was given; its version may be too old, or the address is of a kind it cannot probe. Try traceroute. mtr said: ${said}`)
    case 'no-interface':
      return failed('no-interface', 'tool', `The vantage has no such interface. mtr said: ${said}`)
    default:
      return failed(cause.error, 'tool', `mtr could not go on probing. It said: ${said}`)
  }
}

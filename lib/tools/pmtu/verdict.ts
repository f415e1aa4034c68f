/** How a path-MTU sweep ended, in words. */
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { judge, newEvidence, type Evidence } from '../ping/verdict.ts'
import type { Exit } from '../tool.ts'
import type { Tried } from './search.ts'
import type { FatalKind, IcmpErrorKind } from '../ping/events.ts'

/** What the parser saw, as far as the verdict needs it. */
export interface PmtuEvidence {
  result: { mtu: number | null; failsFrom: number | null; toldBy: string | null; limit: Tried['fate'] | null } | null
  smallest: number
  fatal: { error: FatalKind; text: string } | null
  /** Sends that the vantage's own kernel refused, by reason, where it refused all of a size. */
  refused: Evidence['refused']
  /** ICMP errors other than "too big". */
  errors: ReadonlySet<IcmpErrorKind>
  remark: string | null
}

/** The outcome of an exit that nobody asked for. */
export function judgePmtu(exit: Exit, seen: PmtuEvidence, target: PinnedTarget): Outcome {
  const { result } = seen
  const { fatal, remark, refused } = seen
  // Where ping has a sentence of its own for a kernel that lets nothing out, that one.
  const isKnown = refused.permission !== undefined || refused['no-route'] !== undefined
  if (isKnown) return judge(exit, { ...newEvidence(), refused }, target)
  if (exit.signal !== null || fatal || !result) return judge(exit, { ...newEvidence(), fatal, remark }, target)
  return { kind: 'finished', code: 'exit', message: words(result, seen, target), ...(exit.code === null ? {} : { exitCode: exit.code }) }
}

function words(result: NonNullable<PmtuEvidence['result']>, seen: PmtuEvidence, { host }: PinnedTarget): string {
  const { mtu, failsFrom, toldBy, limit } = result
  if (mtu === null) {
    const errors = [...seen.errors]
    const instead = errors.length > 0 ? ` ICMP errors came back instead (${errors.join(', ')}).` : ''
    return `No echo reply came back at any size, not even ${bytes(seen.smallest)}, so nothing is known of the path MTU to ${host}.${instead} It may drop ICMP echo: ping it first.`
  }
  if (failsFrom === null) return `Packets of up to ${bytes(mtu)} pass whole to ${host} and back; larger ones were not tried.`
  if (limit === 'local') return `Packets of up to ${bytes(mtu)} pass to ${host}; the vantage's own kernel refuses larger ones: its interface carries no more, or a router said so within the last ten minutes.`
  if (limit === 'too-big') return `Packets of up to ${bytes(mtu)} pass to ${host}${toldBy === null ? '' : `; ${toldBy} says so to larger ones`}. Senders learn of it by themselves as long as that ICMP message reaches them.`
  return `Packets of up to ${bytes(mtu)} pass to ${host}; from ${bytes(failsFrom)} on they vanish and nobody says why: a path-MTU black hole. Let ICMP “fragmentation needed” through on the way, or lower the MTU (or clamp the MSS) at the sender.`
}

const bytes = (n: number): string => `${n.toLocaleString('en-US')} bytes`

/** Bounded tallies of what came back beside plain replies. */
import type { PingIcmpError, PingLocalError, PingReply } from '../events.ts'
import type * as z from 'zod/mini'
import type { PingState } from './state.ts'

export const TTLS_KEPT = 256
export const KINDS_KEPT = 64

type IcmpError = z.infer<typeof PingIcmpError>
type LocalError = z.infer<typeof PingLocalError>

/** Extends the newest span of equal TTL and sender, or opens one. */
export function tallyTtl(view: PingState, ttl: number, reply: PingReply & { atMs: number }): void {
  const from = reply.from ?? view.address
  const last = view.ttls[view.ttls.length - 1]
  if (last && last.ttl === ttl && last.from === from) {
    last.untilMs = reply.atMs
    last.replies++
    return
  }
  view.ttls.push({ sinceMs: reply.atMs, untilMs: reply.atMs, ttl, from, replies: 1 })
  if (view.ttls.length > TTLS_KEPT) view.ttls.shift()
}

export function tallySource(view: PingState, from: string, atMs: number): void {
  view.counts.otherSource++
  const known = view.otherSources.find((source) => source.from === from)
  if (known) known.count++
  else addKind(view.otherSources, { from, count: 1, firstMs: atMs })
}

export function tallyIcmpError(view: PingState, event: IcmpError & { atMs: number }): void {
  const { from, error, text, mtu, atMs } = event
  const known = view.icmpErrors.find((tally) => tally.from === from && tally.error === error && tally.mtu === mtu)
  if (known) {
    known.count++
    known.lastMs = atMs
  } else addKind(view.icmpErrors, { from, error, text, count: 1, firstMs: atMs, lastMs: atMs, ...(mtu === undefined ? {} : { mtu }) })
}

export function tallyLocalError(view: PingState, event: LocalError & { atMs: number }): void {
  const { error, text, mtu, atMs } = event
  view.counts.localErrors++
  view.work.refusals++
  const known = view.localErrors.find((tally) => tally.error === error && tally.mtu === mtu)
  if (known) {
    known.count++
    known.lastMs = atMs
  } else addKind(view.localErrors, { error, text, count: 1, firstMs: atMs, lastMs: atMs, ...(mtu === undefined ? {} : { mtu }) })
}

/** Senders can be forged, so kinds are bounded: the rarest goes, the oldest of them first. */
function addKind<T extends { count: number }>(list: T[], item: T): void {
  list.push(item)
  if (list.length <= KINDS_KEPT) return
  const least = Math.min(...list.slice(0, -1).map((kind) => kind.count))
  list.splice(list.findIndex((kind) => kind.count === least), 1)
}

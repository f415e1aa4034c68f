/** What a reach run folds into. Accessors only: the fold owns the writing (fold.ts). Every list is bounded. */
import type { EventOf } from '#lib/protocol/events.ts'
import type { PingView } from '../ping/view.ts'
import type { ConnectState } from './events.ts'

type Told<K extends 'reach.tls' | 'reach.http' | 'reach.redirect' | 'reach.blame'> = Omit<EventOf<K>, 'kind' | 'runId' | 'seq'>

export interface ReachAddress {
  address: string
  family: 4 | 6
  port: number
  /** The newest handshake; null before the first. */
  last: { state: ConnectState; ms: number | null; code: string | null; atMs: number; line: number } | null
  counts: Readonly<Record<ConnectState, number>> & { sent: number }
  /** Handshakes of the newest state in a row, counted back from the newest; since when. */
  inARow: number
  sinceMs: number
  /** Connect times as a series of probes, for the latency chart and its figures: open and refused are replies (both are a round trip), the rest is loss. */
  series: PingView
  blame: Told<'reach.blame'> | null
  /** Newest of each. */
  tls: Told<'reach.tls'> | null
  /** The newest chain of requests that began at this address, in order. */
  http: readonly Told<'reach.http'>[]
  redirects: readonly Told<'reach.redirect'>[]
}

export interface ReachView {
  host: string
  port: number
  /** In the order of the target's addresses: the pinned one first. */
  addresses: readonly ReachAddress[]
  /** TLS or HTTP was looked at at least once. */
  checked: boolean
  fatal: { error: string; text: string; atMs: number } | null
  ended: boolean
  revision: number
}

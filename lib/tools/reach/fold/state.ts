/** The reach view with what its fold needs to go on. Written by the fold alone. */
import { PingState } from '../../ping/fold/state.ts'
import type { PingOptions } from '../../ping/options.ts'
import type { ParserContext } from '../../tool.ts'
import { familyOf, reachAddresses, reachPort } from '../depth.ts'
import type { ConnectState } from '../events.ts'
import type { ReachOptions } from '../options.ts'
import type { ReachAddress, ReachView } from '../view.ts'
import { copyRow, newRow, rowOf, type RowState } from './row.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Counts = Mutable<ReachAddress['counts']>

export class AddressState implements ReachAddress {
  readonly address: string
  readonly family: 4 | 6
  readonly port: number
  last: ReachAddress['last'] = null
  counts: Counts = { sent: 0, open: 0, refused: 0, timeout: 0, unreachable: 0, denied: 0, error: 0 }
  series: PingState
  blame: ReachAddress['blame'] = null
  tls: ReachAddress['tls'] = null
  http: ReachAddress['http'] = []
  redirects: ReachAddress['redirects'] = []
  row: RowState = newRow()
  /** Highest number told. */
  highest = 0

  constructor(address: string, port: number, series: PingState) {
    this.address = address
    this.family = familyOf(address)
    this.port = port
    this.series = series
  }

  get inARow(): number { return rowOf(this.row).inARow }
  get sinceMs(): number { return rowOf(this.row).sinceMs }

  /** Shares with this one only what is never changed. */
  copy(series: PingState): AddressState {
    const { last, counts, blame, tls, http, redirects, row, highest } = this
    return Object.assign(new AddressState(this.address, this.port, series), { last, counts: { ...counts }, blame, tls, http, redirects, row: copyRow(row), highest })
  }
}

export interface ReachState extends Mutable<Omit<ReachView, 'addresses'>> { addresses: AddressState[] }

/** What the series of an address is made with: a ping whose replies are handshakes. */
export function seriesContext({ runId, target, options }: ParserContext<ReachOptions>, address: string): ParserContext<PingOptions> {
  const { intervalMs, timeoutMs } = options
  return { runId, target: { ...target, address }, options: { count: null, intervalMs, sizeBytes: 0, ttl: null, timeoutMs, deadlineS: null } }
}

export function newReach(context: ParserContext<ReachOptions>): ReachState {
  const { target, options } = context
  const port = reachPort(options, target)
  const addresses = reachAddresses(target).map((address) => new AddressState(address, port, new PingState(seriesContext(context, address))))
  return { host: target.host, port, addresses, checked: false, fatal: null, ended: false, revision: 0 }
}

/** A round trip: somebody answered, with leave or with a refusal. */
export const isRoundTrip = (state: ConnectState): boolean => state === 'open' || state === 'refused'

/** Who answered at a hop. */
import type { IcmpErrorKind } from '../../ping/events.ts'
import { RESPONDERS_KEPT, type Responder } from '../view.ts'
import { RttSample } from '#lib/stats/rtt-figures.ts'

/** Kinds of flag kept per responder. */
const FLAGS_KEPT = 16

/** Part of the epoch's set; seen in it, but maybe the first of a new set; or neither. */
export const ROLE = { former: 0, member: 1, candidate: 2 } as const
export type Role = (typeof ROLE)[keyof typeof ROLE]

export type Flag = Responder['flags'][number]

export class ResponderState implements Responder {
  readonly index: number
  readonly address: string
  readonly isTarget: boolean
  role: Role = ROLE.former
  /** Answers in the epoch, before the statistics stage too. */
  seen = 0
  answered = 0
  rtt = new RttSample()
  firstMs = NaN
  lastMs = NaN
  untilMs: number | null = null
  flags: Flag[] = []
  labels: Responder['labels'] = []
  toolAsns: readonly string[] = []

  constructor(index: number, address: string, isTarget: boolean) {
    this.index = index
    this.address = address
    this.isTarget = isTarget
  }

  /** Its figures begin anew, as a part of the epoch. */
  restart(): void {
    this.seen = 0
    this.firstMs = NaN
    this.lastMs = NaN
    this.untilMs = null
    this.restartFigures()
  }

  restartFigures(): void {
    this.answered = 0
    this.rtt = new RttSample()
  }

  /** One answer in the epoch, at this time. */
  see(atMs: number): void {
    this.seen++
    if (!(this.firstMs <= atMs)) this.firstMs = atMs
    if (!(this.lastMs >= atMs)) this.lastMs = atMs
  }

  copy(): ResponderState {
    const copy = new ResponderState(this.index, this.address, this.isTarget)
    const { role, seen, answered, firstMs, lastMs, untilMs, labels, toolAsns } = this
    Object.assign(copy, { role, seen, answered, firstMs, lastMs, untilMs, labels, toolAsns, flags: [...this.flags] })
    this.rtt.copyTo(copy.rtt)
    return copy
  }
}

/** The responder of this address, made if there is room. The target always has room: everything is judged against it. */
export function responderOf(table: ResponderState[], address: string, isTarget: (address: string) => boolean): ResponderState | null {
  for (const known of table) if (known.address === address) return known
  const ours = isTarget(address)
  if (table.length >= (ours ? RESPONDERS_KEPT : RESPONDERS_KEPT - 1)) return null
  const added = new ResponderState(table.length, address, ours)
  table.push(added)
  return added
}

/** True if the kind is new. */
export function addFlag(to: ResponderState, event: { flag: string; error?: IcmpErrorKind | undefined; mtu?: number | undefined; atMs: number }): boolean {
  const { flag, error = null, mtu = null, atMs } = event
  const at = to.flags.findIndex((known) => known.flag === flag && known.mtu === mtu)
  const known = to.flags[at]
  if (known) to.flags[at] = { ...known, count: known.count + 1, lastMs: atMs }
  else if (to.flags.length < FLAGS_KEPT) to.flags.push({ flag, error, mtu, count: 1, firstMs: atMs, lastMs: atMs })
  return !known
}

/** As shown: those of the epoch first, by share; then former ones, the latest end first. */
export function shownResponders(table: readonly ResponderState[]): ResponderState[] {
  return table
    .filter((one) => one.role !== ROLE.former || one.untilMs !== null)
    .sort((a, b) => Number(a.role === ROLE.former) - Number(b.role === ROLE.former) || (b.untilMs ?? 0) - (a.untilMs ?? 0) || b.answered - a.answered || a.index - b.index)
}

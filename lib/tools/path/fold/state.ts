/** The path view with what its fold needs to go on. Written by the fold alone. */
import type { PathSettings } from '../settings.ts'
import type { HopCounts, HostName, PathEpoch, PathView } from '../view.ts'
import { changedTtls, setsOf } from './epoch-sets.ts'
import { HopState, newCounts } from './hop.ts'
import { canonical } from './same-address.ts'

/** The epoch that goes on: what is not read off the hops. `sinceMs` of the first is the first probe's time. */
export interface EpochStart {
  n: number
  sinceMs: number | null
  /** TTLs whose change began it. */
  changedTtls: readonly number[]
  /** Highest TTL probed in it. */
  top: number
}

export class PathState implements PathView {
  readonly address: string
  readonly protocol: PathSettings['protocol']
  readonly port: number | null
  readonly intervalMs: number | null
  readonly timeoutMs: number
  readonly firstTtl: number
  readonly maxTtl: number
  /** Every hop that was ever probed, from TTL 1 without gaps, those beyond the target too. */
  all: HopState[] = []
  targetTtl: number | null = null
  /** Epochs that are over. */
  closed: PathEpoch[] = []
  epoch: EpochStart = { n: 0, sinceMs: null, changedTtls: [], top: 0 }
  names = new Map<string, HostName>()
  stageNow: Mutable<NonNullable<PathView['stage']>> | null = null
  notices: { notice: string; text: string; count: number; firstMs: number; lastMs: number }[] = []
  fatal: { error: string; text: string; atMs: number } | null = null
  ended = false
  firstSentMs = NaN
  lastSentMs = NaN
  revision = 0
  /** No awaited probe's time is up before this. */
  nextDeadlineMs = Infinity
  readonly #target: string

  constructor(address: string, settings: PathSettings) {
    this.address = address
    this.protocol = settings.protocol
    this.port = settings.port
    this.intervalMs = settings.intervalMs
    this.timeoutMs = settings.timeoutMs
    this.firstTtl = settings.firstTtl
    this.maxTtl = settings.maxTtl
    this.#target = canonical(address)
  }

  readonly isTarget = (address: string): boolean => canonical(address) === this.#target

  get stage(): PathView['stage'] {
    return this.stageNow
  }

  /** The hop at this TTL, made with all before it. */
  hop(ttl: number): HopState {
    while (this.all.length < ttl) this.all.push(new HopState(this.all.length + 1))
    const hop = this.all[ttl - 1]
    if (!hop) throw new Error(`TTL ${ttl} is none`)
    return hop
  }

  /** A probe of the epoch that goes on was sent to this TTL. */
  probed(ttl: number): void {
    if (ttl <= this.epoch.top) return
    this.epoch.top = ttl
    this.revision++
  }

  /** A probe of the run was sent then. */
  sentAt(atMs: number): void {
    if (!(this.firstSentMs <= atMs)) this.firstSentMs = atMs
    if (!(this.lastSentMs >= atMs)) this.lastSentMs = atMs
  }

  /** Last TTL that is shown. */
  get lastTtl(): number {
    return this.targetTtl ?? this.epoch.top
  }

  get hops(): readonly HopState[] {
    return this.all.slice(this.firstTtl - 1, this.lastTtl)
  }

  get counts(): HopCounts {
    const sum = newCounts()
    for (const { total } of this.hops) {
      sum.sent += total.sent
      sum.judged += total.judged
      sum.answered += total.answered
      sum.lost += total.lost
      sum.late += total.late
      sum.awaited += total.awaited
    }
    return sum
  }

  get overshoot(): number {
    return this.all.slice(this.lastTtl).reduce((sum, hop) => sum + hop.total.sent, 0)
  }

  /** A TTL beyond the first is regular once somebody else answered at each one before it: only then the tool had to go further. */
  get targetTtls(): PathView['targetTtls'] {
    const found: { ttl: number; answered: number }[] = []
    for (let ttl = this.targetTtl ?? Infinity; ttl <= this.all.length; ttl++) {
      const hop = this.all[ttl - 1]
      if (!hop) break
      if (hop.targetAnswers > 0) found.push({ ttl, answered: hop.targetAnswers })
      if (hop.otherAnswers === 0) break
    }
    return found
  }

  get epochs(): readonly PathEpoch[] {
    if (this.all.length === 0) return []
    const { n, sinceMs } = this.epoch
    const sets = setsOf(this)
    return [...this.closed, { n, sinceMs: sinceMs ?? this.firstSentMs, untilMs: null, sets, changedTtls: changedTtls(this, sets), targetTtl: this.targetTtl }]
  }

  /** Lowest TTL at which the target answered in the epoch, looked for again. */
  findTarget(): void {
    this.targetTtl = this.all.find((hop) => hop.targetAnswers > 0)?.ttl ?? null
  }

  copy(): PathState {
    const copy = new PathState(this.address, this)
    copy.all = this.all.map((hop) => hop.copy())
    const { targetTtl, fatal, ended, firstSentMs, lastSentMs, revision, nextDeadlineMs } = this
    Object.assign(copy, { targetTtl, fatal, ended, firstSentMs, lastSentMs, revision, nextDeadlineMs })
    copy.closed = [...this.closed]
    copy.epoch = { ...this.epoch }
    copy.names = new Map(this.names)
    copy.stageNow = this.stageNow && { ...this.stageNow }
    copy.notices = this.notices.map((notice) => ({ ...notice }))
    return copy
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Who answers at one TTL, and which of its probes are on the way. */
import type { MplsLabel } from './lines/line.ts'

/** A probe that an `x` line announced. */
export interface Sent { ttl: number; probe: number; sentAtMs: number; isAnswered: boolean }

/**
 * When an `h` line is printed: `change`: whenever the responder differs from the one before it (0.94 and later), so the last `h` names
 * the responder of every answer; `once`: once for each new address (up to 0.93), so that the responder is unknown once a hop has two.
 * Null: not seen yet.
 */
export type HostLines = 'change' | 'once' | null

export class Hop {
  readonly ttl: number
  /** Probes numbered so far. */
  probes: number
  /** The newest probe announced. */
  latest: Sent | null = null
  /** Address of the last `h` line; null before the first. */
  address: string | null = null
  /** Address of the first one: what names belong to in versions up to 0.93. */
  firstAddress: string | null = null
  /** At least two addresses answered. */
  isSeveral = false
  /** An `h` line came since the last answer. */
  isFresh = false
  /** That line was new and not repeated so far. */
  isSingle = false
  /** Labels that stand below the last `h` line; null where they say nothing of it. */
  labels: MplsLabel[] | null = null
  labelLine = 0

  constructor(ttl: number, probes: number) {
    this.ttl = ttl
    this.probes = probes
  }

  /** Takes an `h` line; answers what it shows about the version, null for nothing. */
  host(address: string): HostLines {
    const before = this.address
    const isRepeat = address === before
    const isKnown = isRepeat || address === this.firstAddress
    // 0.94 repeats the former responder before it names the new one, with labels that are not its own.
    this.labels = isRepeat && !this.isFresh ? null : []
    if (!isKnown && before !== null) this.isSeveral = true
    this.isSingle = !isKnown && !this.isFresh && before !== null
    this.isFresh = true
    this.address = address
    this.firstAddress ??= address
    return isKnown ? 'change' : null
  }

  /** Who sent the answer whose `p` line was just read; null: one of several, and the tool does not say which. */
  responder(lines: HostLines): string | null {
    const isSure = lines !== 'once' || this.isFresh || !this.isSeveral
    return isSure ? this.address : null
  }
}

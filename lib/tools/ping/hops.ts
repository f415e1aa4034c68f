/** How many routers a reply passed, read from its TTL (P-HOPS). */

export interface RoutersBack {
  /** What the replying system most likely started from: the smallest usual value not below the TTL. */
  initial: 64 | 128 | 255
  /** Routers on the way back: initial - ttl. 0: same link. */
  routers: number
  /**
   * `64 or 32, unsure`: at or below 32 the start may have been 32 as well. `unlikely`: more than 30 routers is rarer than a
   * system with an unusual start.
   */
  note: 'sure' | '64 or 32, unsure' | 'unlikely'
}

const INITIALS = [64, 128, 255] as const
const MANY = 30

/** For a reply's TTL, 0..255. The TTL is chosen by the far system and counted down on the way back, not on the way out. */
export function routersBack(ttl: number): RoutersBack {
  const initial = INITIALS.find((candidate) => candidate >= ttl) ?? 255
  const routers = initial - ttl
  return { initial, routers, note: ttl <= 32 ? '64 or 32, unsure' : routers > MANY ? 'unlikely' : 'sure' }
}

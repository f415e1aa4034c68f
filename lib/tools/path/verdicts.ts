/**
 * Which loss of a hop is loss. An unanswered probe says how often that router answers what expires at it, not what it forwards:
 * it is judged against everything later that answered. Intervals are Wilson's, 95 %.
 */
import { wilson } from '#lib/stats/wilson.ts'

/** What is known of one hop: probes whose fate is known, those without an answer, those answered in time. What is neither was late. */
export interface HopLoss { ttl: number; judged: number; lost: number; answered: number }

export interface HopVerdict {
  ttl: number
  /**
   * - `waiting`: no probe's fate is known.
   * - `silent`: nothing ever answered; says nothing about what it forwards.
   * - `none`: every probe was answered.
   * - `cosmetic`: not loss. Its low end lies above the high end of a later responder: what passed it unharmed was not lost at it.
   * - `real`: it and every later responder up to the target lose beyond doubt (low end above 0.5 %).
   * - `few`: unanswered probes that cannot be judged: fewer than 30 probes, too small a share, or nothing later answers.
   */
  kind: 'none' | 'real' | 'cosmetic' | 'silent' | 'few' | 'waiting'
  /** Unanswered of judged, 0..1, and its interval; NaN (0..1) without a judged probe. */
  share: number
  low: number
  high: number
  /** Loss up to this hop is at most this share: the smallest high end among it and every later responder. Null: nothing answered from here on. */
  trueLossAtMost: number | null
  /** The hop that bears witness of it. */
  witnessTtl: number | null
}

/** Below this many probes no share of loss is called real. */
export const JUDGED_LEAST = 30
/** Loss is beyond doubt when its low end is above this. */
export const DOUBT = 0.005

interface Measured extends HopLoss { share: number; low: number; high: number; responds: boolean }

/** A verdict for each hop, in the same order. Hops beyond the target are judged by nothing and bear no witness. */
export function hopVerdicts(hops: readonly HopLoss[], targetTtl: number | null): HopVerdict[] {
  const measured = hops.map((hop) => {
    const { low, high } = wilson(hop.lost, hop.judged)
    return { ...hop, share: hop.judged > 0 ? hop.lost / hop.judged : NaN, low, high, responds: hop.judged > hop.lost }
  })
  const witnesses = measured.filter((hop) => hop.responds && (targetTtl === null || hop.ttl <= targetTtl))
  return measured.map((hop) => {
    const { ttl, share, low, high } = hop
    const later = witnesses.filter((other) => other.ttl > ttl)
    const witness = least(hop.responds ? [hop, ...later] : later)
    return { ttl, kind: kindOf(hop, later, targetTtl), share, low, high, trueLossAtMost: witness?.high ?? null, witnessTtl: witness?.ttl ?? null }
  })
}

function least(hops: readonly Measured[]): Measured | undefined {
  return hops.reduce<Measured | undefined>((best, hop) => (best && best.high <= hop.high ? best : hop), undefined)
}

function kindOf(hop: Measured, later: readonly Measured[], targetTtl: number | null): HopVerdict['kind'] {
  if (hop.judged === 0) return 'waiting'
  if (!hop.responds) return 'silent'
  if (hop.lost === 0) return 'none'
  if (later.some((other) => hop.low > other.high)) return 'cosmetic'
  // Nothing later answers: only of the target itself is it known that it was asked and not just passed.
  if (later.length === 0 && hop.ttl !== targetTtl) return 'few'
  const isBeyondDoubt = hop.judged >= JUDGED_LEAST && hop.low > DOUBT && later.every((other) => other.low > DOUBT)
  return isBeyondDoubt ? 'real' : 'few'
}

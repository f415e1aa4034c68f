/** How far a share seen in a few trials can be from the true one. */

/** Two-sided 95 % point of the normal distribution. */
const Z_95 = 1.959963984540054

export interface Interval { low: number; high: number }

/**
 * Wilson score interval (1927) of `hits` in `trials`, both ends within 0..1; 95 % unless `z` says otherwise. No trials: 0..1,
 * nothing is known. 0 lost of 20 still allows about 16 %.
 */
export function wilson(hits: number, trials: number, z: number = Z_95): Interval {
  if (!(trials > 0)) return { low: 0, high: 1 }
  const share = Math.min(1, Math.max(0, hits / trials))
  const z2 = z * z
  const centre = share + z2 / (2 * trials)
  const spread = z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials))
  const scale = 1 + z2 / trials
  // At 0 and 1 the bound is exact; rounding must not make "none lost" read as a little.
  return {
    low: share === 0 ? 0 : Math.max(0, (centre - spread) / scale),
    high: share === 1 ? 1 : Math.min(1, (centre + spread) / scale),
  }
}

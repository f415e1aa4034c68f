/** Whether two shares differ by more than chance. */

/** Two-sided 95 % point of the normal distribution. */
const Z_95 = 1.959963984540054

export interface Share { lost: number; judged: number }

/** Is the first share below the second beyond doubt? Pooled two-proportion z-test, 95 % two-sided. False where either has no trials. */
export function isClearlyLess(a: Share, b: Share): boolean {
  if (!(a.judged > 0 && b.judged > 0)) return false
  const pooled = (a.lost + b.lost) / (a.judged + b.judged)
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a.judged + 1 / b.judged))
  return error > 0 && b.lost / b.judged - a.lost / a.judged > Z_95 * error
}

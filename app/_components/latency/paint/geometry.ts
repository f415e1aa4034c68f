/** Where the rows of the latency chart lie on its canvas. */

export interface Row { y: number; h: number }
export interface Geometry {
  width: number
  narrow: boolean
  /** Plot's left edge and width; the gutters hold the axis labels. */
  left: number
  plotWidth: number
  lane: Row
  plot: Row
  jitter: Row
  ttl: Row
  axis: Row
}

const NARROW_BELOW = 560
const LANE_H = 14

/** Heights follow the design: 212 + 38 + 18 + 18 on a desk, 150 + 26 + 18 + 18 on a phone. Without `hasTtl` the plot takes the TTL's row. */
export function geometryOf(width: number, height: number, hasTtl = true): Geometry {
  const narrow = width < NARROW_BELOW
  const left = narrow ? 34 : 50, right = narrow ? 10 : 14
  const jitterH = narrow ? 26 : 38
  const ttlH = hasTtl ? 18 : 0
  const smokeH = Math.max(60, height - jitterH - ttlH - 18)
  return {
    width, narrow, left, plotWidth: Math.max(1, Math.floor(width - left - right)),
    lane: { y: 0, h: LANE_H }, plot: { y: LANE_H + 8, h: smokeH - LANE_H - 12 },
    jitter: { y: smokeH, h: jitterH }, ttl: { y: smokeH + jitterH, h: ttlH }, axis: { y: smokeH + jitterH + ttlH, h: 18 },
  }
}

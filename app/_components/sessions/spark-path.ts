/** Layout of a sparkline. Pure. */
import { formatMs } from '#lib/format/number.ts'
import type { SessionSummary } from '#lib/protocol/api.ts'

type SparkData = SessionSummary['spark']

/** Line through the medians, broken where nothing answered, and the x of each bucket with loss. The range is at least half the minimum, so that noise is not magnified. */
export function sparkPath({ medianMs, lost }: SparkData, { width, height }: { width: number; height: number }): { line: string; losses: number[] } {
  const n = Math.max(medianMs.length, lost.length)
  const x = (i: number): number => Math.round((n <= 1 ? width / 2 : (i / (n - 1)) * (width - 2) + 1) * 10) / 10
  const values = medianMs.filter((ms): ms is number => ms !== null)
  const low = Math.min(...values)
  const range = Math.max(Math.max(...values) - low, low * 0.5, 1e-9)
  let line = ''
  let drawing = false
  medianMs.forEach((ms, i) => {
    if (ms === null) drawing = false
    else {
      const y = Math.round((height - 3 - ((ms - low) / range) * (height - 6)) * 10) / 10
      line += `${drawing ? 'L' : 'M'}${x(i)} ${y}${drawing ? '' : 'h.1'}`
      drawing = true
    }
  })
  return { line, losses: lost.flatMap((count, i) => (count > 0 ? [x(i) - 0.8] : [])) }
}

/** The same in words. */
export function sparkSummary({ medianMs, lost }: SparkData): string {
  const values = medianMs.filter((ms): ms is number => ms !== null)
  const losses = lost.reduce((sum, count) => sum + count, 0)
  const range = values.length === 0 ? 'no reply' : `median round trip ${formatMs(Math.min(...values))} to ${formatMs(Math.max(...values))}`
  return `${range}, ${losses === 0 ? 'nothing lost' : `${losses} lost`}`
}

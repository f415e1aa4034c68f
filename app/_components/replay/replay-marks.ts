/** Where things lie on the replay scrubber. Pure. */
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import { formatPosition } from '#lib/format/time.ts'
import type { Severity } from '#lib/protocol/api.ts'

/** Medians (null: no reply) and losses of equal stretches of the whole session. */
export interface ReplaySpark { medianMs: readonly (number | null)[]; lost: readonly number[] }
export interface ReplayFinding { id: string; title: string; severity: Severity; atMs: number }

/** When each finding was noticed: that is when it appears in the rail. Findings that were fine all along have no mark. */
export const marksOf = (findings: readonly FindingRecord[]): ReplayFinding[] =>
  findings.filter((finding) => finding.severity !== 'ok').map(({ id, title, severity, noticedMs }) => ({ id, title, severity, atMs: noticedMs })).sort((a, b) => a.atMs - b.atMs)

/** The first finding that appears after a moment; null after the last. */
export const nextFinding = (findings: readonly ReplayFinding[], atMs: number): ReplayFinding | null => findings.find((finding) => finding.atMs > atMs + 1) ?? null

export const shareOfSession = (ms: number, { startMs, endMs }: { startMs: number; endMs: number }): number => Math.min(1, Math.max(0, (ms - startMs) / Math.max(1, endMs - startMs)))

/** A playhead that is still on the way: the moment shown until then, the one that loading has come to, and the share of the way done. */
export interface ReplayLoading { shownMs: number; reachedMs: number; progress: number }

/** `Loading 14:02 of 16:00, 41 %`. Rounded down: nothing is done before it is. */
export const loadingText = ({ reachedMs, progress }: ReplayLoading, { startMs, atMs }: { startMs: number; atMs: number }): string =>
  `Loading ${formatPosition(reachedMs - startMs)} of ${formatPosition(atMs - startMs)}, ${Math.floor(100 * progress)} %`

/** Line through the medians in a box of `width` x `height`, broken where nothing answered. From zero up, as the chart is. */
export function sparkLine({ medianMs }: ReplaySpark, { width, height }: { width: number; height: number }): string {
  const top = Math.max(1e-9, ...medianMs.map((v) => v ?? 0)) * 1.1
  let path = ''
  let pen = false
  medianMs.forEach((v, i) => {
    if (v === null) { pen = false; return }
    const x = ((i + 0.5) / medianMs.length) * width, y = height - 2 - (height - 10) * (v / top)
    path += `${pen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}${pen ? '' : 'h.1'}`
    pen = true
  })
  return path
}

/** Speeds offered, in session seconds per second. */
export const SPEEDS = [1, 8, 30, 100] as const
/** One step of `,` and `.`: a second of the session, or a probe's interval if that is longer. */
export const STEP_MS = 1000

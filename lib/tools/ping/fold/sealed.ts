/** Sealed time buckets as packed columns and back. */
import { packNumbers, unpackNumbers } from '#lib/protocol/columns.ts'
import type { Bucket } from '../view.ts'

const BUCKET_COLUMNS = [
  'startMs', 'sent', 'answered', 'lost', 'late', 'minMs', 'p10Ms', 'p25Ms', 'p50Ms', 'p75Ms', 'p90Ms', 'maxMs', 'jitterSumMs', 'jitterCount',
] as const satisfies readonly (keyof Bucket)[]

export function packSealed(buckets: readonly Bucket[]): string[] {
  return BUCKET_COLUMNS.map((name) => packNumbers(buckets.map((bucket) => bucket[name])))
}

/** The buckets that `packSealed` was given; throws DamagedBytes for other text. */
export function unpackSealed(packed: readonly string[]): Bucket[] {
  const columns = packed.map(unpackNumbers)
  const length = columns[0]?.length ?? 0
  return Array.from({ length }, (_, row) => bucketOf((name) => columns[BUCKET_COLUMNS.indexOf(name)]?.[row] ?? NaN))
}

function bucketOf(figure: (name: (typeof BUCKET_COLUMNS)[number]) => number): Bucket {
  return {
    startMs: figure('startMs'), sent: figure('sent'), answered: figure('answered'), lost: figure('lost'), late: figure('late'),
    minMs: figure('minMs'), p10Ms: figure('p10Ms'), p25Ms: figure('p25Ms'), p50Ms: figure('p50Ms'), p75Ms: figure('p75Ms'),
    p90Ms: figure('p90Ms'), maxMs: figure('maxMs'), jitterSumMs: figure('jitterSumMs'), jitterCount: figure('jitterCount'),
  }
}

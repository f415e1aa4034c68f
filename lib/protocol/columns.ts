/**
 * Columns of numbers in few bytes, without loss for any double (NaN, -0 and the infinities included).
 *
 * A column is written as one flag byte and:
 * - runs of NaN, if any, apart from the rest (a probe without a reply must not spoil its column);
 * - the rest as whole numbers where every one is a decimal of at most 6 places (scaled by 10^k), else as raw doubles;
 * - whole numbers as residuals of order 0 (value), 1 (delta) or 2 (delta of deltas), whichever is smallest, less their
 *   median, as zigzag varints with runs of zero counted. A constant or evenly growing column so costs its start alone.
 */
import { fromBase64, toBase64 } from './base64.ts'
import { ByteReader, ByteWriter, DamagedBytes } from './bytes.ts'
import { choosePlan, placesOf, POWERS, scaled, type ColumnPlan } from './column-plan.ts'

/** Values a column may claim to hold; above what any log or view has, below what would exhaust memory. */
const COUNT_MAX = 2 ** 26

const ORDER_RAW = 3
const PLACES_SHIFT = 2
const HAS_NAN = 32
/** No residual follows: every one is zero (whole numbers) or every value is the first (raw). */
const ALL_SAME = 64

/** A number column as base64 text; the counterpart is unpackNumbers. */
export function packNumbers(values: ArrayLike<number>): string {
  const out = new ByteWriter()
  out.varint(values.length)
  writeNumbers(out, values)
  return toBase64(out.finish())
}

/** The column that packNumbers was given, bit for bit; throws DamagedBytes for any other text. */
export function unpackNumbers(text: string): Float64Array<ArrayBuffer> {
  const reader = new ByteReader(fromBase64(text))
  const column = readNumbers(reader, reader.varint())
  if (reader.left !== 0) throw new DamagedBytes('A packed column has bytes left over.')
  return column
}

/** Appends a column; its length is for the caller to keep. */
export function writeNumbers(out: ByteWriter, values: ArrayLike<number>): void {
  const rest = withoutNaN(values)
  const nan = rest.length === values.length ? 0 : HAS_NAN
  const same = isConstant(rest) ? ALL_SAME : 0
  // Most columns of a log are constant: one value tells all about them.
  const judged = same ? rest.slice(0, 1) : rest
  const places = placesOf(judged)
  const plan = places < 0 ? null : choosePlan(scaled(judged, places))
  if (!plan) {
    out.byte(ORDER_RAW | nan | same)
    if (nan) writeNaN(out, values)
    for (let i = 0; i < (same ? 1 : rest.length); i++) out.float64(rest[i] ?? 0)
    return
  }
  out.byte(plan.order | (places << PLACES_SHIFT) | nan | (plan.zero ? ALL_SAME : 0))
  if (nan) writeNaN(out, values)
  for (const seed of plan.seeds) out.zigzag(seed)
  out.zigzag(plan.base)
  if (!plan.zero) writeResiduals(out, plan)
}

/** Reads a column of `count` values. */
export function readNumbers(reader: ByteReader, count: number): Float64Array<ArrayBuffer> {
  if (count > COUNT_MAX) throw new DamagedBytes('A packed column claims more values than can be.')
  const flags = reader.byte()
  if (flags & 128) throw new DamagedBytes('A packed column has an unknown form.')
  const column = new Float64Array(count)
  const gaps = flags & HAS_NAN ? readNaN(reader, count) : null
  const held = gaps ? count - gaps.missing : count
  if ((flags & 3) === ORDER_RAW) readRaw(reader, column.subarray(0, held), (flags & ALL_SAME) !== 0)
  else readWhole(reader, column.subarray(0, held), flags)
  if (gaps) spread(column, gaps)
  return column
}

function isConstant(values: readonly number[]): boolean {
  const first = values[0]
  for (const value of values) if (!Object.is(value, first)) return false
  return values.length > 1
}

function withoutNaN(values: ArrayLike<number>): number[] {
  const kept: number[] = []
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    if (!Number.isNaN(value)) kept.push(value)
  }
  return kept
}

/** A zero is followed by how many more zeros come after it. */
function writeResiduals(out: ByteWriter, { values, base }: ColumnPlan): void {
  for (let i = 0; i < values.length; i++) {
    const residual = (values[i] ?? 0) - base
    out.zigzag(residual)
    if (residual !== 0) continue
    let more = 0
    while (values[i + 1] === base) {
      more++
      i++
    }
    out.varint(more)
  }
}

function readWhole(reader: ByteReader, column: Float64Array, flags: number): void {
  const order = flags & 3
  const seeds: number[] = []
  for (let i = 0; i < order; i++) seeds.push(reader.zigzag())
  if (seeds.length > column.length) throw new DamagedBytes('A packed column is shorter than its start.')
  const base = reader.zigzag()
  column.set(seeds)
  if (flags & ALL_SAME) column.fill(base, order)
  else readResiduals(reader, column.subarray(order), base)
  // Sum up from the innermost order outwards: element `order - 1` seeds the sums of its own level.
  for (let level = order; level > 0; level--) {
    for (let i = level; i < column.length; i++) column[i] = (column[i] ?? 0) + (column[i - 1] ?? 0)
  }
  const power = POWERS[(flags >> PLACES_SHIFT) & 7]
  if (power === undefined) throw new DamagedBytes('A packed column has an unknown scale.')
  if (power !== 1) for (let i = 0; i < column.length; i++) column[i] = (column[i] ?? 0) / power
}

function readResiduals(reader: ByteReader, column: Float64Array, base: number): void {
  for (let i = 0; i < column.length; i++) {
    const residual = reader.zigzag()
    column[i] = base + residual
    if (residual !== 0) continue
    const more = reader.varint()
    if (more >= column.length - i) throw new DamagedBytes('A packed column holds more values than it says.')
    column.fill(base, i + 1, i + 1 + more)
    i += more
  }
}

function readRaw(reader: ByteReader, column: Float64Array, same: boolean): void {
  if (same) {
    column.fill(reader.float64())
    return
  }
  for (let i = 0; i < column.length; i++) column[i] = reader.float64()
}

interface Gaps { runs: { skip: number; length: number }[]; missing: number }

function nanRuns(values: ArrayLike<number>): Gaps {
  const runs: Gaps['runs'] = []
  let missing = 0
  let skip = 0
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) {
      skip++
      continue
    }
    let length = 1
    while (i + length < values.length && Number.isNaN(values[i + length])) length++
    runs.push({ skip, length })
    missing += length
    i += length - 1
    skip = 0
  }
  return { runs, missing }
}

function writeNaN(out: ByteWriter, values: ArrayLike<number>): void {
  const { runs } = nanRuns(values)
  out.varint(runs.length)
  for (const run of runs) {
    out.varint(run.skip)
    out.varint(run.length)
  }
}

function readNaN(reader: ByteReader, count: number): Gaps {
  const length = reader.varint()
  const runs: Gaps['runs'] = []
  let used = 0
  let missing = 0
  for (let i = 0; i < length; i++) {
    const run = { skip: reader.varint(), length: reader.varint() }
    used += run.skip + run.length
    missing += run.length
    if (used > count) throw new DamagedBytes('A packed column holds more values than it says.')
    runs.push(run)
  }
  return { runs, missing }
}

/** Moves the values at the front to their places, from the back so that none is overwritten. */
function spread(column: Float64Array, gaps: Gaps): void {
  let from = column.length - gaps.missing
  let to = column.length
  let tail = from - gaps.runs.reduce((sum, run) => sum + run.skip, 0)
  for (const run of gaps.runs.toReversed()) {
    column.copyWithin(to - tail, from - tail, from)
    to -= tail
    from -= tail
    column.fill(NaN, to - run.length, to)
    to -= run.length
    tail = run.skip
  }
}

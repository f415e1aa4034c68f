/**
 * Time buckets over a numbered, bounded series. A bucket holds no figures of its own while its items are still in the
 * series: they are worked out from the raw values when somebody reads them, so they are exact. Only when the first item of
 * a bucket is about to leave the series is the bucket sealed: its figures are then kept and never change.
 */

/** Items `minItem..maxItem` may lie in the bucket; `build` looks at each one's own time. */
export interface BucketSpan { index: number; minItem: number; maxItem: number }

export interface RollupOptions<B> {
  widthMs: number
  /** Sealed and live buckets kept together; the oldest go first. */
  capacity: number
  build(span: BucketSpan): B
  /** What is kept of a bucket once its items leave, e.g. rounded so that a day of them packs small. Absent: all. */
  seal?: ((bucket: B) => B) | undefined
}

interface Live<B> extends BucketSpan { figures: B | null }

export class Rollup<B extends { startMs: number }> {
  readonly widthMs: number
  readonly #options: RollupOptions<B>
  /** Sealed buckets, oldest first. */
  sealed: B[] = []
  /** Live buckets by index, upwards. */
  #live: Live<B>[] = []
  /** Smallest item of any live bucket: most evictions seal nothing and must cost nothing. */
  #least = Infinity

  constructor(options: RollupOptions<B>) {
    this.widthMs = options.widthMs
    this.#options = options
  }

  /** An item with this time was added, or anything about it changed. When its time itself changed: call for both times. */
  touch(item: number, atMs: number): void {
    const index = Math.floor(atMs / this.widthMs)
    const last = this.#live[this.#live.length - 1]
    if (last && last.index === index) {
      if (item > last.maxItem) last.maxItem = item
      else if (item < last.minItem) this.#widen(last, item)
      last.figures = null
      return
    }
    this.#touchOther(item, index)
  }

  /** The same for many consecutive items at once, from `firstItem` on, with one time each. */
  touchAll(firstItem: number, times: ArrayLike<number>): void {
    let last = this.#live.at(-1)
    let [fromMs, toMs] = this.#boundsOf(last)
    for (let i = 0; i < times.length; i++) {
      const atMs = times[i] ?? NaN
      if (last && atMs >= fromMs && atMs < toMs && firstItem + i > last.maxItem) {
        last.maxItem = firstItem + i
        last.figures = null
        continue
      }
      this.touch(firstItem + i, atMs)
      last = this.#live.at(-1)
      ;[fromMs, toMs] = this.#boundsOf(last)
    }
  }

  #boundsOf(bucket: Live<B> | undefined): [number, number] {
    return bucket ? [bucket.index * this.widthMs, (bucket.index + 1) * this.widthMs] : [NaN, NaN]
  }

  #touchOther(item: number, index: number): void {
    // No time, no bucket.
    if (Number.isNaN(index)) return
    let at = this.#live.length
    while (at > 0 && (this.#live[at - 1]?.index ?? -Infinity) > index) at--
    const found = this.#live[at - 1]
    if (found && found.index === index) {
      found.maxItem = Math.max(found.maxItem, item)
      if (item < found.minItem) this.#widen(found, item)
      found.figures = null
      return
    }
    // A sealed bucket stays as it was: part of its raw values is gone.
    if (this.#isSealed(index * this.widthMs)) return
    this.#live.splice(at, 0, { index, minItem: item, maxItem: item, figures: null })
    this.#least = Math.min(this.#least, item)
    this.#trim()
  }

  #widen(bucket: Live<B>, minItem: number): void {
    bucket.minItem = minItem
    this.#least = Math.min(this.#least, minItem)
  }

  #isSealed(startMs: number): boolean {
    let at = this.sealed.length - 1
    while (at >= 0 && (this.sealed[at]?.startMs ?? 0) > startMs) at--
    return this.sealed[at]?.startMs === startMs
  }

  /** The item is about to leave the series: seals every bucket that may hold it. */
  evict(item: number): void {
    if (item < this.#least) return
    const leaving = this.#live.filter((bucket) => bucket.minItem <= item)
    this.#live = this.#live.filter((bucket) => bucket.minItem > item)
    for (const bucket of leaving) this.#seal(bucket.figures ?? this.#options.build(bucket))
    this.#least = this.#live.reduce((least, bucket) => Math.min(least, bucket.minItem), Infinity)
    this.#trim()
  }

  #seal(bucket: B): void {
    let at = this.sealed.length
    while (at > 0 && (this.sealed[at - 1]?.startMs ?? 0) > bucket.startMs) at--
    this.sealed.splice(at, 0, this.#options.seal?.(bucket) ?? bucket)
  }

  #trim(): void {
    while (this.sealed.length > 0 && this.sealed.length + this.#live.length > this.#options.capacity) this.sealed.shift()
    while (this.#live.length > this.#options.capacity) this.#live.shift()
  }

  /** Takes over the buckets of another of the same width. Figures are never changed once worked out, so they are shared. */
  copyFrom(other: Rollup<B>): void {
    this.sealed = [...other.sealed]
    this.#live = other.#live.map((entry) => ({ ...entry }))
    this.#least = other.#least
  }

  /** All buckets, oldest first; the last one may still be open. */
  get buckets(): readonly B[] {
    const live = this.#live.map((entry) => (entry.figures ??= this.#options.build(entry)))
    return this.sealed.length === 0 ? live : [...this.sealed, ...live]
  }

  /** The buckets that start at `fromMs` or later, oldest first. Costs what it returns, however long the run is. */
  since(fromMs: number): readonly B[] {
    const found: B[] = []
    let at = this.#live.length - 1
    for (let entry = this.#live[at]; entry && entry.index * this.widthMs >= fromMs; entry = this.#live[--at]) {
      found.push((entry.figures ??= this.#options.build(entry)))
    }
    if (at < 0) for (let i = this.sealed.length - 1, bucket = this.sealed[i]; bucket && bucket.startMs >= fromMs; bucket = this.sealed[--i]) found.push(bucket)
    return found.reverse()
  }
}

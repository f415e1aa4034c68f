/** Running figures of round trips under the names of the views. */
import { Welford } from './welford.ts'

/** Milliseconds; the deviation is that of the population, as ping's mdev. */
export class RttFigures extends Welford {
  get meanMs(): number {
    return this.mean
  }
  get stdevMs(): number {
    return this.stdev
  }
  get minMs(): number {
    return this.min
  }
  get maxMs(): number {
    return this.max
  }
  get lastMs(): number {
    return this.last
  }
}

/** The same with the deviation of the sample (n - 1), as mtr's StDev; NaN below two. */
export class RttSample extends RttFigures {
  override get stdevMs(): number {
    return this.n < 2 ? NaN : Math.sqrt(Math.max(0, this.m2 / (this.n - 1)))
  }
}

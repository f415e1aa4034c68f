/** Mean and spread of a stream in one pass (Welford 1962), without keeping the values. */

export interface WelfordState { n: number; mean: number; m2: number; min: number; max: number; last: number }

/** The state of nothing seen. */
export const emptyWelford = (): WelfordState => ({ n: 0, mean: NaN, m2: 0, min: NaN, max: NaN, last: NaN })

/**
 * Running n, mean, standard deviation, least, greatest and last value. The deviation is that of the population
 * (divided by n), which is what ping prints as mdev. Everything but `n` is NaN before the first value.
 */
export class Welford {
  n = 0
  mean = NaN
  /** Sum of squared distances from the mean. */
  m2 = 0
  min = NaN
  max = NaN
  last = NaN

  push(value: number): void {
    this.n++
    this.last = value
    if (this.n === 1) {
      this.mean = value
      this.m2 = 0
      this.min = value
      this.max = value
      return
    }
    const distance = value - this.mean
    this.mean += distance / this.n
    this.m2 += distance * (value - this.mean)
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
  }

  get stdev(): number {
    return this.n === 0 ? NaN : Math.sqrt(Math.max(0, this.m2 / this.n))
  }

  /** Writes the whole state into `target`, to come back to with `restore`. */
  copyTo(target: WelfordState): WelfordState {
    target.n = this.n
    target.mean = this.mean
    target.m2 = this.m2
    target.min = this.min
    target.max = this.max
    target.last = this.last
    return target
  }

  restore(state: WelfordState): void {
    this.n = state.n
    this.mean = state.mean
    this.m2 = state.m2
    this.min = state.min
    this.max = state.max
    this.last = state.last
  }
}

/** Lets a change through at most every so often, the last one always, and urgent ones at once. */

export interface Throttle {
  /** Something changed. */
  touch(urgent?: boolean): void
  cancel(): void
}

export function createThrottle(everyMs: number, fire: () => void, nowMs: () => number = () => performance.now()): Throttle {
  let timer: ReturnType<typeof setTimeout> | null = null
  let firedAtMs = Number.NEGATIVE_INFINITY
  const run = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    firedAtMs = nowMs()
    fire()
  }
  return {
    touch(urgent = false) {
      const waitMs = firedAtMs + everyMs - nowMs()
      if (urgent || waitMs <= 0) run()
      else timer ??= setTimeout(run, waitMs)
    },
    cancel() {
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}

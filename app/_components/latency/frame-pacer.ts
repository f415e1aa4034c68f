/** Decides when to draw: one animation frame per data frame, at most ten a second, once a second while hidden. */

export interface FramePacer {
  /** New data: may wait. */
  data(): void
  /** A person did something: draw with the next frame. */
  now(): void
  stop(): void
}

const DATA_EVERY_MS = 100
const HIDDEN_EVERY_MS = 1000

export function createFramePacer(draw: () => void): FramePacer {
  let frame = 0
  let timer = 0
  let drawnAt = -Infinity
  const cancel = (): void => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    frame = 0
    timer = 0
  }
  const run = (): void => {
    cancel()
    drawnAt = performance.now()
    draw()
  }
  const now = (): void => {
    if (frame !== 0) return
    clearTimeout(timer)
    timer = 0
    frame = requestAnimationFrame(run)
  }
  return {
    now,
    data() {
      if (frame !== 0 || timer !== 0) return
      // Animation frames do not come while hidden; a slow timer keeps the picture near enough for the moment of return.
      const wait = drawnAt + (document.hidden ? HIDDEN_EVERY_MS : DATA_EVERY_MS) - performance.now()
      if (document.hidden) timer = window.setTimeout(run, Math.max(0, wait))
      else if (wait <= 0) now()
      else timer = window.setTimeout(() => { timer = 0; now() }, wait)
    },
    stop: cancel,
  }
}

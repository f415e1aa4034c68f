/** Watches the wall clock for steps and the event loop for lag. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** A step smaller than this is slewing, not a jump. */
export const STEP_MS = 100
const LOOK_MS = 1_000
const LAG_RESOLUTION_MS = 20

export interface Clocks { wallMs(): number; monoMs(): number }
const SYSTEM: Clocks = { wallMs: () => Date.now(), monoMs: () => performance.now() }

/** Tells how far the wall clock has moved against the monotonic one since the last look, if that is a step. */
export function createStepDetector(clocks: Clocks = SYSTEM): () => { deltaMs: number; atMs: number } | null {
  let wall = clocks.wallMs()
  let mono = clocks.monoMs()
  return () => {
    const nextWall = clocks.wallMs()
    const nextMono = clocks.monoMs()
    const deltaMs = (nextWall - wall) - (nextMono - mono)
    wall = nextWall
    mono = nextMono
    return Math.abs(deltaMs) > STEP_MS ? { deltaMs, atMs: nextWall } : null
  }
}

/** Looks every second and calls `onStep` for each step. Returns how to stop. */
export function watchClock(onStep: (step: { deltaMs: number; atMs: number }) => void): () => void {
  const look = createStepDetector()
  const timer = setInterval(() => {
    const step = look()
    if (step !== null) onStep(step)
  }, LOOK_MS)
  return () => clearInterval(timer)
}

/** Largest event-loop lag since the last call, ms. `stop` ends the measuring. */
export function createLagMeter(): { worstMs(): number; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS })
  histogram.enable()
  return {
    worstMs() {
      // The histogram counts its own timer's 20 ms as delay.
      const worst = Math.max(0, histogram.max / 1e6 - LAG_RESOLUTION_MS)
      histogram.reset()
      return worst
    },
    stop: () => { histogram.disable() },
  }
}

/** How many sockets look through each share at this moment. */
import { createGauge } from '../limits/gauge.ts'

export interface OpenCounter {
  attach(shareId: string): () => void
  now(shareId: string): number
}

/** Counts without a limit; the gateway limits sockets. */
export function createOpenCounter(): OpenCounter {
  const gauge = createGauge(Number.POSITIVE_INFINITY)
  return { attach: (shareId) => gauge.enter(shareId) ?? (() => undefined), now: gauge.held }
}

/** What the path fold has to know of a run's options. */
import type { PathProtocol } from './view.ts'

export interface PathSettings {
  protocol: PathProtocol
  port: number | null
  intervalMs: number | null
  timeoutMs: number
  firstTtl: number
  maxTtl: number
}

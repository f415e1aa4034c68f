/** Web's view of a vantage, whichever transport it is on. */
import type { ToolId } from '#lib/protocol/events.ts'
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { Resolution } from '#lib/protocol/link.ts'
import type { Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { VantageFacts } from '#lib/protocol/vantage.ts'

export interface RunRequest { runId: RunId; sessionId: SessionId; tool: ToolId; target: PinnedTarget; options: Record<string, unknown> }
export interface RunOutput { runId: RunId; sessionId: SessionId; events: Observed[]; transcript: Uint8Array }

export interface Vantage {
  online(): boolean
  facts(): VantageFacts | null
  /** Looks a canonical name up once on the vantage. Fails with `target-unresolved` or `vantage-offline`; 3.5 s at most. */
  resolve(host: string): Promise<Result<Resolution>>
  check(): Promise<Result<VantageFacts>>
  start(run: RunRequest): Promise<Result<null>>
  stop(runId: RunId, by: string): void
  on(event: 'output', listener: (output: RunOutput) => void): void
  /** Went online or offline, or new facts came. Offline: every run it had is over (interrupted). */
  on(event: 'state', listener: () => void): void
  on(event: 'clock', listener: (step: { deltaMs: number; atMs: number }) => void): void
  on(event: 'pulse', listener: (pulse: { atMs: number; loopLagMs: number; runs: number }) => void): void
  close(): Promise<void>
}

/** The words between the process layer and its callers. */
import type { Exit } from '#lib/tools/tool.ts'

/** Why we end a process. The first cause wins; a process that ended by itself has none. */
export type StopCause =
  | { kind: 'stop'; by: string }
  | { kind: 'deadline' }
  | { kind: 'output-limit' }
  | { kind: 'link-lost' }
  | { kind: 'shutdown' }

export type LadderSignal = 'SIGINT' | 'SIGTERM' | 'SIGKILL'

/** How a process and everything it started came to an end. */
export interface ProcessEnd {
  exit: Exit
  /** Set when we ended it: why, and the last signal it took. */
  stopped: { cause: StopCause; endedBy: LadderSignal } | null
  /** Processes it left behind, which we then killed. */
  stragglers: number
}

export interface ProcessSpec {
  /** pty: line tools. pipe: anything binary or flooding; stdout and stderr arrive together. */
  transport: 'pty' | 'pipe'
  /** Absolute path of the program. */
  file: string
  args: readonly string[]
  /** Bytes; absent: 512 MiB. */
  addressSpace?: number
  deadlineMs: number
  onData(bytes: Uint8Array): void
  /** Called once, after the last byte was handed to `onData` and everything the program started is dead. */
  onExit(end: ProcessEnd): void
}

export interface RunningProcess {
  readonly pid: number
  /** Climbs the ladder: SIGINT, 1 s later SIGTERM, 1 s later SIGKILL; half of that when the server is gone. A second call changes nothing. */
  stop(cause: StopCause): void
}

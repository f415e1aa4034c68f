/** What a run is made of, and what its owner holds of it. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { Result } from '#lib/protocol/result.ts'
import type { AddressVerdict, PinnedTarget } from '#lib/protocol/target.ts'
import type { NameSetup, Tool } from '#lib/tools/tool.ts'
import type { Located, Program } from '../locate.ts'
import type { RunNames } from '../names/run-names.ts'
import type { StopCause } from '../process/types.ts'
import type { OutputLimits } from './output-gate.ts'

export interface RunSpec {
  runId: RunId
  /** Any tool of the registry, generic over its options. */
  tool: Tool<object, unknown>
  /** Options as the tool's own decoder returned them. */
  options: object
  target: PinnedTarget
  /** The program that it begins with. */
  program: Program
  /** Finds the program of a later step. */
  locate(binary: string): Located
  /** What a run that plans itself may ask. */
  world: RunWorld
  /** The account it runs as. */
  user: string
  /** It is ended after this long, all its programs together: the tool's own bound, or the policy's. */
  deadlineMs: number
  limits?: OutputLimits
  /** Looks up the names of the addresses that answer; absent: nobody does. `tell` takes events until the run is over. */
  names?: (tell: (event: Observed) => void) => RunNames
  /** Events in order with the transcript bytes they came from. The last batch ends with `run.ended`. */
  send(events: Observed[], transcript: Uint8Array): void
  /** Called after the last `send`. */
  onOver(): void
}

export interface RunWorld {
  /** Policy's word on one address. */
  judge(address: string): AddressVerdict
  /** Resolves a host where it is a name, and judges every answer. */
  pin(host: string): Promise<Result<PinnedTarget>>
  /** How names are found here, as the files say now; `host` is the canonical target. */
  nameSetup(host: string): Promise<NameSetup>
}

/** A run that goes on, whichever of its programs is at work. */
export interface RunningRun {
  /** Ends it, also in the moment between two programs. The first cause counts. */
  stop(cause: StopCause): void
}

/** The runs of this vantage: every request is checked again here (tool, options, target, policy, places) before anything starts. */
import { judgeAddress, type Policy } from '#lib/policy/policy.ts'
import type { Observed, ToolId } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { LinkRequest, Resolution } from '#lib/protocol/link.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { NameSetup, RunParts, Tool } from '#lib/tools/tool.ts'
import { locateTool, type Located } from '../locate.ts'
import type { RunNames } from '../names/run-names.ts'
import type { Processes } from '../process/processes.ts'
import type { StopCause } from '../process/types.ts'
import { readNameSetup } from '../resolve/name-setup.ts'
import { checkStart } from './check.ts'
import type { OutputLimits } from './output-gate.ts'
import { pinHost } from './pins.ts'
import { startRun } from './run.ts'
import type { RunningRun, RunWorld } from './run-spec.ts'

/** What this vantage can run; one of an older release may know fewer than web does. */
export type Tools = Readonly<Partial<Record<ToolId, Tool<object, unknown>>>>
export type StartRequest = Extract<LinkRequest, { type: 'start' }>

export interface RunsOptions {
  tools: Tools
  processes: Processes
  /** Web has asked it too. */
  policy: Policy
  /** Turns a canonical host into addresses, unjudged. */
  resolve(host: string): Promise<Result<Resolution>>
  /** How names are found here; absent: as the files of this host say. */
  nameSetup?: (host: string) => Promise<NameSetup>
  user: string
  /** Where programs are looked for; tests hand their own. */
  locate?: (binary: string) => Located
  limits?: OutputLimits
  /** Looks up the names of addresses that a run meets; absent: nobody does. */
  names?: (run: { runId: RunId; target: PinnedTarget }, tell: (event: Observed) => void) => RunNames
  send(run: { runId: RunId; sessionId: SessionId }, events: Observed[], transcript: Uint8Array): void
}

export interface Runs {
  /** Null: the run goes on and its events follow; its process exists, unless it plans itself. */
  start(request: StartRequest): Result<null>
  stop(runId: RunId, by: string): void
  /** Stops every run and resolves when the last has told its end. */
  stopAll(cause: StopCause): Promise<void>
  count(): number
}

/** A run that is going on, with what another one must know of it. */
interface LiveRun extends RunParts { run: RunningRun; over: Promise<void> }

/** An empty registry. */
export function createRuns(options: RunsOptions): Runs {
  const live = new Map<RunId, LiveRun>()
  const locate = options.locate ?? ((binary: string) => locateTool(binary))
  const { names, policy } = options
  const places = policy.limits.runsPerHost
  const world: RunWorld = {
    judge: (address) => judgeAddress(policy, address),
    pin: (host) => pinHost(host, { policy, resolve: (name) => options.resolve(name) }),
    nameSetup: options.nameSetup ?? ((host) => readNameSetup(host)),
  }

  return {
    start(request) {
      const { runId, sessionId, target } = request
      if (live.has(runId)) return fail({ code: 'conflict', message: 'A run with this id is going on already. Start a new one.' })
      if (live.size >= places) return fail({ code: 'busy', message: `This vantage runs ${places} tools at once and all places are taken. Stop a run or wait for one to end.`, retryAfterS: 10 })
      const checked = checkStart(request, { tools: options.tools, policy, locate })
      if (!checked.ok) return checked
      const parts: RunParts = { tool: request.tool, options: checked.value.options, target }
      const clash = [...live.values()].map((other) => checked.value.tool.clash?.(parts, other) ?? null).find((message) => message !== null)
      if (clash !== undefined) return fail({ code: 'conflict', message: `${clash} No packet was sent.` })
      const over = Promise.withResolvers<void>()
      const started = startRun(options.processes, {
        ...checked.value, runId, target, locate, world, user: options.user,
        ...(options.limits === undefined ? {} : { limits: options.limits }),
        ...(names === undefined ? {} : { names: (tell) => names({ runId, target }, tell) }),
        send: (events, transcript) => options.send({ runId, sessionId }, events, transcript),
        onOver: () => { live.delete(runId); over.resolve() },
      })
      if (!started.ok) return started
      live.set(runId, { ...parts, run: started.value, over: over.promise })
      return ok(null)
    },
    stop(runId, by) { live.get(runId)?.run.stop({ kind: 'stop', by }) },
    async stopAll(cause) {
      // Each run first: one that is between two of its programs must not start the next, and one may have none at this moment.
      const runs = [...live.values()]
      for (const { run } of runs) run.stop(cause)
      await options.processes.stopAll(cause)
      await Promise.all(runs.map(({ over }) => over))
    },
    count: () => live.size,
  }
}

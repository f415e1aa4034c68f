/** The runs of this vantage: every request is checked again here (tool, options, target, policy, places) before anything starts. */
import { isIP } from 'node:net'
import type { Policy } from '#lib/policy/policy.ts'
import { longestMs, optionProblem } from '#lib/policy/run-limits.ts'
import type { Observed, ToolId } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { LinkRequest } from '#lib/protocol/link.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { AddressVerdict, PinnedTarget } from '#lib/protocol/target.ts'
import type { RunParts, Tool } from '#lib/tools/tool.ts'
import { locateTool, type Located } from '../locate.ts'
import type { RunNames } from '../names/run-names.ts'
import type { Processes } from '../process/processes.ts'
import type { StopCause } from '../process/types.ts'
import { locatePrograms } from '../programs.ts'
import type { OutputLimits } from './output-gate.ts'
import { startRun, type RunningRun } from './run.ts'

/** S39: runs at once on one host, where no policy says otherwise: sixteen sessions of three runs. */
export const RUNS_MAX = 48

/** What this vantage can run; one of an older release may know fewer than web does. */
export type Tools = Readonly<Partial<Record<ToolId, Tool<object, unknown>>>>
export type StartRequest = Extract<LinkRequest, { type: 'start' }>

export interface RunsOptions {
  tools: Tools
  processes: Processes
  /** Policy's word on one address. */
  judge(address: string): AddressVerdict
  /** What policy says about every run; web has asked it too. */
  limitsOfPolicy?: Pick<Policy, 'limits'>
  user: string
  /** Where programs are looked for; tests hand their own. */
  locate?: (binary: string) => Located
  limits?: OutputLimits
  /** Looks up the names of addresses that a run meets; absent: nobody does. */
  names?: (run: { runId: RunId; target: PinnedTarget }, tell: (event: Observed) => void) => RunNames
  send(run: { runId: RunId; sessionId: SessionId }, events: Observed[], transcript: Uint8Array): void
}

export interface Runs {
  /** Null: the process exists and its events follow. */
  start(request: StartRequest): Result<null>
  stop(runId: RunId, by: string): void
  /** Stops every run and resolves when the last has told its end. */
  stopAll(cause: StopCause): Promise<void>
  count(): number
}

/** A run that is going on, with what another one must know of it. */
interface LiveRun extends RunParts { run: RunningRun }

interface Checked { tool: Tool<object, unknown>; options: object; path: string; deadlineMs: number }

/** An empty registry. */
export function createRuns(options: RunsOptions): Runs {
  const live = new Map<RunId, LiveRun>()
  const locate = options.locate ?? ((binary: string) => locateTool(binary))
  const places = options.limitsOfPolicy?.limits.runsPerHost ?? RUNS_MAX
  const { names } = options

  return {
    start(request) {
      const { runId, sessionId, target } = request
      if (live.has(runId)) return fail({ code: 'conflict', message: 'A run with this id is going on already. Start a new one.' })
      if (live.size >= places) return fail({ code: 'busy', message: `This vantage runs ${places} tools at once and all places are taken. Stop a run or wait for one to end.`, retryAfterS: 10 })
      const checked = check(request, { ...options, locate })
      if (!checked.ok) return checked
      const parts: RunParts = { tool: request.tool, options: checked.value.options, target }
      const clash = [...live.values()].map((other) => checked.value.tool.clash?.(parts, other) ?? null).find((message) => message !== null)
      if (clash !== undefined) return fail({ code: 'conflict', message: `${clash} No packet was sent.` })
      const started = startRun(options.processes, {
        ...checked.value, runId, target, locate, user: options.user,
        ...(options.limits === undefined ? {} : { limits: options.limits }),
        ...(names === undefined ? {} : { names: (tell) => names({ runId, target }, tell) }),
        send: (events, transcript) => options.send({ runId, sessionId }, events, transcript),
        onOver: () => { live.delete(runId) },
      })
      if (!started.ok) return started
      live.set(runId, { ...parts, run: started.value })
      return ok(null)
    },
    stop(runId, by) { live.get(runId)?.run.stop({ kind: 'stop', by }) },
    async stopAll(cause) {
      // Each run first: one that is between two of its programs must not start the next.
      for (const { run } of [...live.values()]) run.stop(cause)
      await options.processes.stopAll(cause)
    },
    count: () => live.size,
  }
}

/** Everything that web has checked already: tool, options, policy, target, programs. */
function check(request: StartRequest, options: RunsOptions & { locate(binary: string): Located }): Result<Checked> {
  const tool = options.tools[request.tool]
  if (tool === undefined) return fail({ code: 'tool-unavailable', message: `This vantage does not know ${request.tool}: it runs an older release of Hopscope. Update it.` })
  const decoded = tool.decodeOptions(request.options)
  if (!decoded.ok) return decoded
  const policy = options.limitsOfPolicy
  const beyond = policy === undefined ? null : optionProblem(policy, { ...decoded.value })
  if (beyond !== null) return fail(beyond)
  const allowed = checkTarget(request.target, (address) => options.judge(address))
  if (!allowed.ok) return allowed
  const cannot = tool.cannot?.(decoded.value, request.target) ?? null
  if (cannot !== null) return fail({ code: 'invalid', field: 'options', message: cannot })
  const located = locatePrograms(tool, (binary) => options.locate(binary))
  if (located.kind !== 'found') return fail({ code: 'tool-unavailable', message: `${located.message} No packet was sent. On the vantage: ${located.remedy}` })
  const deadlineMs = tool.deadlineMs(decoded.value)
  return ok({ tool, options: decoded.value, path: located.path, deadlineMs: policy === undefined ? deadlineMs : longestMs(policy, deadlineMs) })
}

/** Web has judged the target already; a compromised web must not be able to reach what policy refuses. */
function checkTarget(target: PinnedTarget, judge: (address: string) => AddressVerdict): Result<null> {
  const [bare = '', zone, more] = target.address.split('%')
  const zoneFits = zone === undefined || (target.family === 6 && more === undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/.test(zone))
  if (isIP(bare) !== target.family || !zoneFits) {
    return fail({ code: 'target-invalid', field: 'target', message: 'The address to probe is not a canonical IPv4 or IPv6 address. No packet was sent.' })
  }
  const verdict = judge(target.address)
  if (verdict.allowed) return ok(null)
  return fail({ code: 'target-refused', field: 'target', rule: verdict.rule, message: `The vantage's policy refuses ${target.address}: ${verdict.reason} No packet was sent.` })
}

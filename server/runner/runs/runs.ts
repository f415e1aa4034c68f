/** The runs of this vantage: every request is checked again here (tool, options, target, policy, places) before anything starts. */
import { isIP } from 'node:net'
import type { Policy } from '#lib/policy/policy.ts'
import { longestMs, optionProblem } from '#lib/policy/run-limits.ts'
import type { Observed, ToolId } from '#lib/protocol/events.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { LinkRequest } from '#lib/protocol/link.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { AddressVerdict, PinnedTarget } from '#lib/protocol/target.ts'
import type { Tool } from '#lib/tools/tool.ts'
import { locateTool, type Located } from '../locate.ts'
import type { Processes } from '../process/processes.ts'
import type { RunningProcess, StopCause } from '../process/types.ts'
import type { OutputLimits } from './output-gate.ts'
import { startRun } from './run.ts'

/** S39: runs at once on one host, where no policy says otherwise. */
export const RUNS_MAX = 16

export type Tools = Readonly<Record<ToolId, Tool<object, unknown>>>
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

/** An empty registry. */
export function createRuns(options: RunsOptions): Runs {
  const live = new Map<RunId, RunningProcess>()
  const locate = options.locate ?? ((binary: string) => locateTool(binary))
  const policy = options.limitsOfPolicy
  const places = policy?.limits.runsPerHost ?? RUNS_MAX

  return {
    start(request) {
      const { runId, sessionId, target } = request
      if (live.has(runId)) return fail({ code: 'conflict', message: 'A run with this id is going on already. Start a new one.' })
      if (live.size >= places) return fail({ code: 'busy', message: `This vantage runs ${places} tools at once and all places are taken. Stop a run or wait for one to end.`, retryAfterS: 10 })
      const tool = options.tools[request.tool]
      const decoded = tool.decodeOptions(request.options)
      if (!decoded.ok) return decoded
      const beyond = policy === undefined ? null : optionProblem(policy, { ...decoded.value })
      if (beyond !== null) return fail(beyond)
      const allowed = checkTarget(target, (address) => options.judge(address))
      if (!allowed.ok) return allowed
      const located = locate(tool.binary)
      if (located.kind !== 'found') return unavailable(located, tool)
      const started = startRun(options.processes, {
        runId, tool, options: decoded.value, target, path: located.path, user: options.user,
        deadlineMs: policy === undefined ? tool.deadlineMs(decoded.value) : longestMs(policy, tool.deadlineMs(decoded.value)),
        ...(options.limits === undefined ? {} : { limits: options.limits }),
        send: (events, transcript) => options.send({ runId, sessionId }, events, transcript),
        onOver: () => { live.delete(runId) },
      })
      if (!started.ok) return started
      live.set(runId, started.value)
      return ok(null)
    },
    stop(runId, by) { live.get(runId)?.stop({ kind: 'stop', by }) },
    stopAll: (cause) => options.processes.stopAll(cause),
    count: () => live.size,
  }
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

function unavailable(located: Exclude<Located, { kind: 'found' }>, tool: Tool<object, unknown>): Result<never> {
  const remedy = located.kind === 'missing' ? `sudo apt-get install ${tool.package}` : located.remedy
  return fail({ code: 'tool-unavailable', message: `${located.message} No packet was sent. On the vantage: ${remedy}` })
}

/** What a run of a tool would be: checked options, the exact command, its bound, and whether the vantage can. Generic over the registry. */
import { formatSpan } from '#lib/format/time.ts'
import type { ProposedRun } from '#lib/protocol/api.ts'
import type { ToolId } from '#lib/protocol/events.ts'
import { fail, ok, type Problem, type Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { ToolStatus, VantageFacts } from '#lib/protocol/vantage.ts'
import { FORM_ORDER } from '#lib/tools/labels.ts'
import { TOOLS } from '#lib/tools/index.ts'
import type { Tool } from '#lib/tools/tool.ts'
import type { Policy } from '#lib/policy/policy.ts'
import { longestMs, optionProblem } from '#lib/policy/run-limits.ts'

export interface WantedRun { tool: ToolId; options: Record<string, unknown> }

/** Proposed when nobody asked for particular runs: every tool with its defaults, as the start page lists them. */
export const DEFAULT_RUNS: readonly WantedRun[] = FORM_ORDER.map((tool) => ({ tool, options: {} }))

/** Part of a start unless the person says otherwise: together they tell where it breaks. Traceroute and pathping repeat what mtr does, for those who want them. */
const TICKED: ReadonlySet<ToolId> = new Set<ToolId>(['ping', 'mtr', 'pmtu'])
/** What is still being tried is found out by the run itself. */
const MAY_START: ReadonlySet<ToolStatus['state']> = new Set(['ready', 'untried'])

/** The run as it would be started; fails with `invalid` and the option at fault. Whether the tool can do it is in `status` and `cannot`. */
export function propose(wanted: WantedRun, parts: { target: PinnedTarget; facts: VantageFacts | null; policy: Policy }): Result<ProposedRun> {
  const tool: Tool<object, unknown> = TOOLS[wanted.tool]
  const decoded = tool.decodeOptions(wanted.options)
  if (!decoded.ok) return decoded
  const options: Record<string, unknown> = { ...decoded.value }
  const tooFast = optionProblem(parts.policy, options)
  if (tooFast !== null) return fail(tooFast)
  const status = statusOf(wanted.tool, parts.facts)
  const cannot = tool.cannot?.(decoded.value, parts.target) ?? null
  return ok({
    tool: wanted.tool,
    label: tool.label,
    options,
    command: [status.path ?? tool.binary, ...tool.argv(decoded.value, parts.target)],
    bound: boundOf(parts.policy, { deadlineMs: tool.deadlineMs(decoded.value), bound: tool.bound(decoded.value) }),
    status,
    ticked: TICKED.has(wanted.tool) && cannot === null && (MAY_START.has(status.state) || parts.facts === null),
    cannot,
  })
}

/** Null when the run can be started; else why not: the tool cannot do this, or the vantage cannot run the tool. */
export function runProblem(run: ProposedRun, target: PinnedTarget): Problem | null {
  if (run.cannot === null) return toolProblem(run.status)
  const { decodeOptions, cannot }: Tool<object, unknown> = TOOLS[run.tool]
  const plain = decodeOptions({})
  // Where its own defaults cannot either, no option of the person's is to blame.
  const field = plain.ok && (cannot?.(plain.value, target) ?? null) !== null ? 'target' : 'options'
  return { code: 'invalid', field, message: run.cannot }
}

/** The vantage's word on the tool; a vantage that is not connected is said to be so, not the tool to be missing. */
export function statusOf(tool: ToolId, facts: VantageFacts | null): ToolStatus {
  const known = facts?.tools.find((status) => status.tool === tool)
  return known ?? { tool, state: 'broken', path: null, version: null, message: 'The vantage is not connected, so it is not known whether the tool works.' }
}

/** Null when the tool can run; else why not and what mends it. */
function toolProblem(status: ToolStatus): Problem | null {
  if (MAY_START.has(status.state)) return null
  const remedy = status.remedy === undefined ? '' : ` This mends it: ${status.remedy}`
  return { code: 'tool-unavailable', message: `${status.message} No packet was sent to the target.${remedy}` }
}

/** The tool's words, or the policy's limit where that comes first. */
function boundOf(policy: Policy, tool: { deadlineMs: number; bound: string }): string {
  const most = longestMs(policy, tool.deadlineMs)
  return most < tool.deadlineMs ? `${formatSpan(most)} at most (target policy)` : tool.bound
}

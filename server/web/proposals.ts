/** What a run of a tool would be: checked options, the exact command, its bound, and whether the vantage can. Generic over the registry. */
import { formatSpan } from '#lib/format/time.ts'
import { parseAddress } from '#lib/policy/address.ts'
import { contactProblem, privilegeProblem } from '#lib/policy/leave.ts'
import type { Policy } from '#lib/policy/policy.ts'
import { longestMs, optionProblem } from '#lib/policy/run-limits.ts'
import type { Role } from '#lib/protocol/access.ts'
import type { ProposedRun } from '#lib/protocol/api.ts'
import type { ToolId } from '#lib/protocol/events.ts'
import { fail, ok, type Problem, type Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { ToolStatus, VantageFacts } from '#lib/protocol/vantage.ts'
import { TOOLS } from '#lib/tools/index.ts'
import { FORM_ORDER } from '#lib/tools/labels.ts'
import type { Tool } from '#lib/tools/tool.ts'

export interface WantedRun { tool: ToolId; options: Record<string, unknown> }

/** Whom the run is for, and what decides about it. */
export interface ProposalParts { target: PinnedTarget; facts: VantageFacts | null; policy: Policy; role: Role }

/** Proposed when nobody asked for particular runs: every tool with its defaults, as the start page lists them. */
export const DEFAULT_RUNS: readonly WantedRun[] = FORM_ORDER.map((tool) => ({ tool, options: {} }))

/**
 * Part of a start unless the person says otherwise: together they tell where it breaks. Names where there is a name, reach where a port was
 * named. The others repeat part of these, for those who want them; where the name has no address, everything that can still be asked.
 */
const TICKED: Readonly<Record<ToolId, (target: PinnedTarget) => boolean>> = {
  ping: () => true, mtr: () => true, pmtu: () => true,
  dns: ({ host }) => parseAddress(host) === null,
  reach: ({ port }) => port !== undefined,
  nslookup: ({ unresolved }) => unresolved !== undefined,
  traceroute: () => false, pathping: () => false,
}
/** What is still being tried is found out by the run itself. */
const MAY_START: ReadonlySet<ToolStatus['state']> = new Set(['ready', 'untried'])

const toolOf = (id: ToolId): Tool<object, unknown> => TOOLS[id]

/** Can a run of this tool ask about a name that has no address? */
export const takesUnresolved = ({ tool }: Pick<WantedRun, 'tool'>): boolean => toolOf(tool).takesUnresolved === true

/**
 * The run as it would be started; fails with the option at fault (`invalid`, or `target-refused` and `not-allowed` where policy refuses what it
 * asks for). Whether the tool can do it is in `status` and `cannot`.
 */
export function propose(wanted: WantedRun, parts: ProposalParts): Result<ProposedRun> {
  const tool = toolOf(wanted.tool)
  const decoded = tool.decodeOptions(wanted.options)
  if (!decoded.ok) return decoded
  const options: Record<string, unknown> = { ...decoded.value }
  const refused = optionProblem(parts.policy, options) ?? reachProblem(tool, decoded.value, parts)
  if (refused !== null) return fail(refused)
  const { target, facts, policy } = parts
  const status = statusOf(wanted.tool, facts)
  const nowhere = target.unresolved !== undefined && !takesUnresolved(wanted)
  const cannot = nowhere ? target.unresolved ?? null : tool.cannot?.(decoded.value, target) ?? null
  return ok({
    tool: wanted.tool,
    label: tool.label,
    options,
    command: nowhere ? [] : [status.path ?? tool.binary, ...tool.argv(decoded.value, target)],
    bound: boundOf(policy, { deadlineMs: tool.deadlineMs(decoded.value), bound: tool.bound(decoded.value) }),
    status,
    ticked: TICKED[wanted.tool](target) && cannot === null && (MAY_START.has(status.state) || facts === null),
    cannot,
  })
}

/** Policy's word on what the options reach for beside the target: servers that they name, and what is for admins. */
function reachProblem(tool: Tool<object, unknown>, options: object, { policy, role }: ProposalParts): Problem | null {
  const contacts = (of: object): readonly string[] => tool.contacts?.(of) ?? []
  const refused = contactProblem(policy, contacts(options), '')
  if (refused !== null) return { ...refused, field: fieldAtFault(tool, options, (rest) => contactProblem(policy, contacts(rest), '') !== null) }
  const why = tool.privileged?.(options) ?? null
  if (why === null) return null
  return privilegeProblem(policy, { why, role, field: fieldAtFault(tool, options, (rest) => (tool.privileged?.(rest) ?? null) !== null) })
}

/** The option without which it would not be so. */
function fieldAtFault(tool: Tool<object, unknown>, options: object, isSo: (rest: object) => boolean): string {
  const name = Object.keys(options).find((key) => {
    const rest = tool.decodeOptions(Object.fromEntries(Object.entries(options).filter(([other]) => other !== key)))
    return rest.ok && !isSo(rest.value)
  })
  return name === undefined ? 'options' : `options.${name}`
}

/** Null when the run can be started; else why not: the tool cannot do this, or the vantage cannot run the tool. */
export function runProblem(run: ProposedRun, target: PinnedTarget): Problem | null {
  if (run.cannot === null) return toolProblem(run.status)
  if (target.unresolved !== undefined && !takesUnresolved(run)) return { code: 'target-unresolved', field: 'target', message: run.cannot }
  const { decodeOptions, cannot } = toolOf(run.tool)
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

/** What web has checked already and the runner checks again: tool, options, policy, target, programs. A web process that was taken over must reach nothing more. */
import { isIP } from 'node:net'
import { judgeAddress, judgeName, type Policy } from '#lib/policy/policy.ts'
import { longestMs, optionProblem } from '#lib/policy/run-limits.ts'
import { parseTarget } from '#lib/policy/target.ts'
import type { LinkRequest } from '#lib/protocol/link.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Tool } from '#lib/tools/tool.ts'
import type { Located, Program } from '../locate.ts'
import { locatePrograms } from '../programs.ts'
import type { Tools } from './runs.ts'

export interface Checked { tool: Tool<object, unknown>; options: object; program: Program; deadlineMs: number }

type StartRequest = Extract<LinkRequest, { type: 'start' }>
export interface Checking { tools: Tools; policy: Policy; locate(binary: string): Located }

/** What to start; or the first thing that forbids it. Nothing has been sent then. */
export function checkStart(request: StartRequest, { tools, policy, locate }: Checking): Result<Checked> {
  const { target } = request
  const tool = tools[request.tool]
  if (tool === undefined) return fail({ code: 'tool-unavailable', message: `This vantage does not know ${request.tool}: it runs an older release of Hopscope. Update it.` })
  const decoded = tool.decodeOptions(request.options)
  if (!decoded.ok) return decoded
  const beyond = optionProblem(policy, { ...decoded.value })
  if (beyond !== null) return fail(beyond)
  const allowed = checkTarget(tool, target, policy)
  if (!allowed.ok) return allowed
  const contacts = checkContacts(tool.contacts?.(decoded.value) ?? [], policy)
  if (!contacts.ok) return contacts
  const cannot = tool.cannot?.(decoded.value, target) ?? null
  if (cannot !== null) return fail({ code: 'invalid', field: 'options', message: cannot })
  const located = locatePrograms(tool, (binary) => locate(binary))
  if (located.kind !== 'found') return fail({ code: 'tool-unavailable', message: `${located.message} No packet was sent. On the vantage: ${located.remedy}` })
  return ok({ tool, options: decoded.value, program: located, deadlineMs: longestMs(policy, tool.deadlineMs(decoded.value)) })
}

function checkTarget(tool: Tool<object, unknown>, target: PinnedTarget, policy: Policy): Result<null> {
  const host = checkHost(target.host, policy)
  if (!host.ok) return host
  if (target.unresolved !== undefined) return checkUnresolved(tool, target, host.value)
  const [bare = '', zone, more] = target.address.split('%')
  const zoneFits = zone === undefined || (target.family === 6 && more === undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/.test(zone))
  if (isIP(bare) !== target.family || !zoneFits) {
    return fail({ code: 'target-invalid', field: 'target', message: 'The address to probe is not a canonical IPv4 or IPv6 address. No packet was sent.' })
  }
  return checkAddress(target.address, policy, 'target')
}

/** Some tools hand the name itself to a program: it must be one, in its one spelling, and an allowed one. */
function checkHost(host: string, policy: Policy): Result<'name' | 'address'> {
  const parsed = parseTarget(host)
  if (!parsed.ok || parsed.value.host !== host) return fail({ code: 'target-invalid', field: 'target', message: 'The host is not written in its canonical form. No packet was sent.' })
  if (parsed.value.kind !== 'name') return ok('address')
  const verdict = judgeName(policy, host)
  return verdict.allowed ? ok('name') : fail({ code: 'target-refused', field: 'target', rule: verdict.rule, message: `The vantage's policy refuses ${host}: ${verdict.reason}. No packet was sent.` })
}

function checkUnresolved(tool: Tool<object, unknown>, { address, addresses, unresolved }: PinnedTarget, kind: 'name' | 'address'): Result<null> {
  if (kind !== 'name' || address !== '' || addresses.length > 0) return fail({ code: 'target-invalid', field: 'target', message: 'A target without an address is a name and nothing else. No packet was sent.' })
  if (tool.takesUnresolved === true) return ok(null)
  return fail({ code: 'target-unresolved', field: 'target', message: unresolved ?? 'The name has no address. No packet was sent.' })
}

function checkContacts(addresses: readonly string[], policy: Policy): Result<null> {
  for (const address of addresses) {
    const allowed = checkAddress(address, policy, 'options.server')
    if (!allowed.ok) return allowed
  }
  return ok(null)
}

function checkAddress(address: string, policy: Policy, field: string): Result<null> {
  const verdict = judgeAddress(policy, address)
  if (verdict.allowed) return ok(null)
  return fail({ code: 'target-refused', field, rule: verdict.rule, message: `The vantage's policy refuses ${verdict.address}: ${verdict.reason}. No packet was sent.` })
}

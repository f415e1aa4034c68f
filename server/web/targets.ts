/** From what was typed to the one address that may be probed: parse, judge the name, resolve once on the vantage, judge every answer, pin. */
import { needsResolution, pinTarget } from '#lib/policy/pin.ts'
import { judgeAll, judgeName } from '#lib/policy/policy.ts'
import { parseTarget } from '#lib/policy/target.ts'
import type { Problem } from '#lib/protocol/result.ts'
import type { AddressVerdict, Family, ParsedTarget, PinnedTarget } from '#lib/protocol/target.ts'
import type { UserId } from '#lib/protocol/ids.ts'
import type { Web } from './context.ts'
import { rateLimited } from './limits/limits.ts'

/**
 * `target` is set when everything is allowed, else `problem`; the rest is as far as it was understood. Both are set for a name that policy allows
 * and that has no address: then only tools that take a target with `unresolved` can start, and `problem` is what the others are refused with.
 */
export interface Understood {
  parsed: ParsedTarget | null
  verdicts: AddressVerdict[]
  target: PinnedTarget | null
  problem: Problem | null
}

/** Never sends a probe; one look-up at most, and none for a name that policy refuses. */
export async function understand(web: Pick<Web, 'policy' | 'vantage' | 'limits'>, request: { target: string; family?: Family | undefined; by: UserId }): Promise<Understood> {
  const { policy, vantage } = web
  const nothing: Understood = { parsed: null, verdicts: [], target: null, problem: null }
  const parse = parseTarget(request.target)
  if (!parse.ok) return { ...nothing, problem: parse.error }
  const parsed = parse.value
  const byName = parsed.kind === 'name' && !judgeName(policy, parsed.host).allowed
  if (needsResolution(parsed) && !byName) {
    const within = web.limits.inspections.take(request.by)
    if (!within.ok) return { ...nothing, parsed, problem: rateLimited(within, 'You have had as many names looked up in the last minute as one person may.') }
  }
  const answer = needsResolution(parsed) && !byName ? await vantage.resolve(parsed.host) : null
  if (answer !== null && !answer.ok) return { ...nothing, parsed, target: withoutAddress(parsed, answer.error), problem: answer.error }
  const resolution = answer?.value ?? null
  const verdicts = byName ? [] : judgeAll(policy, resolution?.addresses.map(({ address }) => address) ?? [parsed.host])
  const pinned = pinTarget({ parsed, resolution, policy, family: request.family })
  return pinned.ok ? { parsed, verdicts, target: pinned.value, problem: null } : { parsed, verdicts, target: withoutAddress(parsed, pinned.error), problem: pinned.error }
}

/** True of a refusal, not of what stands in the log of a session that then asked name servers. */
const NOTHING_SENT = ' No packet was sent.'

/** A name that has no address; null where the problem is another one. That it has none of the wanted family is answered by asking for the other. */
function withoutAddress(parsed: ParsedTarget, problem: Problem): PinnedTarget | null {
  if (parsed.kind !== 'name' || problem.code !== 'target-unresolved' || problem.field === 'family') return null
  const { host, unicodeHost, port } = parsed
  return { host, ...(unicodeHost !== undefined && { unicodeHost }), ...(port !== undefined && { port }), address: '', family: 4, addresses: [], unresolved: problem.message.replace(NOTHING_SENT, '') }
}

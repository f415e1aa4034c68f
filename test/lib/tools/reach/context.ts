/** A reach run for tests. */
import type { RunId } from '#lib/protocol/ids.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { REACH, type ReachOptions } from '#lib/tools/reach/options.ts'
import type { ParserContext } from '#lib/tools/tool.ts'

/** Guarantee: an id of the form that the session gives out. */
const asRunId = (text: string): RunId => text as RunId
export const RUN = asRunId('run_0000000000000001')

export function optionsOf(options: Partial<ReachOptions> = {}): ReachOptions {
  const decoded = REACH.decode({ ...options })
  if (!decoded.ok) throw new Error(decoded.error.message)
  return decoded.value
}

export const V4 = '192.0.2.9'
export const V6 = '2001:db8::9'

export function targetOf(target: Partial<PinnedTarget> = {}): PinnedTarget {
  return { host: 'shop.example', address: V4, family: 4, addresses: [V4, V6], resolveMs: 7, ...target }
}

export const contextOf = (options: Partial<ReachOptions> = {}, target: Partial<PinnedTarget> = {}): ParserContext<ReachOptions> => ({ runId: RUN, options: optionsOf(options), target: targetOf(target) })

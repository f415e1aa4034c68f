/** A fold of path events and the context it is given in tests. */
import { RunId } from '#lib/protocol/ids.ts'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import type { PathSettings } from '#lib/tools/path/settings.ts'
import { pathFold } from '#lib/tools/path/fold.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import type { ParserContext } from '#lib/tools/tool.ts'

export const RUN = RunId.parse('AAAAAAAAAAAAAAAA')
export const SETTINGS: PathSettings = { protocol: 'icmp', port: null, intervalMs: 1000, timeoutMs: 2000, firstTtl: 1, maxTtl: 30 }

export const contextOf = (address: string, some: Partial<PathSettings> = {}): ParserContext<PathSettings> => ({
  runId: RUN, options: { ...SETTINGS, ...some },
  target: { host: address, address, family: address.includes(':') ? 6 : 4, addresses: [address] },
})

export const fold = pathFold<PathSettings>(({ options }) => options)

export const numbered = (events: readonly Observed[]): SessionEvent[] => events.map((event, at) => ({ ...event, seq: at + 1 }))

export function folded(events: readonly Observed[], context = contextOf('192.0.2.9')): PathView {
  const view = fold.empty(context)
  for (const event of numbered(events)) fold.apply(view, event)
  return view
}

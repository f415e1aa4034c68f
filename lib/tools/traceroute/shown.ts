/** The part of traceroute that shows a run: what a page needs. The part that makes one (arguments, parser) is in index.ts. */
import type { ShownTool } from '../tool.ts'
import { portOf } from '../path/fields.ts'
import { pathFold } from '../path/fold.ts'
import type { PathView } from '../path/view.ts'
import { TRACEROUTE, type TracerouteOptions } from './options.ts'

export const tracerouteShown: ShownTool<TracerouteOptions, PathView> = {
  id: 'traceroute', label: 'Traceroute', decodeOptions: TRACEROUTE.decode,
  fold: pathFold(({ options, target }) => ({
    protocol: options.protocol, port: portOf(options, target), intervalMs: null, timeoutMs: options.waitMs, firstTtl: options.firstHop, maxTtl: options.maxHops,
  })),
}

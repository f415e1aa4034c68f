/** The part of pathping that shows a run: what a page needs. The part that makes one (arguments, parser) is in index.ts. */
import type { ShownTool } from '../tool.ts'
import { portOf } from '../path/fields.ts'
import { pathFold } from '../path/fold.ts'
import type { PathView } from '../path/view.ts'
import { PATHPING, type PathpingOptions } from './options.ts'

export const pathpingShown: ShownTool<PathpingOptions, PathView> = {
  id: 'pathping', label: 'Pathping', decodeOptions: PATHPING.decode,
  fold: pathFold(({ options, target }) => ({
    protocol: options.protocol, port: portOf(options, target), intervalMs: null, timeoutMs: options.timeoutMs, firstTtl: 1, maxTtl: options.maxHops,
  })),
}

/** The part of mtr that shows a run: what a page needs. The part that makes one (arguments, parser) is in index.ts. */
import type { ShownTool } from '../tool.ts'
import { portOf } from '../path/fields.ts'
import { pathFold } from '../path/fold.ts'
import type { PathView } from '../path/view.ts'
import { MTR, type MtrOptions } from './options.ts'

export const mtrShown: ShownTool<MtrOptions, PathView> = {
  id: 'mtr', label: 'mtr', decodeOptions: MTR.decode,
  fold: pathFold(({ options, target }) => ({
    protocol: options.protocol, port: portOf(options, target), intervalMs: options.intervalMs, timeoutMs: options.timeoutMs, firstTtl: options.firstHop, maxTtl: options.maxHops,
  })),
}

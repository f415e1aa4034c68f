/** The part of ping that shows a run: what a page needs. The part that makes one (arguments, parser) is in index.ts. */
import type { ShownTool } from '../tool.ts'
import { pingFold } from './fold.ts'
import { decodePingOptions, type PingOptions } from './options.ts'
import type { PingView } from './view.ts'

export const pingShown: ShownTool<PingOptions, PingView> = { id: 'ping', label: 'Ping', decodeOptions: decodePingOptions, fold: pingFold }

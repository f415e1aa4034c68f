/** The part of Reach that shows a run. */
import type { ShownTool } from '../tool.ts'
import { reachFold } from './fold.ts'
import { REACH, type ReachOptions } from './options.ts'
import type { ReachView } from './view.ts'

export const reachShown: ShownTool<ReachOptions, ReachView> = { id: 'reach', label: 'Reach', decodeOptions: REACH.decode, fold: reachFold }

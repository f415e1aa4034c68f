/** The part of the path-MTU sweep that shows a run. */
import type { ShownTool } from '../tool.ts'
import { pmtuFold } from './fold.ts'
import { PMTU, type PmtuOptions } from './options.ts'
import type { PmtuView } from './view.ts'

export const pmtuShown: ShownTool<PmtuOptions, PmtuView> = { id: 'pmtu', label: 'Path MTU', decodeOptions: PMTU.decode, fold: pmtuFold }

/** The part of nslookup that shows a run. */
import type { ShownTool } from '../tool.ts'
import { nslookupFold } from './fold.ts'
import { NSLOOKUP, type NslookupOptions } from './options.ts'
import type { NslookupView } from './view.ts'

export const nslookupShown: ShownTool<NslookupOptions, NslookupView> = { id: 'nslookup', label: 'nslookup', decodeOptions: NSLOOKUP.decode, fold: nslookupFold }

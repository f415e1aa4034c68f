/** The fold of nslookup. */
import type { ToolFold } from '../tool.ts'
import type { NslookupOptions } from './options.ts'
import type { NslookupView } from './view.ts'

export const nslookupFold: ToolFold<NslookupOptions, NslookupView> = {
  empty: () => ({ replies: [], attempts: [], fatal: null, revision: 0 }),
  apply: () => undefined,
  encode: (view) => view,
  decode: (snapshot) => snapshot as NslookupView,
  copy: (view) => ({ ...view }),
}

/** The fold of Reach. */
import type { ToolFold } from '../tool.ts'
import type { ReachOptions } from './options.ts'
import type { ReachView } from './view.ts'

export const reachFold: ToolFold<ReachOptions, ReachView> = {
  empty: () => ({ host: '', port: 443, addresses: [], checked: false, fatal: null, ended: false, revision: 0 }),
  apply: () => undefined,
  encode: (view) => view,
  decode: (snapshot) => snapshot as ReachView,
  copy: (view) => ({ ...view }),
}

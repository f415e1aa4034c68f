/** The registry as far as runs are shown: one line a tool. Pages import this one, so that no parser travels to a browser. */
import { mtrShown } from './mtr/shown.ts'
import type { PathView } from './path/view.ts'
import { pathpingShown } from './pathping/shown.ts'
import { pingShown } from './ping/shown.ts'
import type { PingView } from './ping/view.ts'
import { pmtuShown } from './pmtu/shown.ts'
import type { PmtuView } from './pmtu/view.ts'
import { tracerouteShown } from './traceroute/shown.ts'

export const SHOWN_TOOLS = { ping: pingShown, mtr: mtrShown, traceroute: tracerouteShown, pathping: pathpingShown, pmtu: pmtuShown } as const

/** Folded view of each tool. */
export interface ToolViews { ping: PingView; mtr: PathView; traceroute: PathView; pathping: PathView; pmtu: PmtuView }

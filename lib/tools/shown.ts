/** The registry as far as runs are shown: one line a tool. Pages import this one, so that no parser travels to a browser. */
import { dnsShown } from './dns/shown.ts'
import type { DnsView } from './dns/view.ts'
import { mtrShown } from './mtr/shown.ts'
import { nslookupShown } from './nslookup/shown.ts'
import type { NslookupView } from './nslookup/view.ts'
import type { PathView } from './path/view.ts'
import { pathpingShown } from './pathping/shown.ts'
import { pingShown } from './ping/shown.ts'
import type { PingView } from './ping/view.ts'
import { pmtuShown } from './pmtu/shown.ts'
import type { PmtuView } from './pmtu/view.ts'
import { reachShown } from './reach/shown.ts'
import type { ReachView } from './reach/view.ts'
import { tracerouteShown } from './traceroute/shown.ts'

export const SHOWN_TOOLS = { ping: pingShown, mtr: mtrShown, traceroute: tracerouteShown, pathping: pathpingShown, pmtu: pmtuShown, dns: dnsShown, nslookup: nslookupShown, reach: reachShown } as const

/** Folded view of each tool. */
export interface ToolViews { ping: PingView; mtr: PathView; traceroute: PathView; pathping: PathView; pmtu: PmtuView; dns: DnsView; nslookup: NslookupView; reach: ReachView }

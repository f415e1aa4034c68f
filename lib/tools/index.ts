/** The registry: one line a tool. */
import { dns } from './dns/index.ts'
import { mtr } from './mtr/index.ts'
import { nslookup } from './nslookup/index.ts'
import { pathping } from './pathping/index.ts'
import { ping } from './ping/index.ts'
import { pmtu } from './pmtu/index.ts'
import { reach } from './reach/index.ts'
import { traceroute } from './traceroute/index.ts'

export const TOOLS = { ping, mtr, traceroute, pathping, pmtu, dns, nslookup, reach } as const

/** The registry: one line a tool. */
import { mtr } from './mtr/index.ts'
import { pathping } from './pathping/index.ts'
import { ping } from './ping/index.ts'
import { pmtu } from './pmtu/index.ts'
import { traceroute } from './traceroute/index.ts'

export const TOOLS = { ping, mtr, traceroute, pathping, pmtu } as const

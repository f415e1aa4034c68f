/** Option fields of every tool, for the form: without the parsers. */
import type { ToolId } from '#lib/protocol/events.ts'
import { DNS } from './dns/options.ts'
import { MTR } from './mtr/options.ts'
import { NSLOOKUP } from './nslookup/options.ts'
import { PATHPING } from './pathping/options.ts'
import { PING_FIELDS } from './ping/options.ts'
import { PMTU } from './pmtu/options.ts'
import { REACH } from './reach/options.ts'
import type { OptionField } from './tool.ts'
import { TRACEROUTE } from './traceroute/options.ts'

export const TOOL_FIELDS: Readonly<Record<ToolId, readonly OptionField[]>> = { ping: PING_FIELDS, mtr: MTR.fields, traceroute: TRACEROUTE.fields, pathping: PATHPING.fields, pmtu: PMTU.fields, dns: DNS.fields, nslookup: NSLOOKUP.fields, reach: REACH.fields }

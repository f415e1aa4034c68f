/** Names and order of the tools on a form, for pages that show no run: without the folds. */
import type { ToolId } from '#lib/protocol/events.ts'

export const TOOL_LABELS: Readonly<Record<ToolId, string>> = { ping: 'Ping', mtr: 'mtr', pmtu: 'Path MTU', traceroute: 'Traceroute', pathping: 'Pathping', dns: 'Names', nslookup: 'nslookup', reach: 'Reach' }

/** The usual set first, then those that repeat part of it for people who want them. */
export const FORM_ORDER: readonly ToolId[] = ['ping', 'mtr', 'pmtu', 'dns', 'reach', 'traceroute', 'pathping', 'nslookup']

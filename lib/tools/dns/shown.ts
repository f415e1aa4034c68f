/** The part of Names that shows a run. */
import type { ShownTool } from '../tool.ts'
import { dnsFold } from './fold.ts'
import { DNS, type DnsOptions } from './options.ts'
import type { DnsView } from './view.ts'

export const dnsShown: ShownTool<DnsOptions, DnsView> = { id: 'dns', label: 'Names', decodeOptions: DNS.decode, fold: dnsFold }

/** The fold of Names. */
import type { ToolFold } from '../tool.ts'
import type { DnsOptions } from './options.ts'
import type { DnsView } from './view.ts'

export const dnsFold: ToolFold<DnsOptions, DnsView> = {
  empty: () => ({ name: '', types: [], setup: null, servers: [], os: null, ports: [], walk: [], asides: [], rounds: 0, roundAtMs: null, nextAtMs: null, counts: { asked: 0, answered: 0, noReply: 0 }, fatal: null, ended: false, revision: 0 }),
  apply: () => undefined,
  encode: (view) => view,
  decode: (snapshot) => snapshot as DnsView,
  copy: (view) => ({ ...view }),
}

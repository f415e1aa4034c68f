/** What stands in the way of answers, in words: what, why, what next. Pure. */
import type { Severity } from '#lib/protocol/api.ts'
import { inert } from '#lib/timeline/dns-text.ts'
import type { DnsView } from '#lib/tools/dns/view.ts'
import type { RunFacts } from './pane-props.ts'

export interface DnsNotice { severity: Severity; title: string; text: string; /** The tool's own words, exactly. */ quote?: string }

/** Null while there is nothing to say that the matrix does not. */
export function dnsNotice({ state, outcome, target }: Pick<RunFacts, 'state' | 'outcome' | 'target'>, view: Pick<DnsView, 'fatal' | 'counts' | 'servers' | 'os'>): DnsNotice | null {
  const name = inert(target.host, 255)
  if (state === 'refused') return { severity: 'crit', title: `Nobody was asked for ${name}.`, text: `${outcome?.message ?? 'The run was refused.'} No packet was sent.` }
  if (view.fatal !== null) return { severity: 'crit', title: 'The servers could not be asked.', text: outcome?.message ?? 'Nothing is known about the name: this is a limit of the vantage, not an outage.', quote: inert(view.fatal.text, 400) }
  const nothing = view.counts.asked === 0 && view.os === null
  if (state === 'failed' && nothing) return { severity: 'crit', title: outcome?.code === 'tool-missing' ? 'dig is not installed on the vantage.' : 'The servers could not be asked.', text: outcome?.message ?? 'The run ended without a reason.' }
  if (state === 'queued') return { severity: 'info', title: 'The run waits for a free place.', text: 'It starts by itself when another run ends.' }
  if (state === 'interrupted' && nothing) return { severity: 'warn', title: 'The run was interrupted before anybody answered.', text: outcome?.message ?? 'The vantage or the console went away.' }
  if (nothing && state !== 'running') return { severity: 'info', title: 'The run ended before anybody was asked.', text: 'Nothing is known about the name.' }
  if (view.counts.asked > 0 && view.counts.answered === 0) return { severity: 'warn', title: `No server has answered ${view.counts.asked === 1 ? 'the question' : `any of ${view.counts.asked} questions`}${state === 'running' ? ' so far' : ''}.`, text: 'This says nothing about the name. A firewall may drop DNS from the vantage: TCP, or another server, may get through.' }
  return null
}

/** What is being waited for. */
export function waitingWords(view: Pick<DnsView, 'servers' | 'setup' | 'counts'>): string | null {
  if (view.counts.asked > 0) return null
  const asked = view.servers.filter(({ refused }) => refused === null).length
  if (view.setup === null) return 'Reading how this host finds addresses.'
  return asked === 0 ? 'Looking for the servers to ask.' : `Asking ${asked} ${asked === 1 ? 'server' : 'servers'}.`
}

/** P-NOROUTE, P-CANTPROBE for tools other than ping: the probe never left the vantage. Never shown as "down". */
import type { SessionView } from '#lib/session/view.ts'
import { ACCOUNTS } from './causes.ts'
import type { Finding } from './finding.ts'
import { runOrCopy } from './next.ts'
import { plural, runStartMs, spanSince, type OfRun } from './shared.ts'

/** What the tool said, and how often. */
export interface Trouble { text: string; count: number; firstMs: number }

type Facts = OfRun & { session: SessionView }
/** For the person's own shell; the address is a checked literal. */
const AGAIN = { label: 'Ping it again', tool: 'ping', options: { count: 5 } } as const

/** What a fatal error of the tool means; nothing for those that the run's own outcome tells. */
export function fatalTrouble(facts: Facts, fatal: { error: string; text: string; atMs: number } | null): Finding[] {
  if (!fatal) return []
  const trouble = { text: fatal.text, count: 1, firstMs: fatal.atMs }
  if (fatal.error === 'permission') return [cannotProbe(facts, trouble)]
  return ['network-unreachable', 'host-unreachable', 'no-interface'].includes(fatal.error) ? [noRoute(facts, trouble)] : []
}

function base(facts: Facts, trouble: Trouble): Pick<Finding, 'subject' | 'confidence' | 'evidence' | 'sinceMs' | 'span' | 'otherwise'> {
  return {
    subject: `${facts.run.runId}/local`, confidence: 'high', otherwise: [], sinceMs: trouble.firstMs, span: spanSince(facts, runStartMs(facts)),
    evidence: [{ label: 'In its words', value: trouble.text }, { label: 'Seen', value: plural(trouble.count, 'time') }],
  }
}

export function noRoute(facts: Facts, trouble: Trouble): Finding {
  const { address } = facts.run.target
  return {
    ...base(facts, trouble), rule: 'P-NOROUTE', severity: 'crit', ...ACCOUNTS['P-NOROUTE'],
    title: `The vantage has no way to ${address}.`,
    meaning: 'Its own kernel knows no route to that network, or nobody on the local link answers for the next hop, so no packet left.',
    otherwise: ['The host on the local link is switched off.'],
    next: runOrCopy('Look at the route and the neighbour table of the vantage, then try again.', AGAIN, { label: 'Copy ip route get', command: `ip route get ${address}; ip neigh show` }),
  }
}

export function cannotProbe(facts: Facts, trouble: Trouble): Finding {
  return {
    ...base(facts, trouble), rule: 'P-CANTPROBE', severity: 'warn', ...ACCOUNTS['P-CANTPROBE'],
    title: 'The vantage may not send these probes.',
    meaning: 'A missing privilege or an outgoing firewall rule on the vantage. This says nothing about the target.',
    next: runOrCopy('Look for a rule on the vantage that drops outgoing probes, and check the capabilities of its tools.', AGAIN, { label: 'Copy check', command: 'getcap /usr/bin/mtr-packet /usr/bin/ping; sudo nft list ruleset' }),
  }
}

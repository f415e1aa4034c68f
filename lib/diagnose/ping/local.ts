/** P-CANTPROBE, P-NOROUTE, P-MTU from the vantage's own kernel: the probe never left. Never shown as "down". */
import { formatCount } from '#lib/format/number.ts'
import { ACCOUNTS } from '../causes.ts'
import type { Finding } from '../finding.ts'
import { NOTHING, type PingFacts, type PingRule } from '../rule.ts'
import { copyCommand, ticketOnly } from '../next.ts'
import { plural, runStartMs, spanSince } from '../shared.ts'

export const localTrouble: PingRule = (facts) => {
  const errors = facts.ping.localErrors
  if (facts.ping.fatal === null && errors.length === 0) return NOTHING
  return [...fatal(facts), ...errors.flatMap((error) => localError(facts, error))]
}

interface Trouble { text: string; count: number; firstMs: number }

function fatal(facts: PingFacts): Finding[] {
  const trouble = facts.ping.fatal
  if (!trouble) return []
  const asTrouble = { text: trouble.text, count: 1, firstMs: trouble.atMs }
  if (trouble.error === 'permission') return [cannotProbe(facts, asTrouble)]
  if (trouble.error === 'network-unreachable' || trouble.error === 'host-unreachable' || trouble.error === 'no-interface') return [noRoute(facts, asTrouble)]
  return []
}

function localError(facts: PingFacts, error: PingFacts['ping']['localErrors'][number]): Finding[] {
  switch (error.error) {
    case 'permission': return [cannotProbe(facts, error)]
    case 'no-route': return [noRoute(facts, error)]
    case 'message-too-long': return [localMtu(facts, error)]
    default: return [cannotSend(facts, error)]
  }
}

const quoted = (trouble: Trouble): Finding['evidence'] => [{ label: 'In its words', value: trouble.text }, { label: 'Seen', value: plural(trouble.count, 'time') }]

function base(facts: PingFacts, trouble: Trouble): Pick<Finding, 'subject' | 'confidence' | 'evidence' | 'sinceMs' | 'span'> {
  return { subject: `${facts.run.runId}/local`, confidence: 'high', evidence: quoted(trouble), sinceMs: trouble.firstMs, span: spanSince(facts, runStartMs(facts)) }
}

function cannotProbe(facts: PingFacts, trouble: Trouble): Finding {
  return {
    ...base(facts, trouble), rule: 'P-CANTPROBE', severity: 'warn', ...ACCOUNTS['P-CANTPROBE'],
    title: 'The vantage may not send these probes.',
    meaning: 'The kernel refused to send them: a missing privilege or an outgoing firewall rule on the vantage. This says nothing about the target.',
    otherwise: [],
    next: copyCommand('Look for a rule on the vantage that drops outgoing ICMP, and check the capability of ping.', 'Copy check', 'getcap /usr/bin/ping; sudo nft list ruleset'),
  }
}

function noRoute(facts: PingFacts, trouble: Trouble): Finding {
  return {
    ...base(facts, trouble), rule: 'P-NOROUTE', severity: 'crit', ...ACCOUNTS['P-NOROUTE'],
    title: `The vantage has no route to ${facts.run.target.address}.`,
    meaning: 'The kernel knows no way to that network, so no packet left the vantage.',
    otherwise: [],
    next: copyCommand('Look at the routing table of the vantage.', 'Copy ip route get', `ip route get ${facts.run.target.address}`),
  }
}

function localMtu(facts: PingFacts, error: Trouble & { mtu?: number }): Finding {
  return {
    ...base(facts, error), rule: 'P-MTU', severity: 'info', subject: `${facts.run.runId}/local-mtu`,
    title: error.mtu ? `Packets above ${formatCount(error.mtu)} bytes do not leave the vantage.` : 'The packets are too large to leave the vantage.',
    meaning: 'Its own interface, or a path MTU it learned before, is smaller than the probe.',
    otherwise: [], next: ticketOnly('Use a smaller payload, or look at the MTU of the interface.'),
  }
}

function cannotSend(facts: PingFacts, trouble: Trouble): Finding {
  return {
    ...base(facts, trouble), rule: 'P-CANTPROBE', severity: 'warn',
    title: 'The vantage could not send some probes.',
    meaning: 'Its kernel returned an error for them. They are not counted as lost.',
    otherwise: [], next: ticketOnly('Look at the load and the buffers of the vantage.'),
  }
}

/** P-CODE, P-LOOP, P-MTU, P-NOROUTE: an ICMP error came back for our probes. Who sent it decides what it means. */
import { formatCount } from '#lib/format/number.ts'
import type { IcmpErrorTally } from '#lib/tools/ping/view.ts'
import { ACCOUNTS } from '../causes.ts'
import type { Finding, NextStep } from '../finding.ts'
import { NOTHING, type PingFacts, type PingRule } from '../rule.ts'
import { ICMP_MEANING } from './icmp-meaning.ts'
import { copyCommand, ICMP_PATH, LONG_TRACE, PMTU_RUN, runNext, tcpPath, ticketOnly } from '../next.ts'
import { plural, spanSince } from '../shared.ts'

/** Time-exceeded for a plain ping twice: the packet went round until its TTL ran out. */
const LOOP_REPEATS = 2
const HARMLESS = new Set(['source-quench', 'redirect-net', 'redirect-host'])
const TOO_BIG = new Set(['frag-needed', 'packet-too-big'])
const LOCAL_NO_ROUTE = new Set(['host-unreachable', 'net-unreachable', 'address-unreachable', 'no-route'])

export const icmpErrors: PingRule = (facts) => {
  if (facts.ping.icmpErrors.length === 0) return NOTHING
  return facts.ping.icmpErrors.map((tally) => findingOf(facts, tally))
}

function findingOf(facts: PingFacts, tally: IcmpErrorTally): Finding {
  if (isLocal(facts, tally.from) && LOCAL_NO_ROUTE.has(tally.error)) return noRoute(facts, tally)
  if (tally.error === 'ttl-exceeded') return timeExceeded(facts, tally)
  if (TOO_BIG.has(tally.error)) return tooBig(facts, tally)
  return plainCode(facts, tally)
}

const isLocal = (facts: PingFacts, from: string): boolean => facts.run.sources.includes(from)

interface Words { rule: string; severity: Finding['severity']; title: string; meaning: string; otherwise: string[]; next: NextStep; explains?: readonly string[] }

function build(facts: PingFacts, tally: IcmpErrorTally, words: Words): Finding {
  const { next, ...rest } = words
  return {
    ...rest, subject: `${facts.run.runId}/${tally.from}/${tally.error}`, confidence: 'high',
    evidence: [
      { label: 'From', value: tally.from },
      { label: 'In its words', value: tally.text },
      { label: 'Received', value: plural(tally.count, 'time') },
      ...(tally.mtu === undefined ? [] : [{ label: 'MTU', value: formatCount(tally.mtu) }]),
    ],
    next, sinceMs: tally.firstMs, span: spanSince(facts, tally.firstMs),
  }
}

function noRoute(facts: PingFacts, tally: IcmpErrorTally): Finding {
  return build(facts, tally, {
    rule: 'P-NOROUTE', severity: 'crit',
    title: `The vantage cannot reach ${facts.run.target.address}: no route, or nobody answers for it on the local link.`,
    meaning: 'The error comes from the vantage’s own address, so the packets never left: there is no route, or no neighbour answered ARP or neighbour discovery.',
    otherwise: ['The host on the local link is switched off.'],
    ...ACCOUNTS['P-NOROUTE'],
    next: copyCommand('Look at the route and the neighbour table of the vantage.', 'Copy ip route get', `ip route get ${facts.run.target.address}; ip neigh show ${facts.run.target.address}`),
  })
}

function timeExceeded(facts: PingFacts, tally: IcmpErrorTally): Finding {
  const ttl = facts.run.options['ttl']
  if (typeof ttl === 'number') {
    return build(facts, tally, {
      rule: 'P-CODE', severity: 'info', title: `The TTL of ${ttl} ran out at ${tally.from}.`,
      meaning: 'That is what a limited TTL does: this router is as many hops away as the TTL allows.',
      otherwise: [], next: ticketOnly('Raise or clear the TTL option to reach the target.'),
    })
  }
  const loop = tally.count >= LOOP_REPEATS
  return build(facts, tally, {
    rule: 'P-LOOP', severity: loop ? 'crit' : 'info',
    title: loop ? `Packets to the target go round in a loop near ${tally.from}.` : `${tally.from} dropped a probe because its TTL ran out.`,
    meaning: 'A probe with a full TTL visited more routers than any real path has: two or more of them send it back and forth.',
    otherwise: ['A path longer than the initial TTL (very unlikely).'],
    next: runNext(facts, 'Trace the path and send the repeating addresses to their operator.', [ICMP_PATH, LONG_TRACE]),
    ...(loop ? ACCOUNTS['P-LOOP'] : {}),
  })
}

function tooBig(facts: PingFacts, tally: IcmpErrorTally): Finding {
  return build(facts, tally, {
    rule: 'P-MTU', severity: 'info',
    title: tally.mtu ? `The path carries packets of at most ${formatCount(tally.mtu)} bytes.` : 'The packets are larger than the path carries.',
    meaning: 'A router reported a smaller MTU, as it should: a tunnel or PPPoE link. It is a fault only where such reports are filtered.',
    otherwise: [], next: runNext(facts, 'Measure the path MTU. Use a smaller payload, or clamp the TCP segment size for traffic through this path.', [PMTU_RUN, tcpPath(facts)]),
  })
}

function plainCode(facts: PingFacts, tally: IcmpErrorTally): Finding {
  const known = ICMP_MEANING[tally.error]
  const cutOff = facts.recent.answered === 0 && !HARMLESS.has(tally.error)
  return build(facts, tally, {
    rule: 'P-CODE', severity: HARMLESS.has(tally.error) ? 'info' : cutOff ? 'crit' : 'warn',
    title: `${tally.from} says: ${known.says}.`, meaning: known.meaning,
    otherwise: tally.from === facts.run.target.address ? ['The target itself sent it: the host is up.'] : [],
    next: cutOff ? runNext(facts, known.next, [tcpPath(facts), ICMP_PATH]) : ticketOnly(known.next),
    ...(cutOff ? ACCOUNTS['P-CODE'] : {}),
  })
}

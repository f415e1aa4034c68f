/** P-MTU of a path-MTU run: a smaller MTU that somebody tells of is normal; packets that vanish without a word are a black hole. */
import { formatCount } from '#lib/format/number.ts'
import type { PmtuTryView } from '#lib/tools/pmtu/view.ts'
import { latestPing } from '#lib/session/runs.ts'
import { recentProbes } from '../facts.ts'
import type { Evidence, Finding } from '../finding.ts'
import { runNext, runOrCopy, tcpPath, type Offer } from '../next.ts'
import { NOTHING, type PmtuFacts, type PmtuRule } from '../rule.ts'
import { runStartMs } from '../shared.ts'

const RULE = 'P-MTU'
/** With loss, probes of a size may all be lost by chance; above this chance it is not called a black hole. */
const CHANCE_MOST = 0.01
const HEADERS = { 4: 40, 6: 60 } as const

/** Ten probes a size: loss cannot pass for a size limit. */
const THOROUGH: Offer = { label: 'Measure again, 10 probes a size', tool: 'pmtu', options: { probes: 10 } }

interface Limit { mtu: number; failsFrom: number }

export const pathMtu: PmtuRule = (facts) => {
  const result = facts.pmtu.result
  if (!result || result.mtu === null || result.failsFrom === null) return NOTHING
  const limit = { mtu: result.mtu, failsFrom: result.failsFrom }
  const told = facts.pmtu.tries.findLast((one) => one.packetBytes > limit.mtu && (one.fate === 'too-big' || one.fate === 'local'))
  const silent = facts.pmtu.tries.some((one) => one.packetBytes === limit.failsFrom && one.fate === 'silent')
  if (result.toldBy === null && silent) return [blackHole(facts, limit)]
  return [told?.fate === 'local' && result.toldBy === null ? local(facts, limit) : toldSmaller(facts, limit, result.toldBy ?? told?.from ?? null)]
}

function base(facts: PmtuFacts): Pick<Finding, 'rule' | 'subject' | 'sinceMs' | 'span'> {
  const from = runStartMs(facts)
  return { rule: RULE, subject: facts.run.runId, sinceMs: facts.pmtu.result?.atMs ?? facts.nowMs, span: { runId: facts.run.runId, fromMs: from, toMs: Math.max(from, facts.pmtu.result?.atMs ?? facts.nowMs) } }
}

function rows(facts: PmtuFacts, { mtu, failsFrom }: Limit): Evidence[] {
  const at = (bytes: number): PmtuTryView | undefined => facts.pmtu.tries.findLast((one) => one.packetBytes === bytes)
  const row = (label: string, bytes: number, definition: string): Evidence => {
    const tried = at(bytes)
    return { label, value: `${formatCount(bytes)} bytes`, definition, ...(tried ? { detail: `${tried.answered} of ${tried.sent} answered` } : {}) }
  }
  return [
    row('Passes', mtu, 'Largest whole IP packet that was answered; it must not be fragmented on the way.'),
    row('Does not', failsFrom, 'Smallest whole IP packet of which no probe was answered.'),
  ]
}

function blackHole(facts: PmtuFacts, limit: Limit): Finding {
  const { family, address } = facts.run.target
  const mss = limit.mtu - HEADERS[family]
  const chance = chanceOf(facts, limit)
  const tables = family === 6 ? 'ip6tables' : 'iptables'
  return {
    ...base(facts), severity: chance > CHANCE_MOST ? 'info' : 'warn', confidence: chance > CHANCE_MOST ? 'low' : 'high',
    title: `Packets over ${formatCount(limit.mtu)} bytes vanish, and nobody says why.`,
    meaning: `Somebody filters ICMP ${family === 6 ? 'type 2 (packet too big)' : 'type 3 code 4 (fragmentation needed)'}. Small packets pass, so connections open and then hang as soon as data flows.`,
    evidence: [
      ...rows(facts, limit), { label: 'Told so', value: 'by nobody' },
      ...(chance > CHANCE_MOST ? [{ label: 'Chance that it is plain loss', value: `${Math.round(100 * chance)}\u00a0%`, definition: 'Share of pings lost, to the power of the probes sent at that size, times the sizes tried.' }] : []),
    ],
    otherwise: ['A host or firewall at the end drops large pings and passes other traffic.', ...(chance > CHANCE_MOST ? ['The path loses packets of every size.'] : [])],
    next: runOrCopy(`Let ICMP pass where it is filtered, or clamp the TCP segment size to ${formatCount(mss)} bytes on the router before ${address}.`, THOROUGH,
      { label: `Copy MSS clamp ${mss}`, command: `sudo ${tables} -t mangle -A FORWARD -d ${address.split('%')[0] ?? address} -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss ${mss}` }),
  }
}

/** That all probes of some size were lost by chance, going by what ping loses to the same address: each size tried is a chance. 0 where no ping tells. */
function chanceOf(facts: PmtuFacts, { failsFrom }: Limit): number {
  const ping = latestPing(facts.session, facts.run.target.address)
  const recent = ping ? recentProbes(ping.view, facts.nowMs) : null
  const sent = facts.pmtu.tries.filter((one) => one.packetBytes === failsFrom).reduce((sum, one) => sum + one.sent, 0)
  return recent && recent.judged > 0 ? Math.min(1, facts.pmtu.tries.length * (recent.lost / recent.judged) ** Math.max(1, sent)) : 0
}

function toldSmaller(facts: PmtuFacts, limit: Limit, by: string | null): Finding {
  return {
    ...base(facts), severity: 'info', confidence: 'high',
    title: `${by === null ? 'A router' : by} says that packets may have at most ${formatCount(limit.mtu)} bytes.`,
    meaning: 'A smaller MTU that is told of is normal for a tunnel or PPPoE, and senders adapt. It is a fault only where such reports are filtered.',
    evidence: [...rows(facts, limit), { label: 'Told by', value: by ?? 'a router' }],
    otherwise: ['The report comes from the target’s own network card or tunnel.'],
    next: runNext(facts, 'Nothing has to be mended. Applications that send large datagrams should know the size.', [THOROUGH, tcpPath(facts)]),
  }
}

function local(facts: PmtuFacts, limit: Limit): Finding {
  return {
    ...base(facts), severity: 'info', confidence: 'high',
    title: `Packets over ${formatCount(limit.mtu)} bytes do not leave the vantage.`,
    meaning: 'Its own interface, or a path MTU it learned before, is smaller. Nothing is known of the path beyond that size.',
    evidence: [...rows(facts, limit), { label: 'Told by', value: 'the vantage’s kernel' }],
    otherwise: ['A router on the way told it earlier, and the kernel remembers.'],
    next: runNext(facts, 'Look at the MTU of the interface, or measure again later: a learned MTU is forgotten after ten minutes.', [THOROUGH, tcpPath(facts)]),
  }
}

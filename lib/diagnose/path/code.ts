/** P-CODE, P-MTU, P-NOROUTE, P-OTHER-SRC: somebody on the path answered with an ICMP error. Who sent it decides what it means. */
import { formatCount } from '#lib/format/number.ts'
import type { IcmpErrorKind } from '#lib/tools/ping/events.ts'
import type { HopView, Responder } from '#lib/tools/path/view.ts'
import { ACCOUNTS } from '../causes.ts'
import type { Finding, NextStep } from '../finding.ts'
import { ICMP_PATH, PATHPING_RUN, PMTU_RUN, runNext, tcpPath } from '../next.ts'
import { ICMP_MEANING } from '../ping/icmp-meaning.ts'
import { noRoute } from '../refusal.ts'
import type { PathFacts, PathRule } from '../rule.ts'
import { plural } from '../shared.ts'
import { hopSpan, hostOf } from './shared.ts'

type Flag = Responder['flags'][number]
interface Said { from: string; flag: Flag; error: IcmpErrorKind | null; hops: HopView[]; count: number; firstMs: number; mtu: number | null }

const TOO_BIG: ReadonlySet<IcmpErrorKind> = new Set(['frag-needed', 'packet-too-big'])
const LOCAL_NO_ROUTE: ReadonlySet<IcmpErrorKind> = new Set(['host-unreachable', 'net-unreachable', 'address-unreachable', 'no-route'])
const HARMLESS: ReadonlySet<IcmpErrorKind> = new Set(['source-quench', 'redirect-net', 'redirect-host', 'ttl-exceeded'])

export const pathCodes: PathRule = (facts) => saidOf(facts).flatMap((said) => findingsOf(facts, said))

/** One entry per sender and error: a filter refuses at every TTL beyond its own. Only of the current epoch. */
function saidOf(facts: PathFacts): Said[] {
  const all = new Map<string, Said>()
  for (const hop of facts.path.hops) {
    for (const { address, flags, untilMs } of hop.responders) {
      if (untilMs !== null) continue
      for (const flag of flags) {
        const key = `${address}/${flag.error ?? flag.flag}`
        const said = all.get(key) ?? { from: address, flag, error: flag.error, hops: [], count: 0, firstMs: Infinity, mtu: null }
        said.hops.push(hop)
        said.count += flag.count
        said.firstMs = Math.min(said.firstMs, flag.firstMs)
        said.mtu ??= flag.mtu
        all.set(key, said)
      }
    }
  }
  return [...all.values()]
}

function findingsOf(facts: PathFacts, said: Said): Finding[] {
  const { error } = said
  const { target } = facts.run
  if (said.error !== null && LOCAL_NO_ROUTE.has(said.error) && facts.run.sources.includes(said.from)) {
    return [noRoute(facts, { text: ICMP_MEANING[said.error].says, count: said.count, firstMs: said.firstMs })]
  }
  // `F=1500` tells a size and complains of nothing; what is harmless is no finding on a path.
  if (error === null && said.mtu !== null) return []
  if (error !== null && HARMLESS.has(error)) return []
  if (error !== null && TOO_BIG.has(error)) return [smallerMtu(facts, said)]
  if (error === 'port-unreachable' && said.from === target.address) return []
  if (error === 'port-unreachable' && facts.path.protocol === 'udp') return [otherSource(facts, said)]
  return [refused(facts, said)]
}

interface Words { rule: string; severity: Finding['severity']; title: string; meaning: string; otherwise: string[]; next: NextStep; explains?: readonly string[] }

function build(facts: PathFacts, said: Said, words: Words): Finding {
  const ttl = said.hops[0]?.ttl ?? 0
  return {
    ...words, subject: `${facts.run.runId}/${said.from}/${said.error ?? said.flag.flag}`, confidence: 'high',
    evidence: [
      { label: 'From', value: said.from, detail: `hop ${ttl}` },
      { label: 'Code', value: said.error === null ? said.flag.flag : ICMP_MEANING[said.error].says, detail: `!${said.flag.flag}`, definition: 'As the tool printed it, and what it stands for (RFC 792, 1812, 4443).' },
      { label: 'Received', value: plural(said.count, 'time') },
      ...(said.mtu === null ? [] : [{ label: 'MTU', value: formatCount(said.mtu) }]),
    ],
    sinceMs: said.firstMs, span: hopSpan(facts, said.firstMs, said.hops.map((hop) => hop.ttl)),
  }
}

function refused(facts: PathFacts, said: Said): Finding {
  const cutOff = facts.path.targetTtl === null
  const known = said.error === null ? { says: `an error of code ${said.flag.flag}`, meaning: 'The code is not one of the usual ones.', next: 'Capture the answer to read it.' } : ICMP_MEANING[said.error]
  return build(facts, said, {
    rule: 'P-CODE', severity: cutOff ? 'crit' : 'warn', ...(cutOff ? ACCOUNTS['P-CODE'] : {}),
    title: `${hostOf(facts.path, said.from)} at hop ${said.hops[0]?.ttl ?? 0} says: ${known.says}.`, meaning: known.meaning,
    otherwise: said.from === facts.run.target.address ? ['The target itself sent it: the host is up.'] : ['Only this kind of probe is refused.'],
    next: runNext(facts, known.next, facts.path.protocol === 'tcp' ? [ICMP_PATH, PATHPING_RUN] : [tcpPath(facts), ICMP_PATH]),
  })
}

function smallerMtu(facts: PathFacts, said: Said): Finding {
  return build(facts, said, {
    rule: 'P-MTU', severity: 'info',
    title: said.mtu === null ? `${hostOf(facts.path, said.from)} says that the probes are too large.` : `${hostOf(facts.path, said.from)} says that the path carries at most ${formatCount(said.mtu)} bytes.`,
    meaning: 'A router reported a smaller MTU, as it should: a tunnel or PPPoE link. It is a fault only where such reports are filtered.',
    otherwise: [], next: runNext(facts, 'Measure the path MTU.', [PMTU_RUN, tcpPath(facts)]),
  })
}

function otherSource(facts: PathFacts, said: Said): Finding {
  return build(facts, said, {
    rule: 'P-OTHER-SRC', severity: 'warn',
    title: `${hostOf(facts.path, said.from)} answers for ${facts.run.target.address}.`,
    meaning: '“Port unreachable” comes from where a probe ends, and this is not the address that was probed: address translation, a host with several addresses, or a firewall that rejects in its place.',
    otherwise: ['A firewall rejects UDP for the target.', 'The target answers from another of its addresses.'],
    next: runNext(facts, 'Find out who owns the answering address; see whether ICMP or TCP reaches the target itself.', [ICMP_PATH, tcpPath(facts)]),
  })
}

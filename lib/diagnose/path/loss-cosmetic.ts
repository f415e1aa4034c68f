/** P-LOSS-COSMETIC: a hop leaves probes about itself unanswered and forwards everything. Not loss. */
import type { Finding } from '../finding.ts'
import { PATHPING_RUN, runNext, tcpPath } from '../next.ts'
import { NOTHING, type JudgedHop, type PathFacts, type PathRule } from '../rule.ts'
import { epochStartMs, hopLabel, hopSpan, lossRow, primary } from './shared.ts'

const RULE = 'P-LOSS-COSMETIC'
const PLAIN_TIMES = 1.5

export const lossCosmetic: PathRule = (facts) => {
  const limited = facts.hops.filter((hop) => (hop.kind === 'cosmetic' && isPlain(facts, hop)) || (hop.lost > 0 && facts.holds(RULE, subjectOf(facts, hop)) && isStill(facts, hop)))
  return limited.length === 0 ? NOTHING : limited.map((hop) => findingOf(facts, hop))
}

const subjectOf = (facts: PathFacts, hop: JudgedHop): string => `${facts.run.runId}/${hop.ttl}`

/** With thirty hops and a look every second, one of many equal losses will stick out by chance: half as much again is asked for. */
const isPlain = (facts: PathFacts, hop: JudgedHop): boolean => laterOf(facts, hop).some((later) => hop.low > PLAIN_TIMES * later.high)

const laterOf = (facts: PathFacts, hop: JudgedHop): readonly JudgedHop[] => facts.hops.filter((later) => later.ttl > hop.ttl && later.judged > later.lost)

/** An open one stays while its share is above what a later hop's interval allows. */
const isStill = (facts: PathFacts, hop: JudgedHop): boolean =>
  laterOf(facts, hop).some((later) => hop.share > later.high)

function findingOf(facts: PathFacts, hop: JudgedHop): Finding {
  const label = hopLabel(facts.path, hop.hop)
  const witness = facts.hops.find((other) => other.ttl === hop.witnessTtl && other !== hop)
  const fromMs = epochStartMs(facts)
  return {
    rule: RULE, subject: subjectOf(facts, hop), severity: 'info', confidence: 'high',
    title: `${label.replace(/^h/, 'H')}${primary(hop.hop) ? ',' : ''} limits its ICMP replies. This is not loss.`,
    meaning: 'A router answers probes about itself only so often, and forwards at full speed: later hops answer more of the same probes.',
    evidence: [
      lossRow('Unanswered here', hop, 'Probes whose TTL ended at this hop and that it did not answer in time, of those whose timeout has passed.'),
      ...(witness ? [lossRow(witness === facts.target ? 'Lost at the target' : `Lost at hop ${witness.ttl}`, witness)] : []),
      ...(hop.trueLossAtMost === null ? [] : [{ label: 'True loss up to here', value: `at most ${(100 * hop.trueLossAtMost).toFixed(1)}\u00a0%`, definition: 'The least upper end of the Wilson 95 % intervals of this hop and of every later one that answers.' }]),
    ],
    otherwise: ['Another run through this router uses up its budget of replies.'],
    next: runNext(facts, 'Nothing has to be mended. Slower probes, or TCP, show the hop’s forwarding without its limit.', [PATHPING_RUN, tcpPath(facts)]),
    sinceMs: fromMs, span: hopSpan(facts, fromMs, [hop.ttl]),
  }
}

/** P-LOSS-ONSET, P-LOSS-FIRST, P-LOSS-TARGET-LIMIT: the target loses probes. From which hop on, and is it loss at all? */
import { latestPing } from '#lib/session/runs.ts'
import { wilson } from '#lib/stats/wilson.ts'
import { ACCOUNTS } from '../causes.ts'
import { recentProbes } from '../facts.ts'
import type { Evidence, Finding } from '../finding.ts'
import { FEW_SAMPLES, isLossy, lossSeverity, stepDown } from '../loss-level.ts'
import { ICMP_PATH, PATHPING_RUN, runNext, tcpPath } from '../next.ts'
import { NOTHING, type PathFacts, type PathRule } from '../rule.ts'
import { listed, plural } from '../shared.ts'
import { isSharp, lossSinceMs, onsetOf, type Onset } from './onset.ts'
import { confidenceBy, hopLabel, hopRange, hopSpan, lossRow, operatorOf } from './shared.ts'

const ONSET = 'P-LOSS-ONSET'
const FIRST = 'P-LOSS-FIRST'
const LIMIT = 'P-LOSS-TARGET-LIMIT'

export const lossOnset: PathRule = (facts) => {
  const onset = onsetOf(facts)
  const { runId, tool } = facts.run
  if (!onset) return NOTHING
  const open = [ONSET, FIRST, LIMIT].some((rule) => facts.holds(rule, runId))
  if (!isLossy(onset.target, open)) return NOTHING
  const isLast = onset.first === onset.target && onset.before.length > 0
  if (isLast && isTargetLimit(facts, onset)) return [targetLimit(facts, onset)]
  // Three probes in a burst: that a hop limits its answers and that it loses look the same.
  if (tool === 'traceroute') return NOTHING
  return [onset.first.ttl === 1 && onset.first !== onset.target ? firstHop(facts, onset) : realLoss(facts, onset)]
}

/** UDP is answered with "port unreachable", which most systems limit; ICMP echo loses more here than in a ping beside it. */
function isTargetLimit(facts: PathFacts, { target }: Onset): boolean {
  if (facts.path.protocol === 'udp') return true
  return facts.path.protocol === 'icmp' && pingBeside(facts, target) !== null
}

/** The ping run beside this one, if it loses clearly less: its interval lies below the path's. */
function pingBeside(facts: PathFacts, target: { lost: number; judged: number }): { lost: number; judged: number } | null {
  const ping = latestPing(facts.session, facts.run.target.address)
  const startedMs = facts.run.startedAtMs ?? facts.run.queuedAtMs
  if (!ping || (ping.endedAtMs ?? Infinity) < startedMs || ping.queuedAtMs > facts.refMs) return null
  const recent = recentProbes(ping.view, facts.nowMs)
  return recent.judged >= FEW_SAMPLES && wilson(recent.lost, recent.judged).high < wilson(target.lost, target.judged).low ? recent : null
}

/** What the three findings share. */
function base(facts: PathFacts, { first, target }: Onset): Pick<Finding, 'subject' | 'confidence' | 'sinceMs' | 'span'> {
  const sinceMs = lossSinceMs(facts, target)
  return {
    subject: facts.run.runId, confidence: confidenceBy(target.judged), sinceMs,
    span: hopSpan(facts, sinceMs, first.ttl === target.ttl ? [target.ttl] : [first.ttl, target.ttl]),
  }
}

function rows(facts: PathFacts, { first, target, before }: Onset): Evidence[] {
  const worst = before.reduce((a, b) => (b.share > a.share ? b : a), before[0] ?? target)
  const few = target.judged < FEW_SAMPLES
  const definition = `Probes without an answer ${facts.path.timeoutMs / 1000} s after they were sent, of those whose timeout has passed, since the path last changed, at most the last ten minutes.`
  return [
    ...(before.length > 0 ? [{ ...lossRow(hopRange(before[0]?.ttl ?? 1, before.at(-1)?.ttl ?? 1), worst), definition: 'The worst of these hops. Those that limit what they answer are left out.' }] : []),
    ...(first === target ? [] : [lossRow(`Hop ${first.ttl}`, first)]),
    lossRow('Target', target, definition),
    { label: '95 % interval', value: `${(100 * target.low).toFixed(1)} to ${(100 * target.high).toFixed(1)}\u00a0%`, definition: 'Wilson score interval of the target’s loss.' },
    ...(few ? [{ label: 'Few samples', value: plural(target.judged, 'probe') }] : []),
    ...(target.late > 0 ? [{ label: 'Late, not lost', value: String(target.late) }] : []),
  ]
}

function realLoss(facts: PathFacts, onset: Onset): Finding {
  const { first, target } = onset
  const severity = lossSeverity(target)
  const hidden = facts.hops.filter((hop) => hop.kind === 'cosmetic' && hop.ttl < first.ttl && hop.ttl > (onset.clear?.ttl ?? 0))
  return {
    ...base(facts, onset), rule: ONSET, severity: target.judged < FEW_SAMPLES ? stepDown(severity) : severity, ...ACCOUNTS[ONSET],
    title: titleOf(facts, onset),
    meaning: first === target ? 'The last router before the target answers, the target loses probes: the last mile, its link or the target itself.'
      : `Every hop that answers from there on loses like the target does, so packets are lost ${onset.clear ? `between hop ${onset.clear.ttl} and hop ${first.ttl}` : `on the way to hop ${first.ttl}`}, or on the way back from there.`,
    evidence: rows(facts, onset),
    otherwise: [
      'The loss is on the way back only.',
      ...(hidden.length > 0 ? [`${listed(hidden.map((hop) => `Hop ${hop.ttl}`))} ${hidden.length === 1 ? 'limits its' : 'limit their'} replies, so the loss may begin there.`] : []),
      ...(first === target ? ['The target limits what it answers and is fine for other traffic.'] : []),
    ],
    next: runNext(facts, `Confirm over TCP: some routers treat ICMP differently. Then send this trace, and one from the far side, to ${operatorOf(facts.path, first.hop)}.`,
      facts.path.protocol === 'tcp' ? [ICMP_PATH, PATHPING_RUN] : [tcpPath(facts), PATHPING_RUN]),
  }
}

function titleOf({ path }: PathFacts, onset: Onset): string {
  const { first, target, clear } = onset
  const isLast = first === target
  const reaches = isLast ? '' : ', and reaches the target'
  if (isSharp(onset)) return `Real loss begins at ${isLast ? 'the target or on its link' : hopLabel(path, first.hop)}${reaches}.`
  const where = isLast ? 'the target' : hopLabel(path, first.hop)
  return clear ? `Real loss begins between hop ${clear.ttl} and ${where}${reaches}.` : `Real loss begins at ${where}, or before it${reaches}.`
}

function firstHop(facts: PathFacts, onset: Onset): Finding {
  return {
    ...base(facts, onset), rule: FIRST, severity: lossSeverity(onset.target) === 'crit' && onset.target.judged >= FEW_SAMPLES ? 'crit' : 'warn', ...ACCOUNTS[FIRST],
    title: `Real loss begins at the first hop${onset.first.hop.responders.length > 0 ? hopLabel(facts.path, onset.first.hop).replace(/^hop 1/, '') : ''}.`,
    meaning: 'All later hops lose as much, so the packets are lost on the vantage’s own link or in its first router.',
    evidence: rows(facts, onset),
    otherwise: ['The vantage itself is too busy to receive (CPU, full queues).', 'The first router is overloaded.'],
    next: runNext(facts, 'Look at the link of the vantage: Wi-Fi, duplex, error counters, CPU. Compare with another protocol.', facts.path.protocol === 'tcp' ? [ICMP_PATH, PATHPING_RUN] : [tcpPath(facts), PATHPING_RUN]),
  }
}

function targetLimit(facts: PathFacts, onset: Onset): Finding {
  const ping = pingBeside(facts, onset.target)
  const udp = facts.path.protocol === 'udp'
  return {
    ...base(facts, onset), rule: LIMIT, severity: 'info',
    title: udp ? 'The target leaves UDP probes unanswered. That alone is not loss.' : 'The target answers ping and leaves some path probes unanswered. That is not loss.',
    meaning: udp ? 'UDP probes are answered with “port unreachable”, and most systems limit how many of those they send. The hop before the target is fine.'
      : 'A ping to the same address at the same time loses clearly less, so the target limits its answers.',
    evidence: [...rows(facts, onset), ...(ping ? [lossRow('Ping beside it', ping)] : [])],
    otherwise: ['The link of the target loses packets.'],
    next: runNext(facts, 'Repeat with ICMP or TCP before you call it loss.', udp ? [ICMP_PATH, tcpPath(facts)] : [tcpPath(facts), PATHPING_RUN]),
  }
}

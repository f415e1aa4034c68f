/** P-DUP, P-REORDER, P-LATE, P-CORRUPT, P-CLOCK: rules that read one counter of the run. */
import { formatCount, formatMs } from '#lib/format/number.ts'
import { NOTHING, type PingRule } from '../rule.ts'
import { ticketOnly } from '../next.ts'
import { percent, plural, runStartMs, spanSince } from '../shared.ts'

const DUP_WARN = 0.01
const REORDER_FROM = 0.01

export const duplicates: PingRule = (facts) => {
  const { duplicates: count, answered } = facts.ping.counts
  if (count === 0) return NOTHING
  const share = answered > 0 ? count / answered : 1
  return [{
    rule: 'P-DUP', subject: facts.run.runId, severity: share >= DUP_WARN ? 'warn' : 'info', confidence: 'high',
    title: `${plural(count, 'reply', 'replies')} came twice.`,
    meaning: 'The same probe was answered more than once. Duplicates count neither as received nor against loss, and their times are in no average.',
    evidence: [{ label: 'Duplicates', detail: `${formatCount(count)} for ${formatCount(answered)} answered`, value: answered > 0 ? percent(count, answered) : formatCount(count) }],
    otherwise: ['The target is a broadcast or multicast address.', 'Two machines share the address.', 'A layer 2 loop or a teamed link copies packets.'],
    next: ticketOnly('Look for a duplicate address (`arping -D`) or a loop in the target’s network.'),
    sinceMs: facts.nowMs, span: spanSince(facts, runStartMs(facts)),
  }]
}

export const reordered: PingRule = (facts) => {
  const { reordered: count, answered } = facts.ping.counts
  if (count < 2 || answered === 0 || count / answered < REORDER_FROM) return NOTHING
  return [{
    rule: 'P-REORDER', subject: facts.run.runId, severity: 'info', confidence: 'high',
    title: `${percent(count, answered)} of replies overtook each other.`,
    meaning: 'Replies arrived after the reply to a later probe. TCP slows down when its segments are reordered like this.',
    evidence: [{ label: 'Out of order', detail: `${formatCount(count)} of ${formatCount(answered)}`, value: percent(count, answered), definition: 'Replies whose probe number is below the highest already answered.' }],
    otherwise: ['Round trips vary by more than the probe interval.'],
    next: ticketOnly('Look for per-packet load balancing on the way.'),
    sinceMs: facts.nowMs, span: spanSince(facts, runStartMs(facts)),
  }]
}

export const late: PingRule = (facts) => {
  const { late: count, judged } = facts.ping.counts
  if (count === 0) return NOTHING
  const timeout = formatMs(facts.ping.timeoutMs, 0)
  return [{
    rule: 'P-LATE', subject: facts.run.runId, severity: 'info', confidence: 'high',
    title: `${plural(count, 'reply', 'replies')} came later than ${timeout}.`,
    meaning: 'They were given up for lost and then arrived. They count as late: neither lost nor in the round-trip statistics.',
    evidence: [{ label: 'Late', detail: `${formatCount(count)} of ${formatCount(judged)}`, value: percent(count, judged), definition: `Replies more than ${timeout} after their probe was sent.` }],
    otherwise: ['A link with a very deep queue, a satellite hop, or a host waking from sleep.'],
    next: { text: 'Run ping with a longer timeout to measure them.', actions: [
      { kind: 'run', label: 'Ping with 10 s timeout', tool: 'ping', options: { ...facts.run.options, timeoutMs: 10_000 } }, { kind: 'copy-ticket', label: 'Copy for a ticket' }] },
    sinceMs: facts.nowMs, span: spanSince(facts, runStartMs(facts)),
  }]
}

export const corrupt: PingRule = (facts) => {
  const { corrupt: count, answered } = facts.ping.counts
  if (count === 0) return NOTHING
  return [{
    rule: 'P-CORRUPT', subject: facts.run.runId, severity: 'crit', confidence: 'high',
    title: `${plural(count, 'reply', 'replies')} came back damaged.`,
    meaning: 'The payload is not what was sent. Something on the way changes packets: failing memory or hardware (see the ping manual).',
    evidence: [{ label: 'Damaged', detail: `${formatCount(count)} replies`, value: formatCount(count) }, { label: 'Intact', value: formatCount(answered) }],
    otherwise: ['A device on the way rewrites ICMP payloads on purpose.'],
    next: ticketOnly('Ping each device towards the target with larger packets to find the one that damages them.'),
    sinceMs: facts.nowMs, span: spanSince(facts, runStartMs(facts)),
  }]
}

export const clock: PingRule = (facts) => {
  const count = facts.ping.counts.clockSteps
  const step = facts.clockSteps.at(-1)
  if (count === 0 && !step) return NOTHING
  return [{
    rule: 'P-CLOCK', subject: facts.run.runId, severity: 'info', confidence: 'high',
    title: 'The clock of the vantage was set during the run.',
    meaning: 'Samples that the step touched are left out of the statistics. Times before and after it do not compare.',
    evidence: [
      ...(step ? [{ label: 'Last step', value: formatMs(step.deltaMs, 0), definition: 'Change of the wall clock against the monotonic clock.' }] : []),
      { label: 'Samples left out', value: formatCount(count) },
    ],
    otherwise: ['The machine was suspended.'],
    next: ticketOnly('Look at the time service of the vantage (`chronyc tracking`, `timedatectl`).'),
    sinceMs: step?.atMs ?? facts.nowMs, span: spanSince(facts, step?.atMs ?? runStartMs(facts)),
  }]
}

/** P-TTL-CHANGE: the reply TTL changed within the run: another way back, or another machine. */
import type { TtlSpan } from '#lib/tools/ping/view.ts'
import { NOTHING, type PingRule } from '../rule.ts'
import { ticketOnly } from '../next.ts'
import { plural } from '../shared.ts'

/** Differences of common initial values (64, 128, 255): a jump near one of them is another box, not another route. */
const BOX_JUMPS = [64, 127, 191]
const JUMP_SLACK = 8
const TOGETHER_MS = 15_000
const ALTERNATES_FROM = 4

export const ttlChange: PingRule = (facts) => {
  const spans = facts.ping.ttls
  const last = spans.at(-1)
  const before = spans.at(-2)
  if (!last || !before) return NOTHING
  const changes = spans.length - 1
  const values = [...new Set(spans.map((span) => span.ttl))]
  const moved = facts.ping.shifts.some((shift) => Math.abs(shift.atMs - last.sinceMs) <= TOGETHER_MS)
  return [{
    rule: 'P-TTL-CHANGE', subject: facts.run.runId, severity: moved ? 'warn' : 'info', confidence: 'high',
    title: changes >= ALTERNATES_FROM ? `The reply TTL alternates between ${values.slice(0, 4).join(' and ')}.` : `The reply TTL changed from ${before.ttl} to ${last.ttl}.`,
    meaning: meaningOf(before, last, changes),
    evidence: [
      { label: 'Reply TTL', value: `${before.ttl} to ${last.ttl}`, definition: 'The TTL is in the reply: set by the target, counted down by the routers on the way back.' },
      { label: 'Changes in this run', value: plural(changes, 'change') },
      { label: 'Round trip', value: moved ? 'moved too' : 'did not move' },
    ],
    otherwise: ['The address is served by several machines (anycast, load balancer).'],
    next: ticketOnly('If it matters, trace from the far side: this shows the way back only.'),
    sinceMs: last.sinceMs, span: { runId: facts.run.runId, fromMs: last.sinceMs - 60_000, toMs: last.sinceMs + 60_000 },
  }]
}

function meaningOf(before: TtlSpan, last: TtlSpan, changes: number): string {
  const jump = Math.abs(before.ttl - last.ttl)
  if (BOX_JUMPS.some((size) => Math.abs(jump - size) <= JUMP_SLACK)) return 'The jump is as large as the difference between two initial values, so another box answers now: a proxy, a firewall or another machine.'
  if (changes >= ALTERNATES_FROM) return 'Replies come over paths of different length, or from several machines.'
  return `The way back is now ${plural(jump, 'router')} ${last.ttl < before.ttl ? 'longer' : 'shorter'}.`
}

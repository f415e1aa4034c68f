/** P-NO-REPLY: nothing at all has answered. Silence is not proof that the host is down. */
import { formatCount } from '#lib/format/number.ts'
import { NOTHING, type PingRule } from '../rule.ts'
import { ICMP_PATH, runNext, tcpPath } from '../next.ts'
import { openTo } from '../reach.ts'
import { plural, runStartMs, spanSince, targetName } from '../shared.ts'

const PROBES_MIN = 3

export const noReply: PingRule = (facts) => {
  const { counts } = facts.ping
  const open = openTo(facts.session, facts.run.target.address)
  if (counts.answered + counts.late + counts.errors > 0 || counts.lost < PROBES_MIN) return NOTHING
  return [{
    rule: 'P-NO-REPLY', subject: facts.run.runId, severity: open ? 'info' : 'warn', confidence: counts.lost < 30 ? 'medium' : 'high',
    title: `No reply to ${plural(counts.lost, 'probe')} so far.`,
    meaning: `${targetName(facts)} has not answered one ping. Many hosts ignore ping and still work: this is not proof that it is down.`,
    evidence: [{ label: 'Answered', detail: `0 of ${formatCount(counts.judged)}`, value: 'none' }, { label: 'ICMP errors', value: 'none' }, ...(open ? [{ label: `TCP port ${open.port}`, value: 'open' }] : [])],
    otherwise: ['A firewall drops ICMP echo.', ...(open ? [] : ['The host is down or the address is not in use.', 'The way back is broken.'])],
    next: runNext(facts, 'Try a TCP port before you call it down, and see how far probes get.', [tcpPath(facts), ICMP_PATH]),
    sinceMs: runStartMs(facts), span: spanSince(facts, runStartMs(facts)),
  }]
}

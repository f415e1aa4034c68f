/** P-UNREACH-AT: the trace ends before the target. Silence is not proof that it is down. */
import { latestPing } from '#lib/session/runs.ts'
import { ACCOUNTS } from '../causes.ts'
import { ICMP_PATH, LONG_TRACE, PATHPING_RUN, runNext, tcpPath, type Offer } from '../next.ts'
import { NOTHING, type JudgedHop, type PathFacts, type PathRule } from '../rule.ts'
import { openTo } from '../reach.ts'
import { plural, targetName } from '../shared.ts'
import { epochStartMs, hopLabel, hopSpan, protocolName, responding } from './shared.ts'

const SILENT_MIN = 5

export const unreachAt: PathRule = (facts) => {
  const { path } = facts
  if (path.targetTtl !== null) return NOTHING
  const last = responding(facts).at(-1) ?? null
  // A tool that goes round and round is given a second round: the first may have been lost.
  const rounds = path.intervalMs === null ? 1 : 2
  const silent = facts.hops.filter((hop) => hop.ttl > (last?.ttl ?? 0) && hop.judged >= rounds)
  if (silent.length < SILENT_MIN) return NOTHING
  const pinged = answersPing(facts)
  const open = openTo(facts.session, facts.run.target.address)
  const sinceMs = epochStartMs(facts)
  const protocol = protocolName(path)
  return [{
    rule: 'P-UNREACH-AT', subject: facts.run.runId, severity: open || (pinged && path.protocol === 'udp') ? 'info' : 'warn', confidence: 'medium', ...ACCOUNTS['P-UNREACH-AT'],
    title: last ? `${protocol} probes get as far as ${hopLabel(path, last.hop)}, and no further.` : `No router answers ${protocol} probes to the target.`,
    meaning: `${targetName(facts)} and everything ${last ? `behind hop ${last.ttl}` : 'on the way'} stays silent${open ? '' : ': filtered or down there'}. Silence is not proof: firewalls often drop such probes and pass other traffic.`,
    evidence: [
      { label: 'Last answer', value: last ? `hop ${last.ttl}` : 'none', ...(last ? { detail: plural(last.answered, 'reply', 'replies') } : {}) },
      { label: 'Silent after it', value: plural(silent.length, 'hop'), detail: plural(silent.reduce((sum, hop: JudgedHop) => sum + hop.judged, 0), 'probe'), definition: 'Hops that were probed and never answered within the timeout.' },
      ...(pinged ? [{ label: 'Ping', value: 'the target answers it' }] : []), ...(open ? [{ label: `TCP port ${open.port}`, value: 'open', definition: 'The target accepts connections there, so it is up.' }] : []),
    ],
    otherwise: [pinged ? `Only ${protocol} probes are filtered.` : 'A firewall drops the probes; TCP may pass.', ...(open ? [] : ['The target is down or its address is not in use.']), ...(last ? ['The way back from further on is broken.'] : [])],
    next: runNext(facts, nextText(facts, pinged), offers(facts)),
    sinceMs, span: hopSpan(facts, sinceMs, last ? [last.ttl] : []),
  }]
}

function answersPing({ session, run }: PathFacts): boolean {
  const ping = latestPing(session, run.target.address)
  return ping !== null && ping.view.counts.answered > 0
}

const nextText = ({ path }: PathFacts, pinged: boolean): string => path.protocol === 'tcp' ? 'Compare with ICMP, and ask whoever runs the last hop about a filter.'
  : `Try TCP before you call it ${pinged ? 'filtered' : 'down'}.`

const offers = (facts: PathFacts): [Offer, ...Offer[]] => facts.path.protocol === 'tcp' ? [ICMP_PATH, PATHPING_RUN] : [tcpPath(facts), ICMP_PATH, LONG_TRACE]

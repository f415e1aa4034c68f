/** P-V6-BROKEN: one host, two families: IPv6 gets nothing while IPv4 works. Programs try IPv6 first and wait. */
import { isPing, isProbing } from '#lib/session/runs.ts'
import type { RunView } from '#lib/session/view.ts'
import { ACCOUNTS } from './causes.ts'
import type { Finding } from './finding.ts'
import { runNext, tcpPath, UDP_TRACE } from './next.ts'
import { NOTHING, type RunFacts } from './rule.ts'
import { openTo, reachesTarget, unansweredProbes } from './reach.ts'
import { plural, runStartMs, spanSince } from './shared.ts'

const RULE = 'P-V6-BROKEN'
const UNANSWERED_MIN = 3

/** Held by the first run to that IPv6 address, so that it is told once. */
export function v6Broken(facts: RunFacts & { run: RunView }): readonly Finding[] {
  const { session, run } = facts
  if (run.target.family !== 6) return NOTHING
  const probes = session.runs.filter(isProbing)
  const six = probes.filter((other) => other.target.address === run.target.address)
  if (six[0]?.runId !== run.runId || six.some(reachesTarget) || openTo(session, run.target.address) || six.every((other) => unansweredProbes(other) < UNANSWERED_MIN && !isRefused(other))) return NOTHING
  const four = probes.find((other) => other.target.family === 4 && isSameHost(other, run) && reachesTarget(other))
  if (!four) return NOTHING
  const sinceMs = runStartMs(facts)
  return [{
    rule: RULE, subject: run.target.address, severity: 'warn', confidence: 'high', ...ACCOUNTS[RULE],
    title: `${run.target.host} answers over IPv4 and not over IPv6.`,
    meaning: `Programs that prefer IPv6 wait for ${run.target.address} before they fall back to ${four.target.address}, or fail.`,
    evidence: [
      { label: `IPv6, ${run.target.address}`, value: 'nothing', detail: plural(six.reduce((sum, other) => sum + unansweredProbes(other), 0), 'probe') },
      { label: `IPv4, ${four.target.address}`, value: 'answers', detail: four.tool },
    ],
    otherwise: ['A filter drops ICMPv6 and passes TCP.', 'The IPv6 address in DNS is stale.', 'The vantage itself has no working IPv6.'],
    next: runNext(facts, 'See where IPv6 ends and whether TCP passes. Then mend the route, or take the AAAA record out of DNS.', [tcpPath(facts), UDP_TRACE]),
    sinceMs, span: spanSince(facts, sinceMs),
  }]
}

const isSameHost = (a: RunView, b: RunView): boolean => a.target.host === b.target.host || b.target.addresses.includes(a.target.address) || a.target.addresses.includes(b.target.address)


/** The vantage's own kernel did not send. */
const isRefused = (run: RunView): boolean => run.view.fatal !== null || (isPing(run) && run.view.counts.refused > 0)

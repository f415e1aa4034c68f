/** R-SLOW: connections open, and take longer than the way there and back: a SYN that was lost and sent again after 1 s, or a host that is slow to accept. */
import { formatMs } from '#lib/format/number.ts'
import { quantileSorted } from '#lib/stats/quantile.ts'
import { latestPing } from '#lib/session/runs.ts'
import { PROBE, type PingView } from '#lib/tools/ping/view.ts'
import { FEW_SAMPLES, isLossy, lossSeverity, stepDown } from '../loss-level.ts'
import { ICMP_PATH, PING_RUN, runNext } from '../next.ts'
import { NOTHING, type ReachFacts, type ReachRule } from '../rule.ts'
import { percent, plural } from '../shared.ts'
import { base, hostAt, tried, type Tried } from './shared.ts'

const RULE = 'R-SLOW'
/** Probes looked at: what is newer counts. */
const RECENT = 600
/** Linux sends a SYN again after 1 s, then 2 s later, and so on. */
const RESENT_MS = [1000, 3000, 7000] as const
/** The answer to a SYN sent again comes within the step and this much more than a usual connection takes. */
const SPREAD_MS = 200
/** Connections and pings needed for a comparison, and what must lie between their medians. [own] */
const SAMPLES_MIN = 10
const APART_MS = 20

export const slow: ReachRule = (facts) => tried(facts).flatMap((one) => {
  const open = facts.holds(RULE, base(facts, NaN, one.address).subject)
  const times = connectTimes(one.series)
  const usual = quantileSorted(times.toSorted((a, b) => a - b), 0.5)
  const resent = times.filter((ms) => RESENT_MS.some((step) => ms >= step && ms <= step + Math.max(SPREAD_MS, 2 * Math.min(usual, 1000)))).length
  if (isLossy({ lost: resent, judged: times.length }, open)) return [resends(facts, one, { resent, times, usual })]
  const ping = latestPing(facts.session, one.address)
  const least = ping && ping.view.counts.answered >= SAMPLES_MIN ? quantileSorted(connectTimes(ping.view).toSorted((a, b) => a - b), 0.5) : NaN
  const apart = usual - least
  return times.length >= SAMPLES_MIN && apart > Math.max(APART_MS, least) * (open ? 0.7 : 1) ? [slower(facts, one, { usual, pingMs: least, n: times.length })] : NOTHING
})

/** Round trips of the newest answers, ms. */
function connectTimes({ series }: PingView): number[] {
  const times: number[] = []
  for (let i = Math.max(0, series.length - RECENT); i < series.length; i++) {
    const at = series.slot(i)
    const ms = series.rttMs[at] ?? NaN
    if ((series.state[at] === PROBE.replied || series.state[at] === PROBE.late) && Number.isFinite(ms)) times.push(ms)
  }
  return times
}

function resends(facts: ReachFacts, one: Tried, { resent, times, usual }: { resent: number; times: readonly number[]; usual: number }): ReturnType<ReachRule>[number] {
  const judged = times.length
  const severity = lossSeverity({ lost: resent, judged })
  return {
    rule: RULE, severity: judged < FEW_SAMPLES ? stepDown(severity) : severity, confidence: judged < FEW_SAMPLES ? 'low' : 'high', ...base(facts, NaN, one.address), about: one.address,
    title: `${percent(resent, judged)} of the connections to ${hostAt(facts, one.address)} open only after the SYN was sent again.`,
    meaning: 'The kernel sends a SYN again after 1 s, then 3 s: connect times in such steps mean that the first packet or its answer was lost. The program only sees a slow connection.',
    evidence: [{ label: 'Sent again', value: percent(resent, judged), detail: `${resent} of ${plural(judged, 'connection')}`, definition: 'Connections that took about 1, 3 or 7 s.' }, { label: 'Usual', value: formatMs(usual), definition: 'Median time to connect.' }],
    otherwise: ['The queue of connections of the program is full, so the host drops the SYN.', 'A firewall drops the first packet of some connections.'],
    next: runNext(facts, 'See whether ping to the same address loses packets too; if not, look at the listener’s queue on the host.', [PING_RUN, ICMP_PATH]),
  }
}

function slower(facts: ReachFacts, one: Tried, { usual, pingMs, n }: { usual: number; pingMs: number; n: number }): ReturnType<ReachRule>[number] {
  return {
    rule: RULE, severity: 'info', confidence: 'medium', ...base(facts, NaN, one.address), about: one.address,
    title: `Connections to ${hostAt(facts, one.address)} take ${formatMs(usual - pingMs)} longer than ping.`,
    meaning: 'Both are one round trip. The difference is spent by whoever accepts the connection: a busy host, or a proxy or firewall that opens connections in its place.',
    evidence: [{ label: 'Connect', value: formatMs(usual), detail: plural(n, 'connection'), definition: 'Median of the newest connections.' }, { label: 'Ping', value: formatMs(pingMs), definition: 'Median of the newest replies from the same address.' }],
    otherwise: ['Ping is answered by something nearer than the host.', 'TCP and ICMP take different paths.'],
    next: runNext(facts, 'Compare the path over TCP.', [{ label: `Run TCP path :${one.port}`, tool: 'traceroute', options: { protocol: 'tcp', port: one.port, queries: 5 } }, ICMP_PATH]),
  }
}

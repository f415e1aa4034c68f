/** What the sessions list shows of a folded session: its worst finding and its sparkline. */
import { worstFinding } from '#lib/diagnose/order.ts'
import type { SessionSummary } from '#lib/protocol/api.ts'
import { isDns, isNslookup, isPath, isPing, isReach } from '#lib/session/runs.ts'
import type { RunView, SessionView } from '#lib/session/view.ts'
import { hopAsPing } from '#lib/timeline/hop-chart.ts'
import { PROBE, type Bucket, type PingView } from '#lib/tools/ping/view.ts'
import type { Digest } from './worker/messages.ts'

const SPARK_BUCKETS = 60
/** A run of at most this many probes is read probe by probe, a longer one from its rollups. */
const PROBES_READ = 4096

/** Worst finding that ever held (of equals: one that still holds, then the newest), and the sparkline. */
export function digestOf(view: SessionView): Digest {
  const latency = latencyOf(view)
  return { worst: worstOf(view), spark: latency.length > 0 ? sparkOf(latency) : bucketed(view.runs.flatMap(answersOf)) }
}

/** The ping runs; where nobody pinged, the target's hop of the path runs; where nobody looked at the path either, the TCP pings of the reach runs. */
function latencyOf(view: SessionView): PingView[] {
  const pings = view.runs.filter(isPing).map((run) => run.view)
  if (pings.length > 0) return pings
  const paths = view.runs.filter(isPath).flatMap((run) => hopAsPing(run.view) ?? [])
  return paths.length > 0 ? paths : view.runs.filter(isReach).flatMap((run) => run.view.addresses.map(({ series }) => series))
}

/** Answers of name servers with the time each took, where it is told; questions without an answer stand where their server was last asked. */
function answersOf(run: RunView): Sample[] {
  if (isNslookup(run)) {
    const { replies, attempts } = run.view
    return [...replies.map(({ atMs, reply }) => answer(atMs, reply.queryMs)), ...attempts.map(({ atMs }) => ({ atMs, medianMs: NaN, answered: 0, lost: 1 }))]
  }
  if (!isDns(run)) return []
  const { servers, os } = run.view
  const asked = servers.flatMap(({ times, cells }) => [
    ...times.map(({ atMs, ms }) => answer(atMs, ms)),
    ...[...cells.values()].filter(({ noReply }) => noReply > 0).map(({ atMs, noReply }) => ({ atMs, medianMs: NaN, answered: 0, lost: noReply })),
  ])
  return os === null ? asked : [...asked, answer(os.atMs, os.ms)]
}

const answer = (atMs: number, ms: number | null): Sample => ({ atMs, medianMs: ms ?? NaN, answered: ms === null ? 0 : 1, lost: 0 })

function worstOf(view: SessionView): Digest['worst'] {
  const worst = worstFinding(view.findings)
  return worst ? { severity: worst.severity, title: worst.title } : null
}

/** A moment of a run: how many replies with which median, how many lost. */
interface Sample { atMs: number; medianMs: number; answered: number; lost: number }

/**
 * Up to 60 equal stretches from the first to the last probe of all ping runs: the median round trip of the replies within the
 * timeout (from rollups: the median of the buckets' medians, each weighing as many as it has replies), and the probes lost,
 * those answered by an ICMP error included.
 */
export function sparkOf(runs: readonly PingView[]): SessionSummary['spark'] {
  return bucketed(runs.flatMap((run) => (run.series.length <= PROBES_READ && run.counts.sent <= run.series.length + 1 ? fromProbes(run) : fromRollups(run))))
}

function bucketed(samples: readonly Sample[]): SessionSummary['spark'] {
  if (samples.length === 0) return { medianMs: [], lost: [] }
  let fromMs = Infinity
  let toMs = -Infinity
  for (const { atMs } of samples) {
    fromMs = Math.min(fromMs, atMs)
    toMs = Math.max(toMs, atMs)
  }
  const count = Math.min(SPARK_BUCKETS, samples.length)
  const widthMs = (toMs - fromMs) / count || 1
  const stretches = Array.from({ length: count }, (): Sample[] => [])
  for (const sample of samples) stretches[Math.min(count - 1, Math.floor((sample.atMs - fromMs) / widthMs))]?.push(sample)
  return { medianMs: stretches.map(weightedMedian), lost: stretches.map((list) => list.reduce((sum, sample) => sum + sample.lost, 0)) }
}

function fromProbes({ series }: PingView): Sample[] {
  const samples: Sample[] = []
  for (let i = 0; i < series.length; i++) {
    const slot = series.slot(i)
    const atMs = series.sentAtMs[slot] ?? NaN
    const state = series.state[slot] ?? PROBE.none
    const answered = state === PROBE.replied && !Number.isNaN(series.rttMs[slot])
    const lost = state === PROBE.lost || state === PROBE.error
    if (Number.isNaN(atMs) || (!answered && !lost)) continue
    samples.push({ atMs, medianMs: answered ? (series.rttMs[slot] ?? NaN) : NaN, answered: answered ? 1 : 0, lost: lost ? 1 : 0 })
  }
  return samples
}

/** The finest rollup that still reaches back to the first probe, else the coarsest. */
function fromRollups(run: PingView): Sample[] {
  const whole = run.rollups.find((level) => (level.buckets[0]?.startMs ?? Infinity) <= run.firstSentMs)
  return (whole ?? run.rollups.at(-1))?.buckets.map(sampleOf) ?? []
}

const sampleOf = (bucket: Bucket): Sample => ({ atMs: bucket.startMs, medianMs: bucket.p50Ms, answered: bucket.answered, lost: bucket.lost })

/** The value at which half of the replies are reached; null without replies. Of an even number, the mean of the middle two. */
function weightedMedian(samples: readonly Sample[]): number | null {
  const sorted = samples.filter((sample) => sample.answered > 0 && !Number.isNaN(sample.medianMs)).toSorted((a, b) => a.medianMs - b.medianMs)
  const total = sorted.reduce((sum, sample) => sum + sample.answered, 0)
  let reached = 0
  for (const [i, sample] of sorted.entries()) {
    reached += sample.answered
    if (reached * 2 < total) continue
    const next = sorted[i + 1]
    const exactHalf = reached * 2 === total && next !== undefined
    return Math.round((exactHalf ? (sample.medianMs + next.medianMs) / 2 : sample.medianMs) * 1000) / 1000
  }
  return null
}

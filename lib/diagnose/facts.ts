/** Gathers what the rules read, once per evaluation. */
import type { PathRun, PingRun } from '#lib/session/runs.ts'
import type { SessionView } from '#lib/session/view.ts'
import type { Bucket, PingView } from '#lib/tools/ping/view.ts'
import { hopVerdicts, type HopLoss } from '#lib/tools/path/verdicts.ts'
import type { HopView, PathView } from '#lib/tools/path/view.ts'
import type { JudgedHop, PathFacts, PingFacts, RecentProbes, RunFacts } from './rule.ts'

/** Netdata judges loss over ten minutes; so do we (design knowledge, P-LOSS). */
const RECENT_MS = 600_000

export function runFacts(view: SessionView): RunFacts {
  const open = new Set(view.findings.filter((finding) => finding.untilMs === null).map((finding) => `${finding.rule}/${finding.subject}`))
  return { nowMs: view.atMs, session: view, holds: (rule, subject) => open.has(`${rule}/${subject}`) }
}

export function pingFacts(facts: RunFacts, run: PingRun): PingFacts {
  const from = run.startedAtMs ?? run.queuedAtMs
  return {
    ...facts, run, ping: run.view,
    recent: recentProbes(run.view, facts.nowMs),
    clockSteps: facts.session.clockSteps.filter((step) => step.atMs >= from && step.atMs <= (run.endedAtMs ?? Infinity)),
  }
}

export function pathFacts(facts: RunFacts, run: PathRun): PathFacts {
  const path: PathView = run.view
  const refMs = run.endedAtMs ?? facts.nowMs
  const countsFromMs = Math.max(path.epochs.at(-1)?.sinceMs ?? -Infinity, path.stage?.sinceMs ?? -Infinity)
  const isYoung = countsFromMs >= refMs - RECENT_MS
  const fromMs = isYoung ? countsFromMs : refMs - RECENT_MS
  const losses = path.hops.map((hop) => hopLoss(hop, isYoung ? null : fromMs))
  const verdicts = hopVerdicts(losses, path.targetTtl)
  const hops = path.hops.flatMap((hop, i): JudgedHop[] => {
    const loss = losses[i]
    const verdict = verdicts[i]
    return loss && verdict ? [{ ...loss, ...verdict, hop }] : []
  })
  return { ...facts, run, path, refMs, fromMs, hops, target: hops.find((hop) => hop.ttl === path.targetTtl) ?? null }
}

/** What a hop answered: by its own counts, or, for a longer epoch, by the buckets since then. */
function hopLoss({ ttl, counts, rollups }: HopView, sinceMs: number | null): HopLoss & { late: number } {
  if (sinceMs === null) return { ttl, judged: counts.judged, lost: counts.lost, answered: counts.answered, late: counts.late }
  const sum = { ttl, judged: 0, lost: 0, answered: 0, late: 0 }
  for (const { answered, lost, late } of rollups[0]?.since(sinceMs) ?? []) {
    sum.judged += answered + lost + late
    sum.lost += lost
    sum.answered += answered
    sum.late += late
  }
  return sum
}

/** Sums the 10 s buckets of the last ten minutes. */
export function recentProbes(ping: PingView, nowMs: number): RecentProbes {
  const fromMs = nowMs - RECENT_MS
  const sum = { judged: 0, answered: 0, lost: 0, late: 0, jitterSum: 0, jitterCount: 0, first: Infinity }
  for (const bucket of ping.rollups[0]?.since(fromMs) ?? []) addBucket(sum, bucket)
  return {
    fromMs: Math.min(sum.first, nowMs), judged: sum.judged, answered: sum.answered, lost: sum.lost, late: sum.late,
    jitterMs: sum.jitterCount > 0 ? sum.jitterSum / sum.jitterCount : NaN, jitterCount: sum.jitterCount,
  }
}

function addBucket(sum: { judged: number; answered: number; lost: number; late: number; jitterSum: number; jitterCount: number; first: number }, bucket: Bucket): void {
  sum.judged += bucket.answered + bucket.lost + bucket.late
  sum.answered += bucket.answered
  sum.lost += bucket.lost
  sum.late += bucket.late
  sum.jitterSum += bucket.jitterSumMs
  sum.jitterCount += bucket.jitterCount
  sum.first = Math.min(sum.first, bucket.startMs)
}

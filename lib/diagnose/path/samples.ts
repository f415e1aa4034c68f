/** The newest round trips of a hop, read off its series: a bounded look, whatever the length of the run. */
import { PROBE } from '#lib/tools/ping/view.ts'
import type { HopView, PathView } from '#lib/tools/path/view.ts'

export interface Sample { atMs: number; rttMs: number }

/** Of the last `probes` probes at the hop: those answered in time by `from` (by anybody: null), sent at `sinceMs` or later, oldest first. */
export function recentSamples(hop: HopView, { probes, from, sinceMs }: { probes: number; from: string | null; sinceMs: number }): Sample[] {
  const { series, responders } = hop
  const meant = from === null ? null : responders.find((responder) => responder.address === from)?.index ?? -1
  const samples: Sample[] = []
  for (let i = Math.max(0, series.length - probes); i < series.length; i++) {
    const slot = series.slot(i)
    const atMs = series.atMs(i)
    const rttMs = series.rttMs[slot] ?? NaN
    if (series.state[slot] !== PROBE.replied || Number.isNaN(rttMs) || !(atMs >= sinceMs)) continue
    if (meant === null || series.responder[slot] === meant) samples.push({ atMs, rttMs })
  }
  return samples
}

/** Round trips of the target itself, at whichever hops it was in the last epochs: a longer path moves it to another TTL. */
export function targetSamples(path: PathView, probes: number): Sample[] {
  const ttls = new Set([path.targetTtl, ...path.epochs.slice(-2).map((epoch) => epoch.targetTtl)])
  return path.hops.filter((hop) => ttls.has(hop.ttl))
    .flatMap((hop) => recentSamples(hop, { probes, from: path.address, sinceMs: -Infinity }))
    .toSorted((a, b) => a.atMs - b.atMs).slice(-probes)
}

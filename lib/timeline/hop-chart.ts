/** The target's hop of a path run in the shape of a ping run, so that the latency chart can be drawn where nobody pinged. */
import type { HopView, PathView } from '#lib/tools/path/view.ts'
import type { PingView } from '#lib/tools/ping/view.ts'

/** Path tools do not tell the reply's TTL: every slot reads as none. */
const NO_TTL = new Uint8Array(0)
/** Between two probes of a tool that sends once: only the width of a mark depends on it. */
const ONCE_MS = 1000

/** The hop that the target itself answered at; null until it did. */
export const targetHop = (path: PathView): HopView | null => path.hops.find((hop) => hop.ttl === path.targetTtl) ?? null

/** A view over the target's hop, made anew at each call and never older than `path`. Null until the target answered. */
export function hopAsPing(path: PathView): PingView | null {
  const hop = targetHop(path)
  if (hop === null) return null
  const { counts, rtt, jitter, series } = hop
  return {
    address: path.address, intervalMs: path.intervalMs ?? ONCE_MS, timeoutMs: path.timeoutMs,
    counts: { ...counts, errors: 0, duplicates: 0, reordered: 0, corrupt: 0, truncated: 0, otherSource: 0, localErrors: 0, refused: 0, clockSteps: 0 },
    series: { first: series.first, length: series.length, slot: (i) => series.slot(i), sentAtMs: series.sentAtMs, rttMs: series.rttMs, state: series.state, ttl: NO_TTL },
    rollups: hop.rollups, rtt, jitter: { meanAbsMs: jitter.meanAbsMs, rfc3550Ms: jitter.rfc3550Ms, n: jitter.n },
    ttls: [], bursts: [], icmpErrors: [], localErrors: [], otherSources: [], shifts: [], achievedPerS: Number.NaN,
    firstSentMs: path.firstSentMs, lastSentMs: path.lastSentMs, fatal: path.fatal, summary: null, revision: path.revision,
  }
}

'use client'
/** The lower half of the Path view: the path as one live hop table that never calls a rate limit a loss. */
import { formatFixed, formatLoss } from '#lib/format/number.ts'
import { usePaced } from '../latency/use-paced.ts'
import { PaneHead } from '../ui/pane-head.tsx'
import type { PathPaneProps } from './source.ts'

export function PathPane({ source, store }: PathPaneProps) {
  usePaced({ source, store, everyMs: 250 })
  const hops = source.view()?.hops ?? []
  return (
    <section aria-label="Path" className="flex min-h-0 min-w-0 flex-1 flex-col">
      <PaneHead title="Path" wide />
      <table className="w-full table-fixed text-cell">
        <thead><tr><th scope="col">hop</th><th scope="col">host</th><th scope="col">loss</th><th scope="col">avg</th></tr></thead>
        <tbody>
          {hops.map((hop) => (
            <tr key={hop.ttl}><td>{hop.ttl}</td><td className="machine">{hop.responders[0]?.address ?? 'no reply'}</td><td>{formatLoss(hop.counts.lost, hop.counts.judged)}</td><td>{formatFixed(hop.rtt.meanMs, 1)}</td></tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

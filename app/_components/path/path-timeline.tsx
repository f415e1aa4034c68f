'use client'
/** The path over the window in one thin strip: a segment for every stretch without a route change, a mark at each change. */
import { useState } from 'react'
import { cx } from '../../_lib/cx.ts'
import type { RouteChange } from './pane-state.ts'
import type { Span } from './path-rows.ts'

export function PathTimeline({ changes, window: { fromMs, toMs }, nowMs }: { changes: readonly RouteChange[]; window: Span; nowMs: number }) {
  const [open, setOpen] = useState<number | null>(null)
  const inside = changes.filter(({ atMs }) => atMs > fromMs && atMs < toMs)
  const endMs = Math.min(toMs, Math.max(nowMs, fromMs))
  const edges = [fromMs, ...inside.map((change) => change.atMs), endMs]
  const share = (ms: number): number => (100 * (ms - fromMs)) / Math.max(1, toMs - fromMs)
  const shown = inside.find((change) => change.atMs === open)
  return (
    <span className="absolute inset-x-0 bottom-0 block h-1 pr-3.5 pl-2">
      <svg width="100%" height="4" role="group" aria-label={inside.length === 0 ? 'No route change in this window' : `${inside.length} route ${inside.length === 1 ? 'change' : 'changes'} in this window`} className="block overflow-visible">
        {edges.slice(1).map((edge, i) => {
          const from = edges[i] ?? fromMs
          return <rect key={from} x={`${share(from).toFixed(2)}%`} width={`${Math.max(0, share(edge) - share(from)).toFixed(2)}%`} y="1" height="2" className={i === edges.length - 2 ? 'fill-line-3' : 'fill-line-2'} />
        })}
        {inside.map((change) => (
          <svg key={change.atMs} x={`${share(change.atMs).toFixed(2)}%`} overflow="visible">
            <g
              role="img" tabIndex={0} aria-label={change.text} className="outline-offset-1"
              onFocus={() => setOpen(change.atMs)} onBlur={() => setOpen(null)} onPointerEnter={() => setOpen(change.atMs)} onPointerLeave={() => setOpen(null)}
            >
              <rect x="-12" y="-18" width="24" height="26" className="fill-transparent" />
              <path d="M0 -2 4 2 0 6 -4 2z" className="fill-warn" />
            </g>
          </svg>
        ))}
      </svg>
      <span role="tooltip" className={cx('pointer-events-none absolute top-full right-3.5 z-20 mt-1.5 w-max max-w-72 whitespace-normal rounded-ctl bg-raised px-2 py-1 text-left text-data text-text-2 shadow-float', !shown && 'hidden')}>{shown?.text}</span>
    </span>
  )
}

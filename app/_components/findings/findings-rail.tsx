'use client'
/** The findings rail: verdicts first, then what was checked and is fine. A new one never pushes what is under the pointer. */
import { useId, useState } from 'react'
import type { FindingRecord, FineCheck } from '#lib/diagnose/finding.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import { orderFindings } from '#lib/diagnose/order.ts'
import { cx } from '../../_lib/cx.ts'
import { Button } from '../ui/button.tsx'
import { PaneHead } from '../ui/pane-head.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { FindingItem, type NextAction } from './finding-item.tsx'
import { holdOrder } from './order.ts'

interface Props {
  findings: readonly FindingRecord[]
  fine: readonly FineCheck[]
  /** Set when the session has runs beside those of this view: then the rail can show the findings of these only. */
  viewRunIds: readonly RunId[] | null
  /** Whether anything was measured yet: an empty rail means different things. */
  measured: boolean
  /** The log is still being read: say nothing yet. */
  opening: boolean
  live: boolean
  /** Replaying: findings that the playhead has not reached, and when the next one comes. */
  later: { count: number; next: string } | null
  selectedId: string | null
  canRun: boolean
  onSelect: (finding: FindingRecord) => void
  onAct: (action: NextAction) => void
  className?: string
}

export function FindingsRail({ findings, fine, viewRunIds, measured, opening, live, later, selectedId, canRun, onSelect, onAct, className }: Props) {
  const [scope, setScope] = useState<'view' | 'all'>('all')
  const [heldIds, setHeldIds] = useState<readonly string[] | null>(null)
  const scoped = viewRunIds !== null && scope === 'view' ? findings.filter((finding) => viewRunIds.includes(finding.span.runId)) : findings
  const ordered = orderFindings(scoped)
  const { shown, waiting } = heldIds === null ? { shown: ordered, waiting: 0 } : holdOrder(ordered, heldIds)
  const titles = new Map(findings.map((finding) => [finding.id, finding.title]))
  const headId = useId()
  return (
    <aside
      id="findings" tabIndex={-1} aria-labelledby={headId} className={cx('min-h-0 flex-col overflow-y-auto bg-surface-1 outline-none', className)}
      onPointerEnter={(event) => { if (event.pointerType === 'mouse') setHeldIds(ordered.map((finding) => finding.id)) }} onPointerLeave={() => setHeldIds(null)}
    >
      <PaneHead title={<span id={headId}>Findings</span>} {...(!opening && { count: scoped.length })}>
        {viewRunIds !== null && <Segmented label="Whose findings" value={scope} onChange={setScope} segments={[{ value: 'view', label: 'This view' }, { value: 'all', label: `All ${findings.length}` }]} />}
      </PaneHead>
      {waiting > 0 && <div className="sticky top-0 z-10 border-b border-line bg-accent-soft px-3.5 py-1.5"><Button size="sm" look="ghost" onClick={() => setHeldIds(null)}>{waiting} new</Button></div>}
      <ol>
        {shown.map((finding) => <FindingItem key={finding.id} finding={finding} cause={finding.explainedBy === undefined ? null : titles.get(finding.explainedBy) ?? null} selected={finding.id === selectedId} live={live} canRun={canRun} onSelect={() => onSelect(finding)} onAct={onAct} />)}
        {later && (
          <li className="grid grid-cols-[12px_minmax(0,1fr)] gap-x-2.5 border-b border-line px-3.5 py-[11px] text-text-2">
            <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" className="mt-[3px] text-text-3"><circle cx="6" cy="6" r="4.9" fill="none" stroke="currentColor" strokeWidth="1.2" strokeDasharray="2 1.6" /></svg>
            <div>{later.count} more {later.count === 1 ? 'finding' : 'findings'} later in this session<p className="text-data text-text-3">Next at {later.next}</p></div>
          </li>
        )}
      </ol>
      {ordered.length === 0 && !later && !opening && <p className="border-b border-line px-3.5 py-3 text-cell text-text-3 text-pretty">{measured ? <>Nothing wrong found so far.{fine.length > 0 && <span className="max-md:hidden"> What was checked is listed below.</span>}</> : 'No verdict before the first answers.'}</p>}
      {fine.length > 0 && <Fine fine={fine} />}
    </aside>
  )
}

function Fine({ fine }: { fine: readonly FineCheck[] }) {
  return (
    <div className="max-md:hidden">
      <PaneHead title="Checked and fine" count={fine.length} />
      <ul className="px-3.5 pb-2 pt-1">
        {fine.map((check) => (
          <li key={`${check.rule}${check.subject}`} className="grid min-h-[23px] grid-cols-[12px_minmax(0,1fr)_auto] items-center gap-2.5 text-cell text-text-2">
            <SeverityMark severity="ok" /><span className="min-w-0 truncate" title={check.title}>{check.title}</span><span className="machine !text-small text-text-3">{check.value}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

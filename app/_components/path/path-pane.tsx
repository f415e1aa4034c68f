'use client'
/** The lower half of the Path view: the path as one live hop table that never calls a rate limit a loss. */
import { useState } from 'react'
import type { WindowStore } from '#lib/timeline/window-store.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import { useOverflow } from '../../_hooks/use-overflow.ts'
import { cx } from '../../_lib/cx.ts'
import { usePaced } from '../latency/use-paced.ts'
import { PATH_COLUMNS } from './columns.ts'
import { compared } from './compare-rows.ts'
import { CompareTable } from './compare-table.tsx'
import { HopTable } from './hop-table.tsx'
import { nocText } from './noc-text.ts'
import { PaneBar, type TableForm } from './pane-bar.tsx'
import { paneState, probing, progressOf, statisticsOf, traceWords } from './pane-state.ts'
import { pathRows } from './path-rows.ts'
import { PathpingTable } from './pathping-table.tsx'
import type { PathPaneProps } from './source.ts'
import { StageProgress } from './stage-progress.tsx'
import { StateNote } from './state-note.tsx'
import { stripsOf } from './strips.ts'
import { useColumns } from './use-columns.ts'

const FOUR_A_SECOND = 250
/** A long window costs more to count and moves less. */
const LONG_MS = 1_800_000
const ONCE_A_SECOND = 1000

export function PathPane(props: PathPaneProps) {
  const { source, store, clock, tool, vantage, target, stale = false, notice = null, selectedTtls, onSelectHop, protocols } = props
  const window = store.get()
  usePaced({ source, store, everyMs: window.toMs - window.fromMs > LONG_MS ? ONCE_A_SECOND : FOUR_A_SECOND })
  const [wanted, setForm] = useState<TableForm>('hops')
  const [ids, choose] = useColumns()
  const [box, wide] = useOverflow<HTMLDivElement>()
  const view = source.view()
  const classic = tool === 'pathping'
  const form = wanted === 'pathping' && !classic ? 'hops' : wanted
  const columns = PATH_COLUMNS.filter((column) => ids.includes(column.id))
  const rows = view && view.hops.length > 0 ? pathRows(view, window, target) : null
  const nowMs = source.nowMs()
  const state = paneState({ view, rows, given: notice, clock })
  const progress = view && progressOf(view, nowMs)
  const tracing = view && !state && traceWords(view)
  const caption = view ? `${probing(view, tool)}. ${form === 'compare' ? 'Figures are of each whole run, from its last route change on.' : form === 'pathping' ? 'Figures are of all statistics so far.' : statisticsOf(rows?.cut ?? null, clock)}` : ''
  return (
    <section aria-label="Path" className="flex min-h-0 min-w-0 flex-1 flex-col">
      <PaneBar
        {...{ caption, protocols, form, classic, ids }} onForm={setForm} onChoose={choose}
        copy={view && rows ? () => nocText({ view, rows, columns, tool, vantage, target, clock, nowMs }) : null}
      />
      {progress && <StageProgress progress={progress} stale={stale} />}
      <div ref={box} {...(wide && { tabIndex: 0, role: 'region', 'aria-label': 'Path, scrollable' })} className={cx('min-h-0 flex-1 overflow-auto focus-visible:-outline-offset-2 max-md:overflow-x-auto max-md:overflow-y-visible', stale && 'opacity-[.72]')}>
        {form === 'compare' && <CompareTable compared={compared(protocols.runs, target)} clock={clock} />}
        {form === 'pathping' && view && <PathpingTable {...{ view, vantage, target, progress }} />}
        {form === 'hops' && view && rows && (
          <HopTable
            {...{ view, rows, columns, store, clock, nowMs, selectedTtls, onSelectHop }} label={`Hops from ${vantage} to ${view.address}`}
            strips={stripsOf({ view, rows, window, kind: window.scale, clock })}
          />
        )}
        {state && form !== 'compare' && <StateNote state={state} onShowRun={() => showRun(view, store)} />}
        {tracing && form === 'hops' && <p className="px-4 py-2 text-data text-text-3">{tracing}</p>}
      </div>
    </section>
  )
}

/** Margin around a run that was shorter than a window. */
const AROUND_MS = 5000

function showRun(view: PathView | null, store: WindowStore): void {
  if (view && Number.isFinite(view.firstSentMs)) store.setWindow(view.firstSentMs - AROUND_MS, view.lastSentMs + view.timeoutMs + AROUND_MS)
}

'use client'
/** The Terminal view of a session: runs on the left, what the chosen one printed beside them. */
import { useCallback } from 'react'
import { paneOfFinding } from '#lib/session/panes.ts'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import type { RunView } from '#lib/session/view.ts'
import { useSessionState, useSessionStore } from '../../_hooks/session-context.tsx'
import { useSessionUi } from '../session/session-ui.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { PaneHead } from '../ui/pane-head.tsx'
import { RunList } from './run-list.tsx'
import { TranscriptPane } from './transcript-pane.tsx'
import type { LoadPage } from './use-transcript.ts'

export function TerminalView() {
  const { view } = useSessionState()
  const { run, setRun, selectFinding, setView, line } = useSessionUi()
  const onFinding = useCallback((finding: FindingRecord) => { selectFinding(finding); setView(paneOfFinding(view, finding) ?? 'path') }, [selectFinding, setView, view])
  return (
    <div className="flex h-full min-h-0 min-w-0 max-md:flex-col">
      <aside aria-label="Runs" className="w-rail flex-none overflow-y-auto border-r border-line bg-surface-1 max-xl:w-[264px] max-md:w-full max-md:border-r-0 max-md:border-b">
        <PaneHead title="Runs" count={view.runs.length} />
        <RunList runs={view.runs} runId={run?.runId ?? null} onRun={setRun} />
        <p className="px-3.5 py-3 text-data leading-[17px] text-text-3 max-md:hidden">This is a transcript, not a shell. Runs start from the command bar with fixed arguments, so every line here can be traced to a run.</p>
      </aside>
      {run ? <Connected key={run.runId} run={run} openAt={line?.runId === run.runId ? line.line : null} onFinding={onFinding} /> : <p className="flex-1 p-4 text-text-3">This session has no run.</p>}
    </div>
  )
}

/** Lines arrive about as often as the state is published: four times a second at most, and once a second is enough here. */
const REFRESH_MS = 1000

function Connected({ run, openAt, onFinding }: { run: RunView; openAt: number | null; onFinding: (finding: FindingRecord) => void }) {
  const session = useSessionStore()
  const { view, replay } = useSessionState()
  const { clock } = useZone()
  const { runId } = run
  const loadPage = useCallback<LoadPage>(async (fromLine, count) => {
    const page = await session.readTranscript({ runId, fromLine, count })
    if (!page.ok) throw new Error(page.error.message)
    return page.value
  }, [session, runId])
  const mine = view.findings.filter((finding) => finding.span.runId === runId)
  return (
    <TranscriptPane
      {...{ run, loadPage, clock, onFinding, openAt }} findings={mine} untilMs={replay?.shownMs ?? null} refreshKey={replay ? 0 : Math.floor(view.atMs / REFRESH_MS)}
      {...(view.sessionId !== null && { downloadHref: `/api/v1/sessions/${view.sessionId}/runs/${runId}/transcript.txt` })}
    />
  )
}

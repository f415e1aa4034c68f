'use client'
/** Above the charts: which run is shown when there are several, and how it ended when that needs words. */
import type { Severity } from '#lib/protocol/api.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { RunView, SessionView } from '#lib/session/view.ts'
import { SHOWN_TOOLS } from '#lib/tools/shown.ts'
import type { Clock } from '#lib/format/time.ts'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { Notice } from '../ui/notice.tsx'
import { useSessionUi } from './session-ui.tsx'

export function RunStrip() {
  const { view } = useSessionState()
  const { run } = useSessionUi()
  if (!run) return null
  return (
    <>
      {view.runs.length > 1 && <RunChooser view={view} chosen={run} />}
      <RunNotice run={run} />
    </>
  )
}

function RunChooser({ view, chosen }: { view: SessionView; chosen: RunView }) {
  const { clock } = useZone()
  const { setRun } = useSessionUi()
  return (
    <div className="flex h-[34px] flex-none items-center gap-2 border-b border-line px-4 text-cell max-md:px-3">
      <label htmlFor="run" className="text-text-3">Run</label>
      <select id="run" value={chosen.runId} onChange={(event) => setRun(event.target.value as RunId)} className="h-6 min-w-0 max-w-full rounded-ctl bg-surface-2 px-1.5 text-cell text-text-1 edge-line-3 pointer-coarse:h-8">
        {view.runs.map((run, i) => <option key={run.runId} value={run.runId}>{runWords(run, i, clock)}</option>)}
      </select>
      <span className="text-text-3">of {view.runs.length}</span>
    </div>
  )
}

/** `2: Ping 198.51.100.24, 14:02:10 to 14:38:02, stopped`. */
export function runWords(run: RunView, index: number, clock: Clock): string {
  const from = clock.hms(run.startedAtMs ?? run.queuedAtMs)
  return `${index + 1}: ${SHOWN_TOOLS[run.tool].label} ${run.target.address}, ${from}${run.endedAtMs === null ? '' : ` to ${clock.hms(run.endedAtMs)}`}, ${run.state}`
}

/** How a run that did measure something ended, where that needs words; the Path view itself speaks for runs without an answer. */
const ENDINGS: Partial<Record<RunView['state'], { severity: Severity; title: (run: RunView) => string }>> = {
  'failed': { severity: 'crit', title: (run) => `${SHOWN_TOOLS[run.tool].label} failed after it had begun.` },
  'timed-out': { severity: 'info', title: () => 'The run reached its time limit.' },
  'interrupted': { severity: 'warn', title: () => 'The run was interrupted.' },
}

function RunNotice({ run }: { run: RunView }) {
  const ending = ENDINGS[run.state]
  const { answered, late } = run.view.counts
  if (!ending || answered + late === 0) return null
  return (
    <Notice severity={ending.severity} title={ending.title(run)} className="flex-none border-b border-line px-4 py-2.5 max-md:px-3">
      {run.outcome && <p>{run.outcome.message}</p>}
    </Notice>
  )
}

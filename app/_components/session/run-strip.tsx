'use client'
/** Above the charts: which run is shown where a person must tell several apart, and how one ended when that needs words. */
import type { Severity } from '#lib/protocol/api.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import { runsIn, shownIn } from '#lib/session/panes.ts'
import { placeOf, runName, runTitle } from '#lib/session/run-names.ts'
import { hasAnswers } from '#lib/session/runs.ts'
import type { RunView, SessionView } from '#lib/session/view.ts'
import { SHOWN_TOOLS } from '#lib/tools/shown.ts'
import type { Clock } from '#lib/format/time.ts'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { Notice } from '../ui/notice.tsx'
import { useSessionUi } from './session-ui.tsx'

export function RunStrip() {
  const { view } = useSessionState()
  const { run, shown, pane } = useSessionUi()
  if (!run) return null
  const own = runsIn(view, pane)
  // The Path MTU is done when it is done: how its run ended matters only where it was chosen.
  const seen = new Set(shownIn(shown, pane).filter((one) => one === run || one.tool !== 'pmtu'))
  return (
    <>
      {needsChoice({ runs: own }) && <RunChooser view={view} runs={own} chosen={run} />}
      <Endings runs={own.filter((one) => seen.has(one))} />
    </>
  )
}

/** Runs of different names explain themselves; of two alike a person must be able to say which. */
export function needsChoice(view: Pick<SessionView, 'runs'>): boolean {
  const names = view.runs.map((run) => `${runName(run)} ${placeOf(run)}`)
  const paths = view.runs.filter((run) => run.tool === 'mtr' || run.tool === 'traceroute' || run.tool === 'pathping')
  return new Set(names).size < names.length || paths.length > 1 || new Set(view.runs.map(placeOf)).size > 1
}

/** `runs`: those that this view is about; each keeps the number it has in the session. */
function RunChooser({ view, runs, chosen }: { view: SessionView; runs: readonly RunView[]; chosen: RunView }) {
  const { clock } = useZone()
  const { setRun } = useSessionUi()
  return (
    <div className="flex h-[34px] flex-none items-center gap-2 border-b border-line px-4 text-cell max-md:px-3">
      <label htmlFor="run" className="text-text-3">Run</label>
      <select id="run" value={chosen.runId} onChange={(event) => setRun(event.target.value as RunId)} className="h-6 min-w-0 max-w-full rounded-ctl bg-surface-2 px-1.5 text-cell text-text-1 edge-line-3 pointer-coarse:h-8">
        {runs.map((run) => <option key={run.runId} value={run.runId}>{runWords(run, view.runs.indexOf(run), clock)}</option>)}
      </select>
      <span className="text-text-3">of {runs.length}</span>
    </div>
  )
}

/** `2: mtr TCP :443 198.51.100.24, 14:02:10 to 14:38:02, stopped`. */
export function runWords(run: RunView, index: number, clock: Clock): string {
  const from = clock.hms(run.startedAtMs ?? run.queuedAtMs)
  return `${index + 1}: ${runTitle(run)} ${placeOf(run)}, ${from}${run.endedAtMs === null ? '' : ` to ${clock.hms(run.endedAtMs)}`}, ${run.state}`
}

/** How runs that did measure something ended, where that needs words; the Path view itself speaks for runs without an answer. */
const ENDINGS: Partial<Record<RunView['state'], { severity: Severity; words: (one: boolean) => string }>> = {
  'failed': { severity: 'crit', words: (one) => `failed after ${one ? 'it' : 'they'} had begun.` },
  'timed-out': { severity: 'info', words: (one) => `reached ${one ? 'its' : 'their'} time limit.` },
  'interrupted': { severity: 'warn', words: (one) => `${one ? 'was' : 'were'} interrupted.` },
}

/** One notice for runs that ended alike. */
function Endings({ runs }: { runs: readonly RunView[] }) {
  const alike = new Map<string, RunView[]>()
  for (const run of runs) {
    const key = `${run.state} ${run.outcome?.message ?? ''}`
    if (ENDINGS[run.state] !== undefined && hasAnswers(run)) alike.set(key, [...(alike.get(key) ?? []), run])
  }
  return [...alike].map(([key, same]) => {
    const [first] = same
    const ending = first && ENDINGS[first.state]
    if (!ending) return null
    return (
      <Notice key={key} severity={ending.severity} title={`${same.map((run) => SHOWN_TOOLS[run.tool].label).join(' and ')} ${ending.words(same.length === 1)}`} className="flex-none border-b border-line px-4 py-2.5 max-md:px-3">
        {first.outcome && <p>{first.outcome.message}</p>}
      </Notice>
    )
  })
}

/** The runs of a session beside their transcript: state, process, exact command. */
import { runTitle } from '#lib/session/run-names.ts'
import { isDns, isReach } from '#lib/session/runs.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { RunState, RunView } from '#lib/session/view.ts'
import { cx } from '../../_lib/cx.ts'
import { SeverityMark } from '../ui/severity.tsx'

/** Of a run of many programs the list names the newest; the transcript has all of them. A run that goes round and round names none but its first. */
const STEPS_SHOWN = 2
const stepsShown = (run: RunView): RunView['steps'] => (isDns(run) || isReach(run) ? [] : run.steps.slice(-STEPS_SHOWN))

/** The command as it was run, without the directory of the program. */
export const commandOf = (run: RunView): string => (run.argv.length > 0 ? shownArgv(run.argv) : run.tool)

const shownArgv = ([program = '', ...rest]: readonly string[]): string => [program.split('/').at(-1), ...rest].join(' ')

export function RunList({ runs, runId, onRun }: { runs: readonly RunView[]; runId: RunId | null; onRun: (runId: RunId) => void }) {
  return (
    <ol className="max-md:flex max-md:overflow-x-auto">
      {runs.map((run) => (
        <li key={run.runId} className="border-b border-line max-md:min-w-[168px] max-md:border-r">
          <button type="button" aria-current={run.runId === runId} onClick={() => onRun(run.runId)} className={cx('grid w-full grid-cols-[12px_minmax(0,1fr)] gap-2.5 px-3.5 pt-[7px] pb-2 text-left focus-visible:-outline-offset-2', run.runId === runId ? 'bg-surface-2' : 'hover:bg-surface-2')}>
            <StateMark state={run.state} />
            <span className="min-w-0">
              <span className="flex justify-between gap-2 text-cell"><span className="font-medium">{runTitle(run)}</span><span className="truncate text-text-3">{sideOf(run)}</span></span>
              <code className="block truncate text-small text-text-3" title={commandOf(run)}>{commandOf(run)}</code>
              {stepsShown(run).map((step) => <code key={step.line} className="block truncate text-small text-text-3" title={shownArgv(step.argv)}>{shownArgv(step.argv)}</code>)}
            </span>
          </button>
        </li>
      ))}
    </ol>
  )
}

function sideOf({ state, pid, outcome }: RunView): string {
  if (state === 'running') return pid === null ? 'starting' : `pid ${pid}`
  if (state === 'finished' && outcome?.exitCode !== undefined) return `exit ${outcome.exitCode}`
  return state.replace('-', ' ')
}

/** A breathing dot while it runs, then the mark of its outcome. */
export function StateMark({ state }: { state: RunState }) {
  if (state === 'running') return <span role="img" aria-label="running" className="mx-[2.5px] mt-1.5 size-[7px] rounded-full bg-ok-fill breathing" />
  if (state === 'queued') return <span role="img" aria-label="waiting" className="mx-[2.5px] mt-1.5 size-[7px] rounded-full border border-text-3" />
  return <SeverityMark severity={state === 'finished' || state === 'stopped' || state === 'timed-out' ? 'ok' : state === 'interrupted' ? 'warn' : 'crit'} className="mt-[3px]" label={state} />
}

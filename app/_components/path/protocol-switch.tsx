'use client'
/** ICMP, UDP, TCP: which run is shown. Buttons, not radios: an arrow key must never start a run. */
import { cx } from '../../_lib/cx.ts'
import { protocolName } from './pane-state.ts'
import type { PathProtocols, ProtocolRun } from './source.ts'

const STATE_WORDS = { none: 'not run yet', running: 'running', ended: 'ended' } as const

export function ProtocolSwitch({ runs, shown, canStart, onProtocol }: PathProtocols) {
  return (
    <div role="group" aria-label="Protocol" className="inline-flex flex-none gap-px rounded-ctl bg-surface-2 p-0.5">
      {runs.map((run) => (
        <button
          key={run.protocol} type="button" aria-pressed={run.protocol === shown} disabled={run.state === 'none' && !canStart} onClick={() => onProtocol(run.protocol)} title={titleOf(run, canStart)}
          className={cx('relative inline-flex h-5 items-center gap-1.5 whitespace-nowrap rounded-tag px-2 text-small font-book after:absolute after:-inset-y-0.5 after:inset-x-0 disabled:opacity-50 pointer-coarse:h-8', run.protocol === shown ? 'bg-bg font-medium text-text-1 ring-1 ring-line-2 in-data-[theme=dark]:bg-surface-3' : 'text-text-2 hover:text-text-1')}
        >
          {run.state === 'running' && <span aria-hidden="true" className="size-1.5 rounded-full bg-ok-fill" />}
          {run.state === 'none' && <svg viewBox="0 0 8 8" width="7" height="7" aria-hidden="true"><path d="M4 1v6M1 4h6" className="stroke-current" strokeWidth="1.3" strokeLinecap="round" /></svg>}
          {protocolName(run.protocol, run.port)}
          <span className="sr-only">, {run.state === 'none' && canStart ? 'not run yet: starts a run' : STATE_WORDS[run.state]}</span>
        </button>
      ))}
    </div>
  )
}

function titleOf(run: ProtocolRun, canStart: boolean): string {
  const name = protocolName(run.protocol, run.port)
  if (run.state !== 'none') return `${name}, ${STATE_WORDS[run.state]}`
  return canStart ? `Start a path run over ${name}` : `No path run over ${name} in this session`
}

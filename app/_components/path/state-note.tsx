'use client'
/** What stands in the way of a table, or beside it, in words. */
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import type { PaneState } from './pane-state.ts'

/** `onShowRun` sets the window to the run; offered where the window misses it. */
export function StateNote({ state: { severity, title, text, quote, empty = false }, onShowRun }: { state: PaneState; onShowRun: () => void }) {
  return (
    <Notice severity={severity} title={title} className="max-w-[640px] px-4 py-3" actions={empty ? <Button size="sm" onClick={onShowRun}>Show the run</Button> : undefined}>
      <p>{text}</p>
      {quote !== undefined && <p className="machine select-text text-text-1">{quote}</p>}
    </Notice>
  )
}

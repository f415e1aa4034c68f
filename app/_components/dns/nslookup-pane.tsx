'use client'
/** What nslookup got, typed, beside the way to what it printed. */
import { Terminal } from 'lucide-react'
import type { NslookupRun } from '#lib/session/runs.ts'
import type { OsView } from '#lib/tools/dns/view.ts'
import { inert } from '#lib/timeline/dns-text.ts'
import { cx } from '../../_lib/cx.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { ignoredWords, nslookupRows, type NslookupRow } from './nslookup-words.ts'
import { PaneTitle } from './pane-title.tsx'

export function NslookupPane({ run: { view, state, outcome, target }, os, onTerminal }: { run: Pick<NslookupRun, 'view' | 'state' | 'outcome' | 'target'>; os: OsView | null; onTerminal: (() => void) | null }) {
  const rows = nslookupRows(view)
  const ignored = ignoredWords(view, os)
  const waits = state === 'running' || state === 'queued'
  return (
    <section aria-label="nslookup" className="flex-none border-t border-line pb-3">
      <PaneTitle title="nslookup" legend={<span className="machine truncate">{inert(target.host, 255)}</span>}>
        {onTerminal !== null && <Button size="sm" title="What nslookup printed, in Terminal" onClick={onTerminal}><Icon of={Terminal} size={12} />Raw</Button>}
      </PaneTitle>
      {rows.length > 0 && <Rows rows={rows} />}
      {view.fatal !== null && <p className="flex items-baseline gap-2 px-4 py-1 text-cell max-md:px-3"><SeverityMark severity="crit" className="translate-y-px" /><span className="machine min-w-0 break-words">{inert(view.fatal.text, 400)}</span></p>}
      {rows.length === 0 && view.fatal === null && <p className="px-4 py-1 text-cell text-text-2 max-md:px-3">{waits ? 'Waiting for the first answer.' : outcome?.message ?? 'It ended without an answer.'}</p>}
      <p className="flex max-w-[92ch] gap-2 px-4 pt-2 text-data text-pretty text-text-2 max-md:px-3">{ignored.differs && <SeverityMark severity="warn" className="mt-0.5" />}<span>{ignored.text}</span></p>
    </section>
  )
}

const HEADS = ['Server', 'Name', 'Type', 'Answer', 'Authority'] as const
const CELL = 'border-t border-line px-3 py-1 text-left align-top text-data first:pl-4 max-md:block max-md:border-0 max-md:px-3 max-md:py-0 max-md:first:pl-3'

function Rows({ rows }: { rows: readonly NslookupRow[] }) {
  return (
    <table role="table" aria-label="Answers of nslookup" className="w-full table-fixed max-md:block">
      <colgroup className="max-md:hidden"><col width="18%" /><col width="28%" /><col width="70" /><col /><col width="128" /></colgroup>
      <thead role="rowgroup" className="max-md:sr-only"><tr role="row">{HEADS.map((head) => <th key={head} role="columnheader" scope="col" className="h-6 px-3 text-left text-label font-normal text-text-3 first:pl-4">{head}</th>)}</tr></thead>
      <tbody role="rowgroup" className="max-md:block">
        {rows.map(({ key, server, name, type, answers, authority, failed }) => (
          <tr key={key} role="row" className="max-md:block max-md:border-t max-md:border-line max-md:py-1.5">
            <td role="cell" className={cx(CELL, 'machine truncate text-text-2')} title={server}>{server}</td>
            <td role="cell" className={cx(CELL, 'machine truncate')} title={name}>{name}</td>
            <td role="cell" className={cx(CELL, 'machine')}>{type}</td>
            <td role="cell" className={cx(CELL, 'machine break-all', failed && 'text-crit')}>{answers.map((one) => <span key={one} className="block">{one}</span>)}</td>
            <td role="cell" className={cx(CELL, 'text-text-2')}>{authority}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

'use client'
/** What one can take away from a session: files with progress, and text for a ticket. Guests are offered what their link includes. */
import { Braces, ClipboardCopy, Download, Sheet, Terminal, X } from 'lucide-react'
import { formatBytes } from '#lib/format/number.ts'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { MenuButton, type MenuItem } from '../ui/menu.tsx'
import { useSessionUi } from './session-ui.tsx'

export function ReportMenu() {
  const { report, views, run, copyTicket } = useSessionUi()
  const { view } = useSessionState()
  const { receivedBytes, download, cancel } = report
  const busy = receivedBytes !== null
  const raw: MenuItem[] = !views.includes('terminal') || run === null ? [] : [
    { label: view.runs.length > 1 ? `Raw output of run ${view.runs.indexOf(run) + 1}` : 'Raw output', note: '.txt', icon: Terminal, act: () => download('transcript') },
  ]
  const items: MenuItem[] = busy ? [{ label: 'Cancel the download', icon: X, act: cancel }] : [
    { label: 'Copy for a ticket', note: 'y', icon: ClipboardCopy, act: copyTicket },
    'line',
    { label: 'Whole session', note: '.json', icon: Braces, act: () => download('json') },
    { label: 'Events as a table', note: '.csv', icon: Sheet, act: () => download('csv') },
    ...raw,
  ]
  return (
    <MenuButton label={busy ? `Report, ${formatBytes(receivedBytes)} downloaded` : 'Report'} items={items} align="end" className={buttonClass({ className: 'max-lg:w-9 max-lg:!px-0' })}>
      {busy
        ? <><svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" className="turning"><path d="M10.5 6A4.5 4.5 0 1 1 6 1.5" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" /></svg><span className="min-w-[6ch] text-right max-lg:hidden">{formatBytes(receivedBytes)}</span></>
        : <><Icon of={Download} /><span className="max-lg:hidden">Report</span></>}
    </MenuButton>
  )
}

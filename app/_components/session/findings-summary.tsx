'use client'
/** On a middling window the rail is a drawer: this line says the worst and opens it. */
import { PanelLeft } from 'lucide-react'
import { orderFindings } from '#lib/diagnose/order.ts'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { Icon } from '../ui/icon.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { useSessionUi } from './session-ui.tsx'

export function FindingsSummary() {
  const { view } = useSessionState()
  const { toggleRail, drawerOpen } = useSessionUi()
  const [worst, ...rest] = orderFindings(view.findings)
  return (
    <button type="button" aria-expanded={drawerOpen} aria-controls="findings" onClick={toggleRail} className="hidden h-[34px] flex-none items-center gap-2.5 border-b border-line bg-surface-1 px-4 text-left hover:bg-surface-2 md:max-lg:flex">
      <SeverityMark severity={worst?.severity ?? 'ok'} />
      <span className="min-w-0 flex-1 truncate">{worst?.title ?? 'Nothing wrong found so far.'}</span>
      {rest.length > 0 && <span className="text-text-3">{rest.length} more</span>}
      <Icon of={PanelLeft} className="text-text-3" />
    </button>
  )
}

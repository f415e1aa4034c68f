'use client'
/** The views of a session as tabs: across the top, at the foot of a phone. */
import { Cable, Globe, Route, Terminal, type LucideIcon } from 'lucide-react'
import { useRef, type KeyboardEvent, type MouseEvent } from 'react'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import { findingsIn } from '#lib/session/panes.ts'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { cx } from '../../_lib/cx.ts'
import { worstOf } from '../findings/order.ts'
import { Icon } from '../ui/icon.tsx'
import { SEVERITY_WORD } from '../../_lib/severity-word.ts'
import { SeverityMark } from '../ui/severity.tsx'
import { MetaLine } from './meta-line.tsx'
import { useSessionUi } from './session-ui.tsx'
import { VIEW_NAME, type ViewName } from './view-name.ts'

const ICON: Record<ViewName, LucideIcon> = { path: Route, dns: Globe, reach: Cable, terminal: Terminal }

export function SessionTabs({ sessionId, foot, note }: { sessionId: string; foot: boolean; note: string | null }) {
  const ui = useSessionUi()
  const { view } = useSessionState()
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const next = ui.views[(ui.views.indexOf(ui.view) + step + ui.views.length) % ui.views.length]
    if (!next) return
    ui.setView(next)
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus()
  }
  const pick = (event: MouseEvent, name: ViewName): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    ui.setView(name)
  }
  return (
    <nav aria-label="Views" className={cx('flex min-w-0 items-stretch border-b border-line bg-surface-1 pl-1.5 pr-2 max-md:px-0', foot && 'max-md:order-3 max-md:border-b-0 max-md:border-t max-md:pb-[env(safe-area-inset-bottom)]')}>
      <div ref={list} role="tablist" aria-label="Views" tabIndex={-1} onKeyDown={move} className="flex items-stretch max-md:flex-1">
        {ui.views.map((name) => (
          <a
            key={name} id={`tab-${name}`} role="tab" href={`/s/${sessionId}/${name}`} aria-selected={name === ui.view} aria-controls="main" tabIndex={name === ui.view ? 0 : -1} onClick={(event) => pick(event, name)}
            className={cx('relative flex items-center gap-[7px] whitespace-nowrap px-2.5 font-book text-text-2 hover:text-text-1 focus-visible:-outline-offset-2 aria-selected:font-medium aria-selected:text-text-1 aria-selected:after:absolute aria-selected:after:inset-x-2 aria-selected:after:-bottom-px aria-selected:after:h-0.5 aria-selected:after:rounded-full aria-selected:after:bg-text-1 max-md:min-w-0 max-md:flex-1 max-md:justify-center max-md:px-1', foot && 'max-md:flex-col max-md:gap-[3px] max-md:px-0 max-md:text-micro max-md:leading-3 max-md:aria-selected:after:-top-px max-md:aria-selected:after:bottom-auto')}
          >
            <Icon of={ICON[name]} size={18} className={cx('hidden', foot && 'max-md:block')} />
            {VIEW_NAME[name]}
            {name !== 'terminal' && <Worst findings={findingsIn(view, name)} foot={foot} />}
          </a>
        ))}
      </div>
      <div className="flex min-w-0 flex-1 items-center justify-end gap-3.5 overflow-hidden whitespace-nowrap pl-4 pr-1.5 text-data text-text-3 max-md:hidden">
        <MetaLine note={note} />
      </div>
    </nav>
  )
}

/** How many of the worst that holds there are among the findings of a view. */
function Worst({ findings, foot }: { findings: readonly FindingRecord[]; foot: boolean }) {
  const worst = worstOf(findings)
  if (worst === null) return null
  return (
    <span className={cx('machine flex items-center gap-[3px] !text-label font-medium text-text-3', foot && 'max-md:absolute max-md:left-[calc(50%+9px)] max-md:top-[7px]')}>
      <SeverityMark severity={worst.severity} size={10} label={`${worst.count} ${SEVERITY_WORD[worst.severity]}`} /><span aria-hidden="true" className={cx(foot && 'max-md:hidden')}>{worst.count}</span>
    </span>
  )
}

'use client'
/** Search or run: one field over findings, runs, places and other sessions. Loaded when first opened. */
import { Dialog } from '@base-ui/react/dialog'
import { CornerDownLeft, Search } from 'lucide-react'
import { useId, useMemo, useState, type KeyboardEvent } from 'react'
import type { SessionSummary } from '#lib/protocol/api.ts'
import { useApi } from '../../_hooks/use-api.ts'
import { cx } from '../../_lib/cx.ts'
import { Icon } from '../ui/icon.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { bySection, findCommands, pieces, type Command, type Match } from './commands.ts'
import { KeyList } from './key-list.tsx'

interface Props {
  initialQuery: string
  gather: () => Command[]
  onClose: () => void
  canSearchSessions: boolean
  go: (href: string) => void
}

/** More lines than fit would only hide the good ones. */
const SHOWN = 12

export function Palette({ initialQuery, gather, onClose, canSearchSessions, go }: Props) {
  const [query, setQuery] = useState(initialQuery)
  const [at, setAt] = useState(0)
  const listId = useId()
  const own = useMemo(() => gather(), [gather])
  const sessions = useSessionCommands(canSearchSessions, go)
  const matches = findCommands([...own, ...sessions], query).slice(0, SHOWN)
  const sections = bySection(matches)
  const ordered = sections.flatMap((section) => section.matches)
  const chosen = Math.min(at, Math.max(0, ordered.length - 1))
  const run = (match: Match | undefined): void => {
    if (!match) return
    onClose()
    match.command.act()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) setAt((chosen + step + ordered.length) % Math.max(1, ordered.length))
    else if (event.key === 'Enter') run(ordered[chosen])
    else return
    event.preventDefault()
  }
  return (
    <Dialog.Root open onOpenChange={(open) => { if (!open) onClose() }}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup aria-label="Search or run" className="fixed inset-x-0 top-24 z-40 mx-auto grid max-h-[80dvh] w-[min(980px,calc(100vw-48px))] grid-cols-[minmax(0,1fr)_372px] overflow-hidden rounded-dialog bg-raised shadow-float max-lg:grid-cols-1 max-lg:[&_aside]:hidden max-md:top-0 max-md:w-full max-md:rounded-t-none">
          <div className="flex min-h-0 min-w-0 flex-col">
            <div className="flex h-13 flex-none items-center gap-3 border-b border-line px-[18px]">
              <Icon of={Search} className="text-text-3" />
              <input
                value={query} onChange={(event) => { setQuery(event.target.value); setAt(0) }} onKeyDown={onKeyDown} autoFocus spellCheck={false} autoComplete="off"
                role="combobox" aria-expanded="true" aria-controls={listId} aria-activedescendant={ordered[chosen] ? `${listId}-${chosen}` : undefined} aria-label="Search or run"
                placeholder="Search findings, runs, sessions" className="min-w-0 flex-1 bg-transparent text-[15px] text-text-1 outline-none"
              />
              <Dialog.Close aria-label="Close, esc" className="rounded-tag"><Kbd>esc</Kbd></Dialog.Close>
            </div>
            <Matches sections={sections} listId={listId} chosen={chosen} onPick={run} onPoint={setAt} query={query} />
          </div>
          <KeyList />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function useSessionCommands(enabled: boolean, go: (href: string) => void): Command[] {
  const { value } = useApi('session.list', { limit: 50 })
  return useMemo(() => (enabled ? value ?? [] : []).map((session: SessionSummary): Command => ({
    id: session.sessionId, section: 'Other sessions', label: session.worst ? session.worst.title : session.target, note: `${session.worst ? `${session.target}, ` : ''}${session.by}`,
    words: `${session.title} ${session.target}`, severity: session.worst?.severity ?? 'ok', act: () => go(`/s/${session.sessionId}`),
  })), [enabled, value, go])
}

interface MatchesProps { sections: { section: string; matches: Match[] }[]; listId: string; chosen: number; query: string; onPick: (match: Match) => void; onPoint: (index: number) => void }

function Matches({ sections, listId, chosen, query, onPick, onPoint }: MatchesProps) {
  const firsts = sections.map((_, i) => sections.slice(0, i).reduce((sum, section) => sum + section.matches.length, 0))
  return (
    <div id={listId} role="listbox" aria-label="Results" className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-2.5">
      {sections.length === 0 && <p className="px-3 py-4 text-cell text-text-3">Nothing is called “{query}”.</p>}
      {sections.map(({ section, matches }, at) => (
        <div key={section} role="group" aria-label={section}>
          <div aria-hidden="true" className="px-3 pb-1.5 pt-3.5 text-label text-text-3">{section}</div>
          {matches.map((match, i) => {
            const mine = (firsts[at] ?? 0) + i
            return <Option key={match.command.id} id={`${listId}-${mine}`} match={match} on={mine === chosen} onPick={() => onPick(match)} onPoint={() => onPoint(mine)} />
          })}
        </div>
      ))}
    </div>
  )
}

function Option({ id, match, on, onPick, onPoint }: { id: string; match: Match; on: boolean; onPick: () => void; onPoint: () => void }) {
  const { command } = match
  return (
    // Keyboard choice happens in the combobox above (aria-activedescendant), so an option itself never takes focus.
    <div
      id={id} role="option" aria-selected={on} tabIndex={-1} onClick={onPick} onKeyDown={() => undefined} onPointerMove={onPoint}
      className={cx('grid h-[34px] grid-cols-[14px_minmax(0,1fr)_auto] items-center gap-3.5 rounded-ctl px-3 max-md:h-10', on && 'bg-surface-3')}
    >
      <span className="grid place-items-center text-text-3">{command.severity ? <SeverityMark severity={command.severity} /> : command.icon && <Icon of={command.icon} />}</span>
      <span className={cx('truncate', command.machine && 'machine')}>
        {pieces(command.label, match.marks).map((piece, i) => piece.marked ? <mark key={`${i}m`} className="bg-transparent text-accent">{piece.text}</mark> : <span key={`${i}p`}>{piece.text}</span>)}
      </span>
      <span className="flex items-center gap-2 whitespace-nowrap text-data text-text-3">
        {command.note}
        {on ? <Kbd><Icon of={CornerDownLeft} size={10} /></Kbd> : command.keys !== undefined && <Kbd>{command.keys}</Kbd>}
      </span>
    </div>
  )
}

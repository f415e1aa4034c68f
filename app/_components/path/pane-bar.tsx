'use client'
/** Head of the path pane: what is shown, of when, over which protocol, and what can be done with it. */
import { cx } from '../../_lib/cx.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { ColumnChooser } from './column-chooser.tsx'
import type { ColumnId } from './columns.ts'
import { ProtocolSwitch } from './protocol-switch.tsx'
import type { PathProtocols } from './source.ts'

/** What is drawn below the head. */
export type TableForm = 'hops' | 'pathping' | 'compare'

interface Props {
  caption: string
  protocols: PathProtocols
  form: TableForm
  onForm: (form: TableForm) => void
  /** The classic table can be drawn too. */
  classic: boolean
  ids: readonly ColumnId[]
  onChoose: (ids: readonly ColumnId[]) => void
  /** Null: there is nothing to copy. */
  copy: (() => string) | null
}

const FORMS = [{ value: 'hops', label: 'Hops' }, { value: 'pathping', label: 'Pathping' }] as const

export function PaneBar({ caption, protocols, form, onForm, classic, ids, onChoose, copy }: Props) {
  const comparable = protocols.runs.filter((run) => run.state !== 'none').length > 1
  return (
    <div className="flex h-[34px] flex-none items-center gap-2.5 overflow-hidden whitespace-nowrap pr-3.5 pl-4 max-md:h-12 max-md:px-3">
      <h2 className="text-cell font-medium">Path</h2>
      <span className="min-w-0 flex-1 truncate text-data text-text-3 max-md:invisible" title={caption} aria-live="off">{caption}</span>
      {classic && form !== 'compare' && <Segmented label="Table" className="max-md:hidden" segments={FORMS} value={form} onChange={onForm} />}
      {comparable && <Button size="sm" className={cx('max-md:hidden', form === 'compare' && 'bg-surface-3')} aria-pressed={form === 'compare'} onClick={() => onForm(form === 'compare' ? 'hops' : 'compare')}>Compare</Button>}
      <ProtocolSwitch {...protocols} />
      {form === 'hops' && <ColumnChooser {...{ ids, onChoose }} />}
      {copy && <CopyButton text={copy} label="Copy for NOC"><span className="max-xl:sr-only">Copy for NOC</span></CopyButton>}
    </div>
  )
}

'use client'
/** The floating list of columns to tick, loaded when it is first opened. */
import { Menu } from '@base-ui/react/menu'
import type { RefObject } from 'react'
import { DEFAULT_COLUMNS, GROUPS, PATH_COLUMNS, isDefault, toggled, type ColumnId } from './columns.ts'

interface Props { anchor: RefObject<HTMLButtonElement | null>; ids: readonly ColumnId[]; onChoose: (ids: readonly ColumnId[]) => void; onClose: () => void }

const ITEM = 'flex min-h-6 items-center gap-2 rounded-ctl px-2 text-text-1 outline-none data-highlighted:bg-surface-3 pointer-coarse:min-h-9'

export function ColumnMenu({ anchor, ids, onChoose, onClose }: Props) {
  return (
    <Menu.Root open modal={false} onOpenChange={(open) => { if (!open) onClose() }}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align="end" sideOffset={6} className="z-40">
          <Menu.Popup aria-label="Columns" finalFocus={anchor} className="max-h-(--available-height) w-[340px] overflow-y-auto rounded-panel bg-raised p-1 text-cell shadow-float outline-none">
            {GROUPS.map((group) => (
              <Menu.Group key={group.id} className="grid grid-cols-3 not-first:mt-1 not-first:border-t not-first:border-line not-first:pt-1">
                <Menu.GroupLabel className="col-span-full px-2 py-1 text-label text-text-3">{group.label}</Menu.GroupLabel>
                {PATH_COLUMNS.filter((column) => column.group === group.id).map(({ id, head, define }) => (
                  <Menu.CheckboxItem key={id} checked={ids.includes(id)} onCheckedChange={() => onChoose(toggled(ids, id))} closeOnClick={false} title={define} className={ITEM}>
                    <Tick on={ids.includes(id)} />{head}
                  </Menu.CheckboxItem>
                ))}
              </Menu.Group>
            ))}
            <Menu.Separator className="mx-2 my-1 h-px bg-line" />
            <Menu.Item disabled={isDefault(ids)} closeOnClick={false} onClick={() => onChoose(DEFAULT_COLUMNS)} className={`${ITEM} data-disabled:opacity-50`}>Default columns</Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

function Tick({ on }: { on: boolean }) {
  return (
    <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" className="flex-none">
      <rect x="1" y="1" width="14" height="14" rx="3" className={on ? 'fill-primary stroke-primary' : 'fill-none stroke-line-3'} strokeWidth="1.5" />
      {on && <path d="M4 8.4l2.7 2.7L12 5.4" fill="none" className="stroke-on-primary" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />}
    </svg>
  )
}

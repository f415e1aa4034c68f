'use client'
/** The floating part of a menu, loaded when a menu is first opened. */
import { Menu } from '@base-ui/react/menu'
import type { RefObject } from 'react'
import type { MenuItem } from './menu.tsx'
import { Icon } from './icon.tsx'

interface Props { anchor: RefObject<HTMLButtonElement | null>; items: readonly MenuItem[]; label: string; onClose: () => void; align: 'start' | 'end' }

export function MenuPopup({ anchor, items, label, onClose, align }: Props) {
  return (
    <Menu.Root open modal={false} onOpenChange={(open) => { if (!open) onClose() }}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align={align} sideOffset={6} className="z-40">
          <Menu.Popup aria-label={label} finalFocus={anchor} className="min-w-44 rounded-panel bg-raised p-1 text-cell shadow-float outline-none">
            {items.map((item) => item === 'line'
              ? <Menu.Separator key="line" className="mx-2 my-1 h-px bg-line" />
              : (
                <Menu.Item key={item.label} onClick={item.act} className="flex min-h-7 items-center gap-2 rounded-ctl px-2 text-text-1 outline-none data-highlighted:bg-surface-3 pointer-coarse:min-h-9">
                  {item.icon && <Icon of={item.icon} className="text-text-3" />}
                  <span className="flex-1">{item.label}</span>
                  {item.note !== undefined && <span className="text-data text-text-3">{item.note}</span>}
                </Menu.Item>
              ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

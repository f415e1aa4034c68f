'use client'
/** A button that opens a menu. The menu's code is loaded on the first opening. */
import type { LucideIcon } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRef, useState, type ReactNode } from 'react'

export type MenuItem = 'line' | { label: string; icon?: LucideIcon; note?: string; act: () => void }

const MenuPopup = dynamic(() => import('./menu-popup.tsx').then((module) => module.MenuPopup), { ssr: false })

/** `label` names menu and button; where `named` is false the button's own content does. */
interface Props { label: string; named?: boolean; items: readonly MenuItem[]; children: ReactNode; className?: string; align?: 'start' | 'end' }

export function MenuButton({ label, named = true, items, children, className, align = 'start' }: Props) {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  return (
    <>
      <button
        ref={anchor} type="button" aria-haspopup="menu" aria-expanded={open} aria-label={named ? label : undefined} className={className}
        onClick={() => setOpen((was) => !was)} onKeyDown={(event) => { if (event.key === 'ArrowDown') { event.preventDefault(); setOpen(true) } }}
      >
        {children}
      </button>
      {open && <MenuPopup anchor={anchor} items={items} label={label} align={align} onClose={() => setOpen(false)} />}
    </>
  )
}

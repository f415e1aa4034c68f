'use client'
/** The button that opens the list of columns. */
import dynamic from 'next/dynamic'
import { useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import type { ColumnId } from './columns.ts'

const ColumnMenu = dynamic(() => import('./column-menu.tsx').then((module) => module.ColumnMenu), { ssr: false })

export function ColumnChooser({ ids, onChoose }: { ids: readonly ColumnId[]; onChoose: (ids: readonly ColumnId[]) => void }) {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  return (
    <>
      <Button ref={anchor} size="sm" aria-haspopup="menu" aria-expanded={open} className="max-md:hidden" onClick={() => setOpen((was) => !was)}>Columns</Button>
      {open && <ColumnMenu {...{ anchor, ids, onChoose }} onClose={() => setOpen(false)} />}
    </>
  )
}

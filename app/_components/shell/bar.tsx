/** The bar across the top: mark, then whatever the page puts there. */
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Mark } from '../ui/mark.tsx'

export function Bar({ children, home = true }: { children: ReactNode; home?: boolean }) {
  return (
    <header className="flex h-full min-w-0 items-center gap-2.5 border-b border-line bg-surface-1 px-3.5 max-md:gap-2 max-md:px-3">
      {home ? <Link href="/" prefetch={false} aria-label="Hopscope, start page" className="grid size-7 flex-none place-items-center rounded-ctl -ml-1"><Mark /></Link> : <span className="grid size-7 flex-none place-items-center -ml-1"><Mark /></span>}
      {children}
    </header>
  )
}

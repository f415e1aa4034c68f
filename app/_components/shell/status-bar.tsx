'use client'
/** The line at the foot of a page: what the connection does at the left, clock and zone at the right. Never announced. */
import type { ReactNode } from 'react'
import { useNow } from '../../_hooks/use-now.ts'
import { cx } from '../../_lib/cx.ts'
import { useZone } from './zone-context.tsx'

export function StatusBar({ children, right }: { children: ReactNode; right?: ReactNode }) {
  const nowMs = useNow()
  const { clock } = useZone()
  return (
    <footer aria-live="off" className="machine flex h-full items-center gap-4 overflow-hidden whitespace-nowrap border-t border-line bg-surface-1 px-3.5 !text-label text-text-3 max-md:hidden">
      {children}
      <span className="flex-1" />
      {right}
      <span>{nowMs !== null && clock.label(nowMs)}</span>
      <span className="w-[8ch] text-right">{nowMs !== null && clock.hms(nowMs)}</span>
    </footer>
  )
}

/** A lamp and what it means. */
export function Lamp({ tone, children }: { tone: 'ok' | 'warn' | 'off'; children: ReactNode }) {
  return <span className="flex items-center gap-1.5"><i aria-hidden="true" className={cx('size-1.5 rounded-full', tone === 'ok' ? 'bg-ok-fill' : tone === 'warn' ? 'bg-warn-fill' : 'bg-text-3')} />{children}</span>
}

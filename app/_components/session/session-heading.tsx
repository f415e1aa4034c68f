'use client'
/** The left of a session's bar: from where, to what. The same before and after the live view has taken over. */
import type { ReactNode } from 'react'
import { VantageMenu } from '../shell/vantage-menu.tsx'
import { Skeleton } from '../ui/notice.tsx'

/** `vantage` null: guests are not told. `target` empty: not known yet. */
export function SessionHeading({ vantage, target, title, children }: { vantage: string | null; target: string; title: string; children?: ReactNode }) {
  return (
    <>
      {vantage !== null && vantage !== '' && <><VantageMenu name={vantage} className="max-md:hidden" /><span aria-hidden="true" className="text-line-2 max-md:hidden">/</span></>}
      {target === '' ? <Skeleton className="w-48 max-md:w-32" /> : <h1 className="min-w-0 truncate font-mono text-title font-medium tracking-[-.02em]" title={title || target}>{target}</h1>}
      {children}
    </>
  )
}

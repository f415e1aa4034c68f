/** A state of a pane in words: mark, one-sentence title, why, what to do next. Used for empty, refused, missing, gone. */
import type { ReactNode } from 'react'
import type { Severity } from '#lib/protocol/api.ts'
import { cx } from '../../_lib/cx.ts'
import { SeverityMark } from './severity.tsx'

interface Props { severity: Severity; title: ReactNode; children?: ReactNode; actions?: ReactNode; className?: string; level?: 'h1' | 'h2' | 'h3' }

export function Notice({ severity, title, children, actions, className, level: Heading = 'h3' }: Props) {
  return (
    <div className={cx('grid grid-cols-[12px_minmax(0,1fr)] gap-x-2.5', className)}>
      <SeverityMark severity={severity} className="mt-1" />
      <div>
        <Heading className="text-title font-medium text-pretty break-words">{title}</Heading>
        {children !== undefined && <div className="mt-1 flex flex-col gap-2 text-ui text-text-2 text-pretty break-words">{children}</div>}
        {actions !== undefined && <div className="mt-3 flex flex-wrap gap-1.5">{actions}</div>}
      </div>
    </div>
  )
}

/** Grey bars of the final row height, so that nothing moves when data comes. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('block h-2 rounded-tag bg-surface-3', className)} />
}

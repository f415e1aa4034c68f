/** Heading of one part of the DNS pane: name, legend or note, what can be done. */
import type { ReactNode } from 'react'
import { cx } from '../../_lib/cx.ts'

export function PaneTitle({ title, legend, children }: { title: string; legend?: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex h-[34px] flex-none items-center gap-2.5 overflow-hidden whitespace-nowrap pr-3.5 pl-4 max-md:px-3">
      <h2 className="flex-none text-cell font-medium">{title}</h2>
      {legend !== undefined && <div className="flex min-w-0 items-center gap-3 overflow-hidden text-small text-text-3">{legend}</div>}
      <span className="flex-1" />
      {children}
    </div>
  )
}

/** One entry of a legend: a swatch and its word. */
export const LegendEntry = ({ swatch, children, className }: { swatch: ReactNode; children: ReactNode; className?: string }) => <span className={cx('flex min-w-0 items-center gap-[5px]', className)}>{swatch}{children}</span>

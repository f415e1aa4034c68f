/** Heading of a pane: 34 px, one hairline. */
import type { ReactNode } from 'react'
import { cx } from '../../_lib/cx.ts'

interface Props { title: ReactNode; count?: number | string; children?: ReactNode; wide?: boolean; line?: 'top' | 'none'; level?: 'h1' | 'h2' | 'h3' }

export function PaneHead({ title, count, children, wide = false, line, level: Heading = 'h2' }: Props) {
  return (
    <div className={cx('flex h-[34px] flex-none items-center gap-2 whitespace-nowrap border-b border-line text-cell max-md:h-9', wide ? 'px-[18px]' : 'px-3.5', line === 'top' && 'border-t')}>
      <Heading className="font-medium">{title}</Heading>
      {count !== undefined && <span className="machine !text-label font-medium text-text-3">{count}</span>}
      {children !== undefined && <span className="flex min-w-0 flex-1 items-center justify-end gap-2">{children}</span>}
    </div>
  )
}

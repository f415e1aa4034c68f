'use client'
/** A choice of one among a few, all visible. Native radios underneath, so arrows and names come for free. */
import { useId, type ReactNode } from 'react'
import { cx } from '../../_lib/cx.ts'

export interface Segment<T extends string> { value: T; label: ReactNode; disabled?: boolean }

interface Props<T extends string> {
  /** Read before the options by screen readers. */
  label: string
  segments: readonly Segment<T>[]
  value: T
  onChange: (value: T) => void
  large?: boolean
  className?: string
}

export function Segmented<T extends string>({ label, segments, value, onChange, large = false, className }: Props<T>) {
  const name = useId()
  return (
    <div role="radiogroup" aria-label={label} className={cx('inline-flex flex-none gap-px rounded-ctl bg-surface-2 p-0.5', className)}>
      {segments.map((segment) => (
        <label
          key={segment.value}
          className={cx(
            'relative inline-flex items-center justify-center whitespace-nowrap rounded-tag text-text-2 font-book has-checked:bg-bg has-checked:font-medium has-checked:text-text-1 has-checked:ring-1 has-checked:ring-line-2 has-disabled:opacity-50 in-data-[theme=dark]:has-checked:bg-surface-3 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
            large ? 'h-6 px-2.5 text-cell max-md:h-[30px] max-md:flex-1 max-md:px-1 max-md:text-data' : 'h-5 px-2 text-small pointer-coarse:h-8',
          )}
        >
          <input type="radio" name={name} value={segment.value} checked={segment.value === value} disabled={segment.disabled} onChange={() => onChange(segment.value)} className="absolute inset-0 cursor-default appearance-none opacity-0" />
          {segment.label}
        </label>
      ))}
    </div>
  )
}

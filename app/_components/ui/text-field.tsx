'use client'
/** A labelled text input with a hint and, when it was refused, the reason. */
import { useId, type InputHTMLAttributes, type ReactNode, type Ref } from 'react'
import { cx } from '../../_lib/cx.ts'

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'className'> {
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
  /** Set in the machine's face: addresses, tokens, names. */
  machine?: boolean
  unit?: string
  className?: string
  ref?: Ref<HTMLInputElement>
}

export function TextField({ label, hint, error, machine = false, unit, className, ...input }: Props) {
  const id = useId()
  const below = error ?? hint
  return (
    <div className={cx('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className="text-data text-text-2">{label}</label>
      <span className="relative block">
        <input
          id={id} aria-invalid={error !== undefined} aria-describedby={below === undefined ? undefined : `${id}-below`}
          className={cx('h-8 w-full rounded-ctl bg-surface-2 px-2.5 text-ui text-text-1 edge-line-3 aria-invalid:shadow-[inset_0_0_0_1px_var(--crit)] disabled:opacity-60 pointer-coarse:h-9', machine && 'machine', unit !== undefined && 'pr-14')}
          {...input}
        />
        {unit !== undefined && <span className="pointer-events-none absolute inset-y-0 right-2.5 grid place-items-center text-data text-text-3">{unit}</span>}
      </span>
      {below !== undefined && <span id={`${id}-below`} className={cx('text-data', error === undefined ? 'text-text-3' : 'text-crit')}>{below}</span>}
    </div>
  )
}

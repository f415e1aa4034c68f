'use client'
/** A labelled choice of one among many, with a hint and, when it was refused, the reason. The browser's own list. */
import { useId, type ReactNode } from 'react'
import { cx } from '../../_lib/cx.ts'

interface Props {
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
  value: string
  choices: readonly { value: string; label: string }[]
  onChange: (value: string) => void
}

export function SelectField({ label, hint, error, value, choices, onChange }: Props) {
  const id = useId()
  const below = error ?? hint
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-data text-text-2">{label}</label>
      <select
        id={id} value={value} onChange={(event) => onChange(event.target.value)} aria-invalid={error !== undefined} aria-describedby={below === undefined ? undefined : `${id}-below`}
        className="h-8 w-full min-w-0 rounded-ctl bg-surface-2 px-2 text-ui text-text-1 edge-line-3 aria-invalid:shadow-[inset_0_0_0_1px_var(--crit)] pointer-coarse:h-9"
      >
        {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
      </select>
      {below !== undefined && <span id={`${id}-below`} className={cx('text-data', error === undefined ? 'text-text-3' : 'text-crit')}>{below}</span>}
    </div>
  )
}

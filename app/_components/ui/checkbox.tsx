'use client'
/** A tick box: a native checkbox drawn as the design draws it. */
import type { InputHTMLAttributes, ReactNode } from 'react'
import { cx } from '../../_lib/cx.ts'

type Box = Omit<InputHTMLAttributes<HTMLInputElement>, 'type' | 'className'>

/** The box alone; the caller's label names it. */
export function CheckboxBox(props: Box) {
  return (
    <span className="relative grid size-3.5 flex-none place-items-center">
      <input type="checkbox" className="peer absolute inset-0 m-0 appearance-none rounded-tag checked:bg-primary not-checked:shadow-[inset_0_0_0_1.5px_var(--line-3)] disabled:opacity-50" {...props} />
      <svg viewBox="0 0 16 16" width="10" height="10" aria-hidden="true" className="pointer-events-none relative hidden text-on-primary peer-checked:block">
        <path d="M3 8.5l3.2 3.2L13 4.8" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
    </span>
  )
}

export function Checkbox({ children, note, className, ...box }: Box & { children: ReactNode; note?: ReactNode; className?: string }) {
  return (
    <label className={cx('flex min-h-6 items-center gap-2 text-cell text-text-1 pointer-coarse:min-h-9', className)}>
      <CheckboxBox {...box} />
      <span>{children}{note !== undefined && <span className="ml-2 text-data text-text-3">{note}</span>}</span>
    </label>
  )
}

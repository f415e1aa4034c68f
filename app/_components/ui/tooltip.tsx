/** A short explanation shown on hover and on focus, without any script. */
import type { ReactNode } from 'react'

/** `text` is read with the trigger; it must not hold anything that can only be learnt here by pointer. */
export function Tooltip({ text, children, side = 'below' }: { text: string; children: ReactNode; side?: 'below' | 'above' }) {
  return (
    <span className="group/tip relative inline-flex">
      {children}
      <span role="tooltip" className={`pointer-events-none invisible absolute left-1/2 z-40 w-max max-w-72 -translate-x-1/2 rounded-ctl bg-raised px-2 py-1 text-data font-normal text-text-2 opacity-0 shadow-float overlay-ease group-focus-within/tip:visible group-focus-within/tip:opacity-100 group-hover/tip:visible group-hover/tip:opacity-100 ${side === 'below' ? 'top-full mt-1.5' : 'bottom-full mb-1.5'}`}>{text}</span>
    </span>
  )
}

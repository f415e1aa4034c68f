/** A key, as printed on the keyboard. */
import type { ReactNode } from 'react'

export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className="inline-grid h-4 min-w-4 place-items-center whitespace-nowrap rounded-tag bg-surface-1 px-1 text-micro font-medium tracking-normal text-text-3 edge-line-2">{children}</kbd>
}

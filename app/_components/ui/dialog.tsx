'use client'
/** A modal dialog: centred panel on a wide page, bottom sheet on a phone. Import it lazily: it brings its library along. */
import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { buttonClass } from './button.tsx'
import { Icon } from './icon.tsx'

interface Props {
  title: string
  onClose: () => void
  children: ReactNode
  footer?: ReactNode
}

/** Focus moves in, stays in, and goes back to what opened it; Escape and the scrim close it. */
export function Dialog({ title, onClose, children, footer }: Props) {
  return (
    <Base.Root open onOpenChange={(open) => { if (!open) onClose() }}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Base.Popup className="fixed inset-x-0 top-[72px] z-40 mx-auto flex max-h-[calc(100dvh-96px)] w-[min(620px,calc(100vw-32px))] flex-col overflow-hidden rounded-dialog bg-raised shadow-float max-md:bottom-0 max-md:top-auto max-md:max-h-[92dvh] max-md:w-full max-md:rounded-b-none max-md:rounded-t-[14px]">
          <header className="flex h-12 flex-none items-center justify-between border-b border-line pl-5 pr-3">
            <Base.Title className="text-title font-medium">{title}</Base.Title>
            <Base.Close aria-label="Close" className={buttonClass({ look: 'ghost', square: true })}><Icon of={X} /></Base.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
          {footer !== undefined && <footer className="flex min-h-13 flex-none items-center gap-2 border-t border-line bg-surface-1 px-5 py-2 max-md:[&>button]:h-[38px] max-md:[&>button]:flex-1">{footer}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** One row of a dialog's form: name at the left, control at the right. */
export function DialogRow({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[108px_minmax(0,1fr)] gap-3 border-line px-5 py-[11px] not-first:border-t max-md:grid-cols-1 max-md:gap-1.5 max-md:px-4 max-md:py-2.5">
      <div className="pt-1 text-cell text-text-2 max-md:pt-0">{name}</div>
      <div className="min-w-0">{children}</div>
    </div>
  )
}

/** What a row's choice means, below its control. */
export function DialogHint({ children }: { children: ReactNode }) {
  return <p className="mt-[5px] text-data leading-[17px] text-text-3 text-pretty">{children}</p>
}

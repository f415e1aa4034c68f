/** Frame of sign-in and setup: the name of the product, one narrow column. */
import type { ReactNode } from 'react'
import { Mark } from '../ui/mark.tsx'

export function AccessFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main id="main" className="grid h-dvh place-items-center overflow-y-auto p-5">
      <div className="w-full max-w-[340px] pb-[12vh]">
        <div className="mb-8 flex items-center gap-2.5 text-title font-medium"><Mark size={22} />Hopscope</div>
        <h1 className="text-hero font-medium tracking-[-.02em]">{title}</h1>
        <p className="mb-5 mt-1 text-text-3 text-pretty">{lead}</p>
        {children}
      </div>
    </main>
  )
}

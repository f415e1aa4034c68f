/** A plain console page: heading, one sentence, content in a readable column. */
import type { ReactNode } from 'react'
import { cx } from '../../_lib/cx.ts'

export function PageFrame({ title, lead, tools, wide = false, children }: { title: string; lead?: string; tools?: ReactNode; wide?: boolean; children: ReactNode }) {
  return (
    <main id="main" tabIndex={0} className="min-h-0 overflow-y-auto focus-visible:-outline-offset-2">
      <div className={cx('mx-auto px-12 pb-16 pt-[34px] max-md:px-3.5 max-md:pt-[18px]', wide ? 'max-w-[1180px]' : 'max-w-[860px]')}>
        <div className="mb-4 flex flex-wrap items-end gap-3">
          <div className="min-w-0 flex-1">
            <h1 className="text-hero font-medium tracking-[-.02em] max-md:text-[19px] max-md:leading-6">{title}</h1>
            {lead !== undefined && <p className="mt-1 text-text-3 text-pretty">{lead}</p>}
          </div>
          {tools}
        </div>
        {children}
      </div>
    </main>
  )
}

/** A part of a page under a hairline heading. */
export function Section({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <section className="border-t border-line py-5">
      <h2 className="text-title font-medium">{title}</h2>
      {lead !== undefined && <p className="mt-0.5 text-data text-text-3 text-pretty">{lead}</p>}
      <div className="mt-3">{children}</div>
    </section>
  )
}

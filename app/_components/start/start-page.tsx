'use client'
/** Start page: the one field and what it would do, recent sessions, and the vantage beside them. */
import { RecentSessions } from '../sessions/recent-sessions.tsx'
import { StartForm } from './start-form.tsx'
import { VantageRail } from './vantage-rail.tsx'

export function StartPage({ initialText }: { initialText: string }) {
  return (
    <div className="grid min-h-0 grid-cols-[minmax(0,1fr)_372px] max-xl:grid-cols-[minmax(0,1fr)_320px] max-lg:block max-lg:overflow-y-auto">
      <main id="main" tabIndex={-1} className="min-h-0 overflow-y-auto px-12 pb-10 pt-[34px] pr-10 outline-none max-lg:overflow-visible max-md:px-3.5 max-md:pt-[18px]">
        <StartForm initialText={initialText} />
        <RecentSessions />
      </main>
      <VantageRail />
    </div>
  )
}

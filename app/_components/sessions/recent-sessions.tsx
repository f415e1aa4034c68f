'use client'
/** Recent sessions on the start page: everyone's, mine, or those that are live. */
import Link from 'next/link'
import { useState } from 'react'
import { useApi } from '../../_hooks/use-api.ts'
import { useBoot } from '../shell/boot-context.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { SessionTable } from './session-table.tsx'

const EVERY_MS = 10_000
const SHOWN = 12
type Which = 'everyone' | 'mine' | 'live'

export function RecentSessions() {
  const boot = useBoot()
  const [which, setWhich] = useState<Which>('everyone')
  const { value, problem } = useApi('session.list', { limit: 100 }, EVERY_MS)
  const live = value?.filter((session) => session.live) ?? []
  const mine = value?.filter((session) => session.ownerId === boot.me?.userId) ?? []
  const shown = value === null ? null : (which === 'live' ? live : which === 'mine' ? mine : value).slice(0, SHOWN)
  return (
    <section aria-labelledby="recent" className="mt-5">
      <div className="flex h-[34px] items-center gap-2.5 text-cell">
        <h2 id="recent" className="font-medium">Recent sessions</h2>
        <Link href="/sessions" prefetch={false} className="rounded-tag text-text-3 hover:text-text-1 max-md:hidden">all sessions</Link>
        <span className="flex-1" />
        <Segmented
          label="Which sessions" value={which} onChange={setWhich}
          segments={[{ value: 'everyone', label: 'Everyone' }, { value: 'mine', label: 'Mine' }, { value: 'live', label: <span className="min-w-[38px] text-center">{live.length > 0 ? `Live ${live.length}` : 'Live'}</span> }]}
        />
      </div>
      {problem && value === null ? <p className="py-4 text-text-3">{problem.message}</p> : <SessionTable sessions={shown} label="Recent sessions" />}
      {shown?.length === 0 && <p className="border-t border-line py-4 text-text-3 max-md:px-0">{emptyWords(which)}</p>}
    </section>
  )
}

function emptyWords(which: Which): string {
  if (which === 'live') return 'Nothing is running now.'
  return which === 'mine' ? 'You have started no session yet.' : 'No session yet. Type a target above and press Enter.'
}

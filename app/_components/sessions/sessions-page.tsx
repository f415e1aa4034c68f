'use client'
/** Every session one may see: search, filter, rename, delete. */
import { Pencil, Trash2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import type { SessionSummary } from '#lib/protocol/api.ts'
import { useApi } from '../../_hooks/use-api.ts'
import { call } from '../../_lib/api.ts'
import { PageFrame } from '../pages/page-frame.tsx'
import { mayDo } from '../../_lib/may-do.ts'
import { useBoot } from '../shell/boot-context.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { SessionTable } from './session-table.tsx'

const Confirm = dynamic(() => import('../ui/confirm.tsx').then((module) => module.Confirm), { ssr: false })
const Rename = dynamic(() => import('./rename-dialog.tsx').then((module) => module.RenameDialog), { ssr: false })

const PAGE = 100
const EVERY_MS = 15_000
const PAUSE_MS = 250
type Which = 'everyone' | 'mine' | 'live'

export function SessionsPage() {
  const boot = useBoot()
  const [which, setWhich] = useState<Which>('everyone')
  const [text, setText] = useState('')
  const searched = useSettled(text.trim())
  const [limit, setLimit] = useState(PAGE)
  const [asked, setAsked] = useState<{ what: 'delete' | 'rename'; session: SessionSummary } | null>(null)
  const reading = useApi('session.list', { limit: Math.min(limit, 200), ...(which === 'mine' && { who: 'mine' as const }), ...(which === 'live' && { live: true }), ...(searched !== '' && { text: searched }) }, EVERY_MS)
  const { value, problem, again } = reading
  const close = (): void => setAsked(null)
  const editable = (session: SessionSummary): boolean => mayDo(boot, 'session:edit') && (boot.me?.role === 'admin' || session.ownerId === boot.me?.userId)
  return (
    <PageFrame
      wide title="Sessions" lead="Every investigation that is kept, newest first."
      tools={<>
        <input type="search" aria-label="Search sessions" placeholder="target, title, person" value={text} maxLength={200} onChange={(event) => setText(event.target.value)} className="h-ctl w-56 rounded-ctl bg-surface-2 px-2.5 text-cell edge-line-3 max-md:h-9 max-md:w-full" />
        <Segmented label="Which sessions" value={which} onChange={setWhich} segments={[{ value: 'everyone', label: 'Everyone' }, { value: 'mine', label: 'Mine' }, { value: 'live', label: 'Live' }]} />
      </>}
    >
      {problem && value === null ? <p className="text-text-3">{problem.message}</p> : (
        <SessionTable
          sessions={value} label="Sessions" skeletonRows={14}
          tools={(session) => editable(session) && <>
            <Button look="ghost" size="sm" square aria-label={`Rename ${session.target}`} onClick={() => setAsked({ what: 'rename', session })}><Icon of={Pencil} size={12} /></Button>
            <Button look="ghost" size="sm" square aria-label={`Delete ${session.target}`} onClick={() => setAsked({ what: 'delete', session })}><Icon of={Trash2} size={12} /></Button>
          </>}
        />
      )}
      {value?.length === 0 && <p className="border-t border-line py-4 text-text-3">{searched === '' ? 'No session here yet.' : `No session matches “${searched}”.`}</p>}
      {value !== null && value.length >= limit && limit < 200 && <Button className="mt-3" onClick={() => setLimit(200)}>Show more</Button>}
      {asked?.what === 'delete' && (
        <Confirm
          title="Delete this session?" action="Delete session" onClose={close}
          text={`${asked.session.title || asked.session.target} with its measurements, findings, raw output and links is removed for everyone. Its runs are stopped. This cannot be taken back.`}
          onConfirm={async () => {
            const result = await call('session.delete', { sessionId: asked.session.sessionId })
            again()
            return result.ok ? null : result.error
          }}
        />
      )}
      {asked?.what === 'rename' && <Rename session={asked.session} onClose={close} onDone={again} />}
    </PageFrame>
  )
}

/** The text once typing has paused. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

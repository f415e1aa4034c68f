'use client'
/** Sharing a session: who, what, which time, what is hidden, how long; then the link. Loaded when opened. */
import { Link2 } from 'lucide-react'
import { useState } from 'react'
import type { CreatedShare } from '#lib/protocol/api.ts'
import { useApi } from '../../_hooks/use-api.ts'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { call } from '../../_lib/api.ts'
import { copyText } from '../../_lib/copy.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { useStatus } from '../ui/status.tsx'
import { ShareForm } from './share-form.tsx'
import { contradicts, EXPIRIES, FIRST_CHOICE, scopeOf, type Choice } from './scope-choice.ts'

export function ShareDialog({ sessionId, onClose }: { sessionId: string; onClose: () => void }) {
  const [choice, setChoice] = useState<Choice>(FIRST_CHOICE)
  const [created, setCreated] = useState<CreatedShare | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const { view } = useSessionState()
  const shares = useApi('share.list', { sessionId })
  const status = useStatus()
  const create = async (): Promise<void> => {
    setBusy(true)
    setProblem(null)
    const result = await call('share.create', { sessionId, scope: scopeOf(choice, view.seq), expiresInS: EXPIRIES[choice.expiry] })
    setBusy(false)
    if (!result.ok) {
      setProblem(result.error.message)
      return
    }
    setCreated(result.value)
    shares.again()
    status.notify(await copyText(result.value.link) ? 'Link copied.' : 'The link is made. Select it to copy.')
  }
  return (
    <Dialog
      title="Share this session" onClose={onClose}
      footer={<>
        {problem !== null && <p role="alert" className="min-w-0 flex-1 text-data text-crit">{problem}</p>}
        <span className="flex-1 max-md:hidden" />
        <Button onClick={onClose}>{created ? 'Close' : 'Cancel'}</Button>
        <Button look="primary" disabled={busy || contradicts(choice)} onClick={() => void create()}><Icon of={Link2} />{created ? 'Create another link' : 'Create and copy link'}</Button>
      </>}
    >
      <ShareForm choice={choice} onChoice={(next) => { setChoice(next); setCreated(null) }} created={created} shares={shares} />
    </Dialog>
  )
}

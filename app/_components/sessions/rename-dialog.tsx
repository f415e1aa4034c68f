'use client'
/** Title and visibility of a session. Loaded when opened. */
import { useState } from 'react'
import type { SessionSummary } from '#lib/protocol/api.ts'
import { call } from '../../_lib/api.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogRow } from '../ui/dialog.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { TextField } from '../ui/text-field.tsx'

export function RenameDialog({ session, onClose, onDone }: { session: SessionSummary; onClose: () => void; onDone: () => void }) {
  const [title, setTitle] = useState(session.title === '' ? session.target : session.title)
  const [visibility, setVisibility] = useState(session.visibility)
  const [problem, setProblem] = useState<string | undefined>()
  const save = async (): Promise<void> => {
    const result = await call('session.edit', { sessionId: session.sessionId, title: title.trim(), visibility })
    if (!result.ok) {
      setProblem(result.error.message)
      return
    }
    onDone()
    onClose()
  }
  return (
    <Dialog title="Edit session" onClose={onClose} footer={<><span className="flex-1 max-md:hidden" /><Button onClick={onClose}>Cancel</Button><Button look="primary" disabled={title.trim() === ''} onClick={() => void save()}>Save session</Button></>}>
      <DialogRow name="Title"><TextField label={<span className="sr-only">Title</span>} value={title} maxLength={120} error={problem} onChange={(event) => setTitle(event.target.value)} /></DialogRow>
      <DialogRow name="Seen by">
        <Segmented large label="Seen by" value={visibility} onChange={setVisibility} segments={[{ value: 'team', label: 'Everyone signed in' }, { value: 'private', label: 'Only me' }]} />
        <p className="mt-[5px] text-data text-text-3">Share links work either way.</p>
      </DialogRow>
    </Dialog>
  )
}

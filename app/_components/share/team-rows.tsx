'use client'
/** Sharing with the team is its plain address; only a private session stands in the way, and says so. */
import { useState } from 'react'
import { useApi } from '../../_hooks/use-api.ts'
import { call } from '../../_lib/api.ts'
import { Button } from '../ui/button.tsx'
import { DialogRow } from '../ui/dialog.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { useStatus } from '../ui/status.tsx'

export function TeamRows({ sessionId }: { sessionId: string }) {
  const { value, again } = useApi('session.read', { sessionId })
  const [busy, setBusy] = useState(false)
  const status = useStatus()
  if (value?.session.visibility !== 'private') return null
  const open = async (): Promise<void> => {
    setBusy(true)
    const result = await call('session.edit', { sessionId, visibility: 'team' })
    setBusy(false)
    status.notify(result.ok ? 'Everyone signed in sees it now.' : result.error.message)
    again()
  }
  return (
    <DialogRow name="Seen by">
      <div role="alert" className="grid grid-cols-[12px_minmax(0,1fr)] gap-x-2 pt-1 text-data leading-[17px] text-text-2">
        <SeverityMark severity="warn" className="mt-[3px]" />
        <p>This session is private: for everyone but its owner this address opens nothing.</p>
        <span className="col-start-2 mt-1.5"><Button size="sm" disabled={busy} onClick={() => void open()}>Show it to the team</Button></span>
      </div>
    </DialogRow>
  )
}

'use client'
/** Asks before something that cannot be taken back. Import it lazily. */
import { useState } from 'react'
import type { Problem } from '#lib/protocol/result.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

interface Props {
  title: string
  text: string
  /** The verb with its object: `Delete session`. */
  action: string
  /** Null when it worked; then the dialog closes. */
  onConfirm: () => Promise<Problem | null>
  onClose: () => void
}

export function Confirm({ title, text, action, onConfirm, onClose }: Props) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const confirm = async (): Promise<void> => {
    setBusy(true)
    const failed = await onConfirm()
    setBusy(false)
    if (failed) setProblem(failed)
    else onClose()
  }
  return (
    <Dialog title={title} onClose={onClose} footer={<><span className="flex-1 max-md:hidden" /><Button onClick={onClose}>Cancel</Button><Button look="primary" disabled={busy} onClick={() => void confirm()}>{action}</Button></>}>
      <p className="px-5 py-4 text-text-2 text-pretty">{text}</p>
      {problem && <p role="alert" className="px-5 pb-4 text-crit">{problem.message}</p>}
    </Dialog>
  )
}

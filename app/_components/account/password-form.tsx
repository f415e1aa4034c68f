'use client'
/** Changes one's own password. */
import { useState, type FormEvent } from 'react'
import type { Problem } from '#lib/protocol/result.ts'
import { call } from '../../_lib/api.ts'
import { PASSWORD_MIN } from '../../_lib/limits.ts'
import { Button } from '../ui/button.tsx'
import { useStatus } from '../ui/status.tsx'
import { TextField } from '../ui/text-field.tsx'

export function PasswordForm() {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const status = useStatus()
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    const result = await call('me.password', { current, next })
    setBusy(false)
    setProblem(result.ok ? null : result.error)
    if (!result.ok) return
    setCurrent('')
    setNext('')
    status.notify('Password changed. Other sign-ins have ended.')
  }
  const onNext = problem?.field === 'next'
  return (
    <form onSubmit={(event) => void submit(event)} className="flex max-w-[420px] flex-col gap-3">
      <TextField label="Current password" type="password" autoComplete="current-password" required value={current} onChange={(event) => setCurrent(event.target.value)} error={onNext ? undefined : problem?.message} />
      <TextField label="New password" type="password" autoComplete="new-password" required minLength={PASSWORD_MIN} value={next} onChange={(event) => setNext(event.target.value)} hint={`At least ${PASSWORD_MIN} characters.`} error={onNext ? problem.message : undefined} />
      <Button type="submit" className="self-start" disabled={busy || current === '' || next.length < PASSWORD_MIN}>Change password</Button>
    </form>
  )
}

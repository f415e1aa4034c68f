'use client'
/** Name and password. The server answers a wrong name and a wrong password alike. */
import { useState, type FormEvent } from 'react'
import type { Problem } from '#lib/protocol/result.ts'
import { call } from '../../_lib/api.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/text-field.tsx'

export function SignInForm({ next }: { next: string }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    const result = await call('sign-in', { name: name.trim(), password })
    if (result.ok) {
      location.assign(next) // a full load: the server decides again what this viewer gets
      return
    }
    setBusy(false)
    setProblem(result.error)
  }
  const words = problem && `${problem.message}${problem.retryAfterS === undefined || problem.message.includes(String(problem.retryAfterS)) ? '' : ` Try again in ${problem.retryAfterS} s.`}`
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      <TextField label="Name" name="username" autoComplete="username" autoCapitalize="off" spellCheck={false} autoFocus required maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required maxLength={200} value={password} onChange={(event) => setPassword(event.target.value)} />
      {words !== null && <p role="alert" className="text-data text-crit text-pretty">{words}</p>}
      <Button type="submit" look="primary" size="lg" disabled={busy} className="mt-1">{busy ? 'Signing in' : 'Sign in'}</Button>
    </form>
  )
}

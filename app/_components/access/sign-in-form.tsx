'use client'
/** Name and password. The server answers a wrong name and a wrong password alike. */
import { useState, type FormEvent } from 'react'
import type { Problem } from '#lib/protocol/result.ts'
import { fieldsOf, useReady } from '../../_hooks/use-ready.ts'
import { call } from '../../_lib/api.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/text-field.tsx'

export function SignInForm({ next }: { next: string }) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const ready = useReady()
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const { username = '', password = '' } = fieldsOf(event.currentTarget)
    setBusy(true)
    const result = await call('sign-in', { name: username.trim(), password })
    if (result.ok) {
      location.assign(next) // a full load: the server decides again what this viewer gets
      return
    }
    setBusy(false)
    setProblem(result.error)
  }
  const words = problem && `${problem.message}${problem.retryAfterS === undefined || problem.message.includes(String(problem.retryAfterS)) ? '' : ` Try again in ${problem.retryAfterS} s.`}`
  return (
    // `post`: whatever happens, a password never stands in an address.
    <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      <TextField label="Name" name="username" autoComplete="username" autoCapitalize="off" spellCheck={false} autoFocus required maxLength={64} />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required maxLength={200} />
      {words !== null && <p role="alert" className="text-data text-crit text-pretty">{words}</p>}
      <Button type="submit" look="primary" size="lg" disabled={busy || !ready} className="mt-1">{busy ? 'Signing in' : 'Sign in'}</Button>
    </form>
  )
}

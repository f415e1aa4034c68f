'use client'
/** The first account, made with the one-time token from the link in the log. */
import { useEffect, useState, type FormEvent } from 'react'
import type { Problem } from '#lib/protocol/result.ts'
import { fieldsOf, useReady } from '../../_hooks/use-ready.ts'
import { call } from '../../_lib/api.ts'
import { PASSWORD_MIN } from '../../_lib/limits.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/text-field.tsx'

export function SetupForm() {
  /** From the link's fragment; null: to be typed. */
  const [token, setToken] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const ready = useReady()
  useEffect(() => {
    const inLink = decodeURIComponent(location.hash.slice(1))
    if (inLink === '') return
    history.replaceState(history.state, '', location.pathname) // the token does not belong in the history
    setToken(inLink)
  }, [])
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const { username = '', display = '', password = '', token: typed = '' } = fieldsOf(event.currentTarget)
    setBusy(true)
    const result = await call('setup', { token: token ?? typed.trim(), name: username.trim(), display: display.trim(), password })
    if (result.ok) {
      location.assign('/')
      return
    }
    setBusy(false)
    setProblem(result.error)
    if (result.error.field === 'token') setToken(null)
  }
  const errorOf = (field: string): string | undefined => (problem?.field === field ? problem.message : undefined)
  return (
    // `post`: whatever happens, a password never stands in an address.
    <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      {token === null && <TextField label="Setup token" name="token" machine required maxLength={100} autoComplete="off" spellCheck={false} hint="It is in the link that the server printed when it started." error={errorOf('token')} />}
      <TextField label="Your name" name="display" required maxLength={64} autoComplete="name" error={errorOf('display')} />
      <TextField label="Name to sign in with" name="username" machine required maxLength={32} autoComplete="username" autoCapitalize="off" spellCheck={false} hint="Lower-case letters, digits, dot, dash, underscore." error={errorOf('name')} />
      <TextField label="Password" name="password" type="password" required minLength={PASSWORD_MIN} maxLength={200} autoComplete="new-password" hint={`At least ${PASSWORD_MIN} characters.`} error={errorOf('password')} />
      {problem && problem.field === undefined && <p role="alert" className="text-data text-crit text-pretty">{problem.message}</p>}
      <Button type="submit" look="primary" size="lg" disabled={busy || !ready} className="mt-1">{busy ? 'Making the account' : 'Make the account'}</Button>
    </form>
  )
}

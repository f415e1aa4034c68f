'use client'
/** The first account, made with the one-time token from the link in the log. */
import { useEffect, useState, type FormEvent } from 'react'
import type { Problem } from '#lib/protocol/result.ts'
import { call } from '../../_lib/api.ts'
import { PASSWORD_MIN } from '../../_lib/limits.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/text-field.tsx'

export function SetupForm() {
  const [fields, setFields] = useState({ token: '', name: '', display: '', password: '' })
  const [fromLink, setFromLink] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    const token = decodeURIComponent(location.hash.slice(1))
    if (token === '') return
    history.replaceState(history.state, '', location.pathname) // the token does not belong in the history
    setFields((before) => ({ ...before, token }))
    setFromLink(true)
  }, [])
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    const result = await call('setup', { ...fields, name: fields.name.trim(), display: fields.display.trim() })
    if (result.ok) {
      location.assign('/')
      return
    }
    setBusy(false)
    setProblem(result.error)
    if (result.error.field === 'token') setFromLink(false)
  }
  const set = (field: keyof typeof fields) => (event: { target: { value: string } }): void => setFields({ ...fields, [field]: event.target.value })
  const errorOf = (field: string): string | undefined => (problem?.field === field ? problem.message : undefined)
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      {!fromLink && <TextField label="Setup token" machine required maxLength={100} autoComplete="off" spellCheck={false} value={fields.token} onChange={set('token')} hint="It is in the link that the server printed when it started." error={errorOf('token')} />}
      <TextField label="Your name" required maxLength={64} autoComplete="name" value={fields.display} onChange={set('display')} error={errorOf('display')} />
      <TextField label="Name to sign in with" machine required maxLength={32} autoComplete="username" autoCapitalize="off" spellCheck={false} value={fields.name} onChange={set('name')} hint="Lower-case letters, digits, dot, dash, underscore." error={errorOf('name')} />
      <TextField label="Password" type="password" required minLength={PASSWORD_MIN} maxLength={200} autoComplete="new-password" value={fields.password} onChange={set('password')} hint={`At least ${PASSWORD_MIN} characters.`} error={errorOf('password')} />
      {problem && problem.field === undefined && <p role="alert" className="text-data text-crit text-pretty">{problem.message}</p>}
      <Button type="submit" look="primary" size="lg" disabled={busy} className="mt-1">{busy ? 'Making the account' : 'Make the account'}</Button>
    </form>
  )
}

'use client'
/** Form for a new API token. */
import { useState, type FormEvent } from 'react'
import type { CreatedToken } from '#lib/protocol/api.ts'
import { call } from '../../_lib/api.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { TextField } from '../ui/text-field.tsx'

const DAY_S = 86_400
const LIVES = { day: DAY_S, quarter: 90 * DAY_S, year: 365 * DAY_S } as const
const SCOPES = [['read', 'Read sessions'], ['run', 'Start and stop runs'], ['share', 'Make share links']] as const
type Scope = (typeof SCOPES)[number][0]

export function NewToken({ onCreated }: { onCreated: (created: CreatedToken) => void }) {
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set(['read']))
  const [life, setLife] = useState<keyof typeof LIVES>('quarter')
  const [problem, setProblem] = useState<string | undefined>()
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const result = await call('token.create', { name: name.trim(), scopes: [...scopes], expiresInS: LIVES[life] })
    setProblem(result.ok ? undefined : result.error.message)
    if (!result.ok) return
    setName('')
    onCreated(result.value)
  }
  const toggle = (scope: Scope): void => {
    const next = new Set(scopes)
    if (!next.delete(scope)) next.add(scope)
    setScopes(next)
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-wrap items-end gap-x-5 gap-y-3">
      <TextField label="Name of a new token" placeholder="nightly check" maxLength={64} value={name} onChange={(event) => setName(event.target.value)} error={problem} className="w-56" />
      <fieldset className="flex flex-wrap gap-x-4"><legend className="sr-only">May</legend>{SCOPES.map(([scope, words]) => <Checkbox key={scope} className="min-h-8" checked={scopes.has(scope)} onChange={() => toggle(scope)}>{words}</Checkbox>)}</fieldset>
      <Segmented large label="Lives" value={life} onChange={setLife} segments={[{ value: 'day', label: '1 day' }, { value: 'quarter', label: '90 days' }, { value: 'year', label: '1 year' }]} />
      <Button type="submit" disabled={name.trim() === '' || scopes.size === 0}>Make token</Button>
    </form>
  )
}

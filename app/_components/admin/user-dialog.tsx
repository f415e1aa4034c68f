'use client'
/** Makes an account, or sets the password of one. Loaded when opened. */
import { useState } from 'react'
import type { Role } from '#lib/protocol/access.ts'
import type { UserSummary } from '#lib/protocol/api.ts'
import type { Problem } from '#lib/protocol/result.ts'
import { call } from '../../_lib/api.ts'
import { PASSWORD_MIN } from '../../_lib/limits.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'
import { RoleSelect } from './role-select.tsx'

export function UserDialog({ user, onClose, onDone }: { user: UserSummary | null; onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState('')
  const [display, setDisplay] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const errorOf = (field: string): string | undefined => (problem?.field === field ? problem.message : undefined)
  const save = async (): Promise<void> => {
    const result = user === null
      ? await call('user.create', { name: name.trim(), display: display.trim(), role, password })
      : await call('user.edit', { userId: user.userId, password })
    if (!result.ok) {
      setProblem(result.error)
      return
    }
    onDone()
    onClose()
  }
  const action = user === null ? 'Make account' : 'Set password'
  return (
    <Dialog title={user === null ? 'Make an account' : `Set the password of ${user.display}`} onClose={onClose} footer={<><span className="flex-1 max-md:hidden" /><Button onClick={onClose}>Cancel</Button><Button look="primary" disabled={password.length < PASSWORD_MIN} onClick={() => void save()}>{action}</Button></>}>
      <div className="flex flex-col gap-3 px-5 py-4">
        {user === null && (
          <>
            <TextField label="Full name" value={display} maxLength={64} onChange={(event) => setDisplay(event.target.value)} error={errorOf('display')} />
            <TextField label="Name to sign in with" machine value={name} maxLength={32} autoCapitalize="off" spellCheck={false} onChange={(event) => setName(event.target.value)} hint="Lower-case letters, digits, dot, dash, underscore." error={errorOf('name')} />
            <div className="flex flex-col gap-1"><span className="text-data text-text-2">Role</span><div><RoleSelect label="Role" value={role} onChange={setRole} /></div></div>
          </>
        )}
        <TextField label="Password" type="password" autoComplete="new-password" value={password} onChange={(event) => setPassword(event.target.value)} hint={`At least ${PASSWORD_MIN} characters. Hand it over another way than this page.`} error={errorOf('password')} />
        {problem && problem.field === undefined && <p role="alert" className="text-data text-crit">{problem.message}</p>}
      </div>
    </Dialog>
  )
}

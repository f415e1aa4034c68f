'use client'
/** Accounts: who they are, what they may do, make and disable. For admins. */
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { UserSummary } from '#lib/protocol/api.ts'
import { useApi } from '../../_hooks/use-api.ts'
import { useNow } from '../../_hooks/use-now.ts'
import { call } from '../../_lib/api.ts'
import { dateShort } from '../../_lib/time.ts'
import { PageFrame } from '../pages/page-frame.tsx'
import { Table } from '../pages/table.tsx'
import { useBoot } from '../shell/boot-context.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Tag } from '../ui/pill.tsx'
import { useStatus } from '../ui/status.tsx'
import { RoleSelect } from './role-select.tsx'

const UserDialog = dynamic(() => import('./user-dialog.tsx').then((module) => module.UserDialog), { ssr: false })

export function UsersPage() {
  const boot = useBoot()
  const { value, problem, again } = useApi('user.list', {})
  const [making, setMaking] = useState<{ user: UserSummary | null } | null>(null)
  const nowMs = useNow(60_000)
  const { clock } = useZone()
  const status = useStatus()
  const edit = async (change: { userId: string; role?: string; disabled?: boolean }): Promise<void> => {
    const result = await call('user.edit', change)
    status.notify(result.ok ? 'Saved. Their sign-ins have ended.' : result.error.message)
    again()
  }
  const mine = (user: UserSummary): boolean => user.userId === boot.me?.userId
  return (
    <PageFrame wide title="Users" lead="A change of role or password ends that person’s sign-ins at once." tools={<Button look="primary" onClick={() => setMaking({ user: null })}>Make account</Button>}>
      {problem && value === null ? <p className="text-text-3">{problem.message}</p> : (
        <Table
          label="Users" rows={value} keyOf={(user) => user.userId} empty="No account." dim={(user) => user.disabled}
          columns={[
            { name: 'person', cell: (user) => <span className="flex items-center gap-2.5"><Avatar display={user.display} />{user.display}{mine(user) && <Tag>you</Tag>}{user.disabled && <Tag tone="crit">disabled</Tag>}</span> },
            { name: 'name', machine: true, cell: (user) => user.name },
            { name: 'role', cell: (user) => <RoleSelect label={`Role of ${user.display}`} value={user.role} disabled={mine(user)} onChange={(role) => void edit({ userId: user.userId, role })} /> },
            { name: 'last seen', cell: (user) => (user.lastSeenAtMs === null ? 'never' : nowMs !== null && dateShort(user.lastSeenAtMs, nowMs, clock)) },
            { name: 'actions', right: true, cell: (user) => !mine(user) && (
              <span className="inline-flex gap-1.5">
                <Button size="sm" onClick={() => setMaking({ user })}>Set password</Button>
                <Button size="sm" onClick={() => void edit({ userId: user.userId, disabled: !user.disabled })}>{user.disabled ? 'Enable account' : 'Disable account'}</Button>
              </span>
            ) },
          ]}
        />
      )}
      {making && <UserDialog user={making.user} onClose={() => setMaking(null)} onDone={again} />}
    </PageFrame>
  )
}

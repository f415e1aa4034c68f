'use client'
/** API tokens of one's own: list, make (shown once), revoke. */
import { useState } from 'react'
import type { CreatedToken, TokenSummary } from '#lib/protocol/api.ts'
import { useApi } from '../../_hooks/use-api.ts'
import { useNow } from '../../_hooks/use-now.ts'
import { call } from '../../_lib/api.ts'
import { dateNear } from '../../_lib/time.ts'
import { Table } from '../pages/table.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { Button } from '../ui/button.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { useStatus } from '../ui/status.tsx'
import { NewToken } from './new-token.tsx'

export function Tokens() {
  const { value, problem, again } = useApi('token.list', {})
  const [created, setCreated] = useState<CreatedToken | null>(null)
  const status = useStatus()
  const nowMs = useNow(60_000)
  const { clock } = useZone()
  const near = (ms: number | null): string => (ms === null ? 'never' : nowMs === null ? '' : dateNear(ms, nowMs, clock))
  const revoke = async (token: TokenSummary): Promise<void> => {
    const result = await call('token.revoke', { tokenId: token.tokenId })
    status.notify(result.ok ? 'Token revoked.' : result.error.message)
    again()
  }
  return (
    <div className="flex flex-col gap-4">
      {problem && <p className="text-text-3">{problem.message}</p>}
      {created && (
        <div className="flex flex-col gap-1.5 rounded-panel border border-line-2 p-3">
          <p className="text-cell"><b className="font-medium">{created.token.name}</b> is made. Copy the token now: it is shown once and cannot be read again.</p>
          <CommandLine command={created.secret} />
        </div>
      )}
      <Table
        label="API tokens" rows={value} keyOf={(token) => token.tokenId} empty="No token yet."
        columns={[
          { name: 'name', cell: (token) => token.name },
          { name: 'begins with', machine: true, cell: (token) => token.prefix },
          { name: 'may', cell: (token) => token.scopes.join(', ') },
          { name: 'last used', cell: (token) => near(token.lastUsedAtMs) },
          { name: 'until', cell: (token) => near(token.expiresAtMs) },
          { name: 'action', right: true, cell: (token) => <Button size="sm" onClick={() => void revoke(token)}>Revoke token</Button> },
        ]}
      />
      <NewToken onCreated={(next) => { setCreated(next); again() }} />
    </div>
  )
}

'use client'
/** Browsers that are signed in as oneself: which, from where, since when; end one of them. */
import type { SignInSummary } from '#lib/protocol/api.ts'
import { useApi } from '../../_hooks/use-api.ts'
import { useNow } from '../../_hooks/use-now.ts'
import { agentWords } from '../../_lib/agent.ts'
import { call } from '../../_lib/api.ts'
import { dateNear } from '../../_lib/time.ts'
import { Table } from '../pages/table.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { Button } from '../ui/button.tsx'
import { Tag } from '../ui/pill.tsx'
import { useStatus } from '../ui/status.tsx'

export function SignIns() {
  const { value, problem, again } = useApi('sign-in.list', {})
  const status = useStatus()
  const nowMs = useNow(60_000)
  const { clock } = useZone()
  const near = (ms: number): string => (nowMs === null ? '' : dateNear(ms, nowMs, clock))
  const end = async (signIn: SignInSummary): Promise<void> => {
    const result = await call('sign-in.revoke', { signInId: signIn.signInId })
    status.notify(result.ok ? 'That sign-in has ended.' : result.error.message)
    again()
  }
  if (problem && value === null) return <p className="text-text-3">{problem.message}</p>
  return (
    <Table
      label="Sign-ins" rows={value} keyOf={(signIn) => signIn.signInId} empty="Nobody is signed in."
      columns={[
        { name: 'browser', cell: (signIn) => <span title={signIn.agent}>{agentWords(signIn.agent)}{signIn.current && <span className="ml-2"><Tag tone="ok">this browser</Tag></span>}</span> },
        { name: 'address', machine: true, cell: (signIn) => signIn.address },
        { name: 'signed in', cell: (signIn) => near(signIn.createdAtMs) },
        { name: 'last seen', cell: (signIn) => near(signIn.lastSeenAtMs) },
        { name: 'until', cell: (signIn) => near(signIn.expiresAtMs) },
        { name: 'action', right: true, cell: (signIn) => !signIn.current && <Button size="sm" onClick={() => void end(signIn)}>End sign-in</Button> },
      ]}
    />
  )
}

'use client'
/** Every share link of sessions one may see: what it shows, how often and from where it was opened, revoke. */
import Link from 'next/link'
import type { ShareSummary } from '#lib/protocol/api.ts'
import { useApi } from '../../_hooks/use-api.ts'
import { useNow } from '../../_hooks/use-now.ts'
import { call } from '../../_lib/api.ts'
import { dateNear } from '../../_lib/time.ts'
import { PageFrame } from '../pages/page-frame.tsx'
import { Table, type Column } from '../pages/table.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { Button } from '../ui/button.tsx'
import { Tag } from '../ui/pill.tsx'
import { useStatus } from '../ui/status.tsx'
import { scopeWords } from './scope-choice.ts'

const EVERY_MS = 10_000

export function LinksPage() {
  const { value, problem, again } = useApi('share.list', {}, EVERY_MS)
  const nowMs = useNow()
  const { clock } = useZone()
  const status = useStatus()
  const open = (share: ShareSummary): boolean => share.revokedAtMs === null && nowMs !== null && share.expiresAtMs > nowMs
  const revoke = async (share: ShareSummary): Promise<void> => {
    const result = await call('share.revoke', { shareId: share.shareId })
    status.notify(result.ok ? 'Revoked. Everyone who had it open has been cut off.' : result.error.message)
    again()
  }
  const near = (ms: number | null): string => (ms === null || nowMs === null ? '–' : dateNear(ms, nowMs, clock))
  const columns: Column<ShareSummary>[] = [
    { name: 'session', cell: (share) => <Link href={`/s/${share.sessionId}`} prefetch={false} className="machine rounded-tag text-text-1 hover:underline">{share.title}</Link> },
    { name: 'shows', cell: (share) => <span className="text-text-2">{scopeWords(share.scope)}</span> },
    { name: 'by', cell: (share) => share.by },
    { name: 'opened', right: true, cell: (share) => <span title={share.lastOpenedAtMs === null ? undefined : `last ${near(share.lastOpenedAtMs)}`}>{share.opens}{share.openNow > 0 && <span className="text-ok"> {share.openNow} now</span>}</span> },
    { name: 'last from', machine: true, cell: (share) => share.lastAddress ?? '–' },
    { name: 'until', cell: (share) => share.revokedAtMs !== null ? <Tag tone="crit">revoked</Tag> : open(share) ? near(share.expiresAtMs) : <Tag>expired</Tag> },
    { name: 'action', right: true, cell: (share) => open(share) && <Button size="sm" onClick={() => void revoke(share)}>Revoke link</Button> },
  ]
  return (
    <PageFrame wide title="Share links" lead="Anyone with a link can look until it ends or you revoke it. Every opening is logged.">
      {problem && value === null ? <p className="text-text-3">{problem.message}</p> : <Table label="Share links" columns={columns} rows={value} keyOf={(share) => share.shareId} empty="No link has been made yet. Open a session and press Share." dim={(share) => !open(share)} />}
    </PageFrame>
  )
}

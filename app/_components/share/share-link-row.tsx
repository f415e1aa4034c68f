'use client'
/** The link itself: its text, what it opens on, its code for a phone, and the other links of the session. */
import Link from 'next/link'
import type { ShareSummary } from '#lib/protocol/api.ts'
import { useNow } from '../../_hooks/use-now.ts'
import { countWord, countWordFirst } from '../../_lib/words.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { DialogHint, DialogRow } from '../ui/dialog.tsx'
import { Qr } from './qr.tsx'

interface Props {
  /** Null: not made yet. */
  link: string | null
  /** The link holds a secret: it is shown once. */
  secret: boolean
  /** Null: not told, because there are none to speak of, or not read yet. */
  shares: readonly ShareSummary[] | null
  createdId: string | null
  openAt: { words: string; on: boolean; setOn: (on: boolean) => void }
}

export function ShareLinkRow({ link, secret, shares, createdId, openAt }: Props) {
  return (
    <DialogRow name="Link">
      {link === null ? <p className="pt-1 text-cell text-text-3">Made when you press the button, and shown once.</p> : (
        <div className="flex h-[34px] items-center gap-2 rounded-ctl bg-surface-2 pl-2.5 pr-1 edge-line-3 has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-accent">
          <input readOnly value={link} aria-label="Link" onFocus={(event) => event.target.select()} className="machine min-w-0 flex-1 truncate bg-transparent outline-none" />
          <CopyButton text={link} label="Copy the link">Copy</CopyButton>
        </div>
      )}
      <div className="mt-2 flex gap-4">
        <div className="min-w-0 flex-1">
          <Checkbox checked={openAt.on} onChange={(event) => openAt.setOn(event.target.checked)}>{openAt.words}</Checkbox>
          {link !== null && <DialogHint>Scan the code to hand the session to a phone. {secret ? 'The secret is only in this link and cannot be read again. Each opening is logged with time and address.' : 'It asks to sign in first.'}</DialogHint>}
          {secret && <Others shares={shares} createdId={createdId} />}
        </div>
        {link !== null && <Qr text={link} />}
      </div>
    </DialogRow>
  )
}

function Others({ shares, createdId }: { shares: readonly ShareSummary[] | null; createdId: string | null }) {
  const nowMs = useNow(10_000)
  if (shares === null || nowMs === null) return <p className="mt-[5px] h-[17px]" />
  const others = shares.filter((share) => share.shareId !== createdId && share.revokedAtMs === null && share.expiresAtMs > nowMs)
  if (others.length === 0) return <DialogHint>No other link to this session exists.</DialogHint>
  const open = others.reduce((sum, share) => sum + share.openNow, 0)
  return (
    <DialogHint>
      {others.length === 1 ? 'One other link exists' : `${countWordFirst(others.length)} other links exist`}, {countWord(open)} open now.{' '}
      <Link href="/links" prefetch={false} className="rounded-tag text-accent underline">Manage links</Link>
    </DialogHint>
  )
}

'use client'
/** The rows of the share dialog. */
import Link from 'next/link'
import { formatCount } from '#lib/format/number.ts'
import type { CreatedShare, ShareSummary } from '#lib/protocol/api.ts'
import type { Reading } from '../../_hooks/use-api.ts'
import { useNow } from '../../_hooks/use-now.ts'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { dateLong } from '../../_lib/time.ts'
import { useZone } from '../shell/zone-context.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { DialogRow } from '../ui/dialog.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { Qr } from './qr.tsx'
import { contradicts, EXPIRIES, type Choice, type Expiry } from './scope-choice.ts'

interface Props { choice: Choice; onChoice: (choice: Choice) => void; created: CreatedShare | null; shares: Reading<ShareSummary[]> }

const HINT = 'mt-[5px] text-data leading-[17px] text-text-3 text-pretty'

export function ShareForm({ choice, onChoice, created, shares }: Props) {
  const { view } = useSessionState()
  const { clock } = useZone()
  const nowMs = useNow()
  return (
    <>
      <DialogRow name="Who">
        <p className="pt-1 text-cell">Anyone with the link</p>
        <p className={HINT}>They can look and move through time. They cannot start or stop runs.</p>
      </DialogRow>
      <DialogRow name="Include">
        <div className="grid grid-cols-2 gap-x-4 pt-0.5">
          <Checkbox checked disabled readOnly>Path and latency</Checkbox>
          <Checkbox checked disabled readOnly>Findings</Checkbox>
          <Checkbox checked={choice.transcript} onChange={(event) => onChoice({ ...choice, transcript: event.target.checked })}>Raw output</Checkbox>
        </div>
      </DialogRow>
      <DialogRow name="Time">
        <Segmented large className="max-md:flex" label="Time" value={choice.time} onChange={(time) => onChoice({ ...choice, time })} segments={[{ value: 'live', label: 'Whole session, live' }, { value: 'frozen', label: `Until now, ${clock.hm(view.atMs)}` }]} />
        {choice.time === 'frozen' && <p className={HINT}>Frozen at event {formatCount(view.seq)}. Nothing that comes later is shown.</p>}
      </DialogRow>
      <DialogRow name="Hide">
        <Checkbox checked={choice.hidePrivate} onChange={(event) => onChoice({ ...choice, hidePrivate: event.target.checked })}>Private addresses and internal host names</Checkbox>
        {contradicts(choice)
          ? (
            <p role="alert" className="mt-1 flex gap-2 text-data leading-[17px] text-text-2"><SeverityMark severity="warn" className="mt-[3px]" /><span>Raw output is what the tool printed, byte for byte: nothing in it can be hidden. Untick raw output or hiding.</span></p>
          )
          : <p className={HINT}><span className="machine !text-small">10.20.0.1</span> shows as <span className="machine !text-small text-text-1">private-a</span>. Hidden on the server, not in the browser.</p>}
      </DialogRow>
      <DialogRow name="Expires">
        <Segmented<Expiry> large className="max-md:flex" label="Expires" value={choice.expiry} onChange={(expiry) => onChoice({ ...choice, expiry })} segments={[{ value: '1h', label: '1 hour' }, { value: '24h', label: '24 hours' }, { value: '7d', label: '7 days' }]} />
        <p className={HINT}>{nowMs !== null && dateLong(nowMs + EXPIRIES[choice.expiry] * 1000, clock)}. You can revoke it earlier.</p>
      </DialogRow>
      <DialogRow name="Link">
        {created ? <CreatedLink created={created} /> : <p className="pt-1 text-cell text-text-3">Made when you press the button, and shown once.</p>}
        <Others shares={shares.value} createdId={created?.share.shareId ?? null} />
      </DialogRow>
    </>
  )
}

function CreatedLink({ created }: { created: CreatedShare }) {
  return (
    <>
      <div className="flex h-[34px] items-center gap-2 rounded-ctl bg-surface-2 pl-2.5 pr-1 edge-line-3">
        <input readOnly value={created.link} aria-label="Link" onFocus={(event) => event.target.select()} className="machine min-w-0 flex-1 truncate bg-transparent outline-none" />
        <CopyButton text={created.link} label="Copy the link">Copy</CopyButton>
      </div>
      <div className="mt-2.5 flex gap-4">
        <p className="flex-1 text-data leading-[17px] text-text-3 text-pretty">Scan the code to hand the session to a phone. The secret is only in this link: it is shown once and cannot be read again. Each opening is logged with time and address.</p>
        <Qr text={created.link} />
      </div>
    </>
  )
}

function Others({ shares, createdId }: { shares: readonly ShareSummary[] | null; createdId: string | null }) {
  const nowMs = useNow(10_000)
  if (shares === null || nowMs === null) return <p className={`${HINT} h-[17px]`} />
  const others = shares.filter((share) => share.shareId !== createdId && share.revokedAtMs === null && share.expiresAtMs > nowMs)
  if (others.length === 0) return <p className={HINT}>No other link to this session is open.</p>
  const open = others.reduce((sum, share) => sum + share.openNow, 0)
  return (
    <p className={HINT}>
      {others.length === 1 ? 'One other link exists' : `${others.length} other links exist`}, {open === 0 ? 'none' : open} open now.{' '}
      <Link href="/links" prefetch={false} className="rounded-tag text-accent">Manage links</Link>
    </p>
  )
}

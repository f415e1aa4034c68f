'use client'
/** What a link shows, and to whom: the rows of the share dialog above the link itself. */
import { formatCount } from '#lib/format/number.ts'
import { useNow } from '../../_hooks/use-now.ts'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { dateLong } from '../../_lib/time.ts'
import { useZone } from '../shell/zone-context.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { DialogHint, DialogRow } from '../ui/dialog.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { contradicts, EXPIRIES, type Choice, type Expiry } from './scope-choice.ts'

interface Props { choice: Choice; onChoice: (choice: Choice) => void; expiresAtMs: number | null }

export function ShareForm({ choice, onChoice, expiresAtMs }: Props) {
  return (
    <>
      <DialogRow name="Who">
        <Segmented large className="max-md:flex" label="Who" value={choice.who} onChange={(who) => onChoice({ ...choice, who })} segments={[{ value: 'team', label: 'Signed-in team' }, { value: 'anyone', label: 'Anyone with the link' }]} />
        <DialogHint>{choice.who === 'team' ? 'Everyone with an account here sees the whole session, and can do what their role allows.' : 'They can look, move through time and download what you include. They cannot start or stop runs.'}</DialogHint>
      </DialogRow>
      {choice.who === 'anyone' && <ScopeRows {...{ choice, onChoice, expiresAtMs }} />}
    </>
  )
}

function ScopeRows({ choice, onChoice, expiresAtMs }: Props) {
  const { view } = useSessionState()
  const { clock } = useZone()
  const nowMs = useNow()
  const endsMs = expiresAtMs ?? (nowMs === null ? null : nowMs + EXPIRIES[choice.expiry] * 1000)
  return (
    <>
      <DialogRow name="Include">
        <div className="grid grid-cols-2 gap-x-4 pt-0.5">
          <Checkbox checked disabled readOnly>Path and latency</Checkbox>
          <Checkbox checked disabled readOnly>Findings</Checkbox>
          <Checkbox checked={choice.transcript} onChange={(event) => onChoice({ ...choice, transcript: event.target.checked })}>Raw output</Checkbox>
        </div>
      </DialogRow>
      <DialogRow name="Time">
        <Segmented large className="max-md:flex" label="Time" value={choice.time} onChange={(time) => onChoice({ ...choice, time })} segments={[{ value: 'live', label: 'Whole session, live' }, { value: 'frozen', label: `Until now, ${clock.hm(view.atMs)}` }]} />
        {choice.time === 'frozen' && <DialogHint>Frozen at event {formatCount(view.seq)}. Nothing that comes later is shown.</DialogHint>}
      </DialogRow>
      <DialogRow name="Hide">
        <Checkbox checked={choice.hidePrivate} onChange={(event) => onChoice({ ...choice, hidePrivate: event.target.checked })}>Private addresses and internal host names</Checkbox>
        {contradicts(choice) ? <Contradiction {...{ choice, onChoice }} /> : <HideHint choice={choice} />}
      </DialogRow>
      <DialogRow name="Expires">
        <Segmented<Expiry> large className="max-md:flex" label="Expires" value={choice.expiry} onChange={(expiry) => onChoice({ ...choice, expiry })} segments={[{ value: '1h', label: '1 hour' }, { value: '24h', label: '24 hours' }, { value: '7d', label: '7 days' }]} />
        <DialogHint>{endsMs !== null && `${dateLong(endsMs, clock)}. `}You can revoke it earlier.</DialogHint>
      </DialogRow>
    </>
  )
}

function HideHint({ choice }: { choice: Choice }) {
  if (choice.hidePrivate) return <DialogHint><span className="machine !text-small">10.20.0.1</span> shows as <span className="machine !text-small text-text-1">private-</span> and eight letters, the same ones throughout this link. Hidden on the server, not in the browser.</DialogHint>
  return <DialogHint>{choice.transcript ? 'Every address and name is shown, in the raw output too.' : 'Every address and name is shown.'}</DialogHint>
}

/** Raw output cannot be redacted, so both together would promise what cannot be kept. */
function Contradiction({ choice, onChoice }: Pick<Props, 'choice' | 'onChoice'>) {
  return (
    <div role="alert" className="mt-1 grid grid-cols-[12px_minmax(0,1fr)] gap-x-2 text-data leading-[17px] text-text-2">
      <SeverityMark severity="warn" className="mt-[3px]" />
      <p>Raw output is what the tool printed, byte for byte: nothing in it can be hidden. Choose one.</p>
      <span className="col-start-2 mt-1.5 flex flex-wrap gap-1.5">
        <Button size="sm" onClick={() => onChoice({ ...choice, transcript: false })}>Leave raw output out</Button>
        <Button size="sm" onClick={() => onChoice({ ...choice, hidePrivate: false })}>Hide nothing</Button>
      </span>
    </div>
  )
}

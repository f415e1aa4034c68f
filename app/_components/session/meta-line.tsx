'use client'
/** At the end of the tabs: the addresses and where they came from; in the DNS view who asks and since when. */
import { Lock } from 'lucide-react'
import { formatCount, formatMs } from '#lib/format/number.ts'
import type { DnsRun } from '#lib/session/runs.ts'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { Icon } from '../ui/icon.tsx'
import { useSessionUi } from './session-ui.tsx'

/** `note`: what a share link leaves out. */
export function MetaLine({ note }: { note: string | null }) {
  const { run, shown, view } = useSessionUi()
  if (!run) return note !== null ? <Hidden note={note} /> : null
  return (
    <>
      {note !== null && <Hidden note={note} />}
      {view === 'dns' && shown.dns !== null ? <Asked run={shown.dns} /> : <Addresses />}
    </>
  )
}

function Addresses() {
  const { run, shown } = useSessionUi()
  if (!run) return null
  const { address, addresses, resolvedBy, resolveMs, unresolved } = run.target
  if (unresolved !== undefined) return <span title={unresolved}>has no address here</span>
  const mtu = shown.pmtu?.view.result?.mtu ?? null
  const others = addresses.filter((one) => one !== address)
  return (
    <>
      <span className="machine text-text-2">{address}</span>
      {others.slice(0, 2).map((one) => <span key={one} className="machine truncate max-xl:hidden">{one}</span>)}
      {others.length > 2 && <span className="max-xl:hidden" title={others.join('\n')}>and {others.length - 2} more</span>}
      {mtu !== null && <span>Path MTU <span className="machine text-text-2">{mtu}</span></span>}
      {resolvedBy !== undefined && <span>resolved{resolveMs !== undefined && ` in ${formatMs(resolveMs)}`} by <span className="machine text-text-2">{resolvedBy}</span></span>}
    </>
  )
}

function Asked({ run: { view, state } }: { run: DnsRun }) {
  const { vantage } = useSessionState().view
  const { clock } = useZone()
  return (
    <>
      {vantage !== '' && <span>asked from <span className="machine text-text-2">{vantage}</span></span>}
      {view.roundAtMs !== null && <span>last asked {clock.hms(view.roundAtMs)}</span>}
      {view.nextAtMs !== null && state === 'running' && <span className="max-xl:hidden">next {clock.hms(view.nextAtMs)}</span>}
      <span>{formatCount(view.counts.asked)} {view.counts.asked === 1 ? 'question' : 'questions'}</span>
    </>
  )
}

function Hidden({ note }: { note: string }) {
  return <span className="flex items-center gap-1.5"><Icon of={Lock} size={12} />{note}</span>
}

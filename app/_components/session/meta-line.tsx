'use client'
/** At the end of the tabs: the addresses and where they came from. */
import { Lock } from 'lucide-react'
import { formatMs } from '#lib/format/number.ts'
import { Icon } from '../ui/icon.tsx'
import { useSessionUi } from './session-ui.tsx'

/** `note`: what a share link leaves out. */
export function MetaLine({ note }: { note: string | null }) {
  const { run, shown } = useSessionUi()
  if (!run) return note !== null ? <Hidden note={note} /> : null
  const { address, addresses, resolvedBy, resolveMs } = run.target
  const mtu = shown.pmtu?.view.result?.mtu ?? null
  const others = addresses.filter((one) => one !== address)
  return (
    <>
      {note !== null && <Hidden note={note} />}
      <span className="machine text-text-2">{address}</span>
      {others.slice(0, 2).map((one) => <span key={one} className="machine truncate max-xl:hidden">{one}</span>)}
      {others.length > 2 && <span className="max-xl:hidden" title={others.join('\n')}>and {others.length - 2} more</span>}
      {mtu !== null && <span>Path MTU <span className="machine text-text-2">{mtu}</span></span>}
      {resolvedBy !== undefined && <span>resolved{resolveMs !== undefined && ` in ${formatMs(resolveMs)}`} by <span className="machine text-text-2">{resolvedBy}</span></span>}
    </>
  )
}

function Hidden({ note }: { note: string }) {
  return <span className="flex items-center gap-1.5"><Icon of={Lock} size={12} />{note}</span>
}

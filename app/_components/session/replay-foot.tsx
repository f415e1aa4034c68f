'use client'
/** At the foot of a session that is over, or of one being replayed: the scrubber. */
import { ReplayBar } from '../replay/replay-bar.tsx'

export function ReplayFoot() {
  return <div className="border-t border-line bg-surface-1 max-md:order-4"><ReplayBar /></div>
}

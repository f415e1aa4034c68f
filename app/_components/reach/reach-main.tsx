'use client'
/** The Reach view of a session. Loaded when first shown. */
import { useSessionUi } from '../session/session-ui.tsx'

export function ReachMain() {
  const { shown } = useSessionUi()
  return <p className="px-4 py-6 text-text-3">{shown.reach === null ? 'Nobody has connected to a port in this session.' : shown.reach.view.host}</p>
}

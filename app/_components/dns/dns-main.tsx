'use client'
/** The DNS view of a session. Loaded when first shown. */
import { useSessionUi } from '../session/session-ui.tsx'

export function DnsMain() {
  const { shown } = useSessionUi()
  return <p className="px-4 py-6 text-text-3">{shown.dns === null ? 'Nobody has asked for names in this session.' : shown.dns.view.name}</p>
}

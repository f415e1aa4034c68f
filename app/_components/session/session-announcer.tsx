'use client'
/** Tells the live region what matters: new findings, the connection, runs that ended. Draws nothing. */
import { useEffect, useRef } from 'react'
import { SHOWN_TOOLS } from '#lib/tools/shown.ts'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { useStatus } from '../ui/status.tsx'
import { isLive } from './mood.ts'

export function SessionAnnouncer() {
  const { view, caughtUp, connection, replay, version } = useSessionState()
  const status = useStatus()
  const known = useRef<{ findings: Set<string>; live: Set<string>; connection: string } | null>(null)
  useEffect(() => {
    if (!caughtUp || replay) return
    const findings = new Set(view.findings.map((finding) => finding.id))
    const live = new Set<string>(view.runs.filter(isLive).map((run) => run.runId))
    const before = known.current
    known.current = { findings, live, connection: connection.state }
    if (!before) return
    for (const finding of view.findings) {
      if (before.findings.has(finding.id) || (finding.severity !== 'crit' && finding.severity !== 'warn')) continue
      status.announce({ text: `New finding: ${finding.title}`, kind: 'finding', critical: finding.severity === 'crit' })
    }
    for (const run of view.runs) if (before.live.has(run.runId) && !isLive(run)) status.announce({ text: `${SHOWN_TOOLS[run.tool].label} ended: ${run.state}.` })
    if (before.connection === 'live' && connection.state === 'reconnecting') status.announce({ text: 'The connection is lost. Trying again.' })
    if (before.connection === 'reconnecting' && connection.state === 'live') status.announce({ text: 'Connected again.' })
  }, [view, version, caughtUp, connection.state, replay, status])
  return null
}

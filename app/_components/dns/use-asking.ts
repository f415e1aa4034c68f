'use client'
/** Asking anew: stops the run that is shown, then starts one with changed options. */
import { useCallback } from 'react'
import type { DnsRun } from '#lib/session/runs.ts'
import { useSessionState, useSessionStore } from '../../_hooks/session-context.tsx'
import { isLive } from '../session/mood.ts'
import { useSessionUi } from '../session/session-ui.tsx'
import { useStatus } from '../ui/status.tsx'
import type { Asking } from './pane-props.ts'

export function useAsking(dns: DnsRun | null): Asking {
  const store = useSessionStore()
  const status = useStatus()
  const { startRun } = useSessionUi()
  const reason = useReason()
  const ask = useCallback((change: Record<string, unknown>) => {
    if (reason !== null) return
    const begin = async (): Promise<void> => {
      if (dns !== null && isLive(dns)) {
        const stopped = await store.stop(dns.runId)
        if (!stopped.ok) return status.notify(stopped.error.message)
      }
      startRun('dns', { ...dns?.options, ...change })
    }
    void begin()
  }, [dns, reason, startRun, status, store])
  return { reason, ask }
}

function useReason(): string | null {
  const { canRun, connection, replay } = useSessionState()
  const { canAct, run } = useSessionUi()
  if (replay !== null) return 'This is a replay. Go back to live to ask again.'
  if (!canRun) return 'You can look at this session, but not start runs in it.'
  if (connection.state !== 'live') return 'The console is not connected, so nothing can be started now.'
  return canAct && run !== null ? null : 'There is no run here whose target could be asked for.'
}

'use client'
/** Asking anew: stops the run that is shown, then starts one with changed options; but not before it is known that the new one may start. */
import { useCallback } from 'react'
import type { DnsRun } from '#lib/session/runs.ts'
import { useSessionState, useSessionStore } from '../../_hooks/session-context.tsx'
import { call } from '../../_lib/api.ts'
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
        const refused = await refusalOf(dns, { ...dns.options, ...change })
        if (refused !== null) return status.notify(refused)
        const stopped = await store.stop(dns.runId)
        if (!stopped.ok) return status.notify(stopped.error.message)
      }
      startRun('dns', { ...dns?.options, ...change })
    }
    void begin()
  }, [dns, reason, startRun, status, store])
  return { reason, ask }
}

/** Why such a run could not start, as the console words it; null: it can, or nobody knows. A run that works is not given up for one that may not. */
async function refusalOf({ target: { host, port, family } }: DnsRun, options: Record<string, unknown>): Promise<string | null> {
  const target = port === undefined ? host : host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  const asked = await call('target.inspect', { target, family, runs: [{ tool: 'dns', options }] })
  if (!asked.ok) return null
  const { problem, runs } = asked.value
  return problem?.message ?? runs.find(({ tool }) => tool === 'dns')?.cannot ?? null
}

function useReason(): string | null {
  const { canRun, connection, replay } = useSessionState()
  const { canAct, run } = useSessionUi()
  if (replay !== null) return 'This is a replay. Go back to live to ask again.'
  if (!canRun) return 'You can look at this session, but not start runs in it.'
  if (connection.state !== 'live') return 'The console is not connected, so nothing can be started now.'
  return canAct && run !== null ? null : 'There is no run here whose target could be asked for.'
}

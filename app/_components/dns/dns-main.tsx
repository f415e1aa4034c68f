'use client'
/** The DNS view of a session: wires the session, the shared window and the zone to the pane. Loaded when first shown, which is not before the log has been read. */
import type { RunId } from '#lib/protocol/ids.ts'
import { isDns } from '#lib/session/runs.ts'
import { withEarlier } from '#lib/timeline/dns-history.ts'
import { useNow } from '../../_hooks/use-now.ts'
import { useSessionState, useTimeline } from '../../_hooks/session-context.tsx'
import { isLive } from '../session/mood.ts'
import { useSessionUi } from '../session/session-ui.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { DnsPane } from './dns-pane.tsx'
import { NoDns } from './no-dns.tsx'
import { NslookupPane } from './nslookup-pane.tsx'
import { useAsking } from './use-asking.ts'

export function DnsMain() {
  const { view, replay, notReceivedSinceMs, serverOffsetMs } = useSessionState()
  const { run, shown: { dns, nslookup }, views, showLine } = useSessionUi()
  const store = useTimeline()
  const { clock } = useZone()
  const asking = useAsking(dns)
  const browserMs = useNow()
  const onTerminal = views.includes('terminal') ? (runId: RunId, line?: number) => showLine(runId, line ?? null) : null
  if (dns === null) return (
    <>
      <NoDns host={run?.target.host ?? ''} reason={asking.reason} onAsk={() => asking.ask({})} />
      {nslookup !== null && <NslookupPane run={nslookup} os={null} onTerminal={onTerminal === null ? null : () => onTerminal(nslookup.runId)} />}
    </>
  )
  const names = view.runs.filter(isDns)
  const shown = withEarlier(dns.view, names.slice(0, names.indexOf(dns)).map((one) => one.view))
  // Between two rounds nothing may arrive for a while; what counts down in a live session goes by the clock.
  const ticking = replay === null && isLive(dns) && notReceivedSinceMs === null && browserMs !== null
  const nowMs = ticking ? Math.max(view.atMs, browserMs + (serverOffsetMs ?? 0)) : view.atMs
  return <DnsPane key={dns.runId} run={dns} view={shown} stale={notReceivedSinceMs !== null} {...{ nslookup, store, clock, nowMs, asking, onTerminal }} />
}

'use client'
/** Below the chart of connect times: the addresses, then TLS and HTTP of the chosen one. */
import { formatSpan, type Clock } from '#lib/format/time.ts'
import type { ReachRun } from '#lib/session/runs.ts'
import type { WindowStore } from '#lib/timeline/window-store.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import { reachDepth } from '#lib/tools/reach/depth.ts'
import { cx } from '../../_lib/cx.ts'
import type { PingSource } from '../latency/source.ts'
import { usePaced } from '../latency/use-paced.ts'
import { PaneHead } from '../ui/pane-head.tsx'
import { AddressTable } from './address-table.tsx'
import { HttpPanel } from './http-panel.tsx'
import { TlsPanel } from './tls-panel.tsx'

const ONCE_A_SECOND = 1000

interface Props { run: ReachRun; source: PingSource; store: WindowStore; clock: Clock; chosen: ReachAddress | null; nowMs: number; stale: boolean; onChoose: (address: string) => void }

export function ReachBelow({ run, source, store, clock, chosen, nowMs, stale, onChoose }: Props) {
  usePaced({ source, store, everyMs: ONCE_A_SECOND })
  const { view, target } = run
  const { fromMs, toMs } = store.get()
  return (
    <div className={cx(stale && 'opacity-[.72]')}>
      <section aria-label="Addresses">
        <PaneHead title="Addresses" count={view.addresses.length} wide><span className="truncate text-data text-text-3 max-md:hidden" aria-live="off">{paceOf(run)}</span></PaneHead>
        {view.addresses.length === 0
          ? <p className="px-[18px] py-3 text-data text-text-3 max-md:px-3">Addresses are listed once the first connection is over.</p>
          : <AddressTable addresses={view.addresses} chosen={chosen?.address ?? ''} window={{ fromMs, toMs }} label={`Addresses of ${target.host}, port ${view.port}`} {...{ nowMs, clock, onChoose }} />}
      </section>
      <div className="grid grid-cols-2 max-lg:grid-cols-1">
        <TlsPanel address={chosen} absent={absentOf(run, 'tls')} {...{ nowMs, clock }} />
        <HttpPanel address={chosen} absent={absentOf(run, 'http')} clock={clock} />
      </div>
    </div>
  )
}

/** A number among checked options. */
const optionMs = (run: ReachRun, name: string): number | null => { const value = run.options[name]; return typeof value === 'number' ? value : null }

/** `port 443, one connection to each every 1 s, looked at closer every 1 min. Medians are of the time window.` */
function paceOf(run: ReachRun): string {
  const everyMs = optionMs(run, 'intervalMs')
  const checkS = optionMs(run, 'checkS')
  const closer = run.view.checked && checkS !== null ? `, looked at closer every ${formatSpan(checkS * 1000)}` : ''
  return `port ${run.view.port}${everyMs === null ? '' : `, a connection to each every ${everyMs < 1000 ? `${everyMs} ms` : formatSpan(everyMs)}`}${closer}. Medians are of the time window.`
}

/** Why there is nothing of TLS or HTTP, as far as it is known. */
function absentOf({ options, view, state }: ReachRun, what: 'tls' | 'http'): string {
  const name = what === 'tls' ? 'TLS' : 'HTTP'
  const wanted = DEPTHS.find((one) => one === options['depth']) ?? 'auto'
  const depth = reachDepth({ depth: wanted }, view.port)
  if (depth !== 'https' && depth !== what) return wanted === 'auto' ? `Port ${view.port} does not suggest ${name}. Start a run that looks at it if it is spoken there.` : `This run was not asked to look at ${name}.`
  if (view.checked) return `No connection was accepted here, so there was no ${name} to look at.`
  return state === 'running' || state === 'queued' ? `${name} has not been looked at yet.` : `${name} was not looked at.`
}

const DEPTHS = ['auto', 'tcp', 'tls', 'http', 'https'] as const

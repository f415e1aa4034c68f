'use client'
/** What stands above the charts when something between the page and the facts is wrong: connection, storage, vantage, pace. */
import type { ReactNode } from 'react'
import { useNow } from '../../_hooks/use-now.ts'
import { useSessionState, useSessionStore } from '../../_hooks/session-context.tsx'
import type { Connection } from '../../_hooks/session-store.ts'
import { formatCount } from '#lib/format/number.ts'
import { cx } from '../../_lib/cx.ts'
import { ordinal } from '../../_lib/time.ts'
import { useZone } from '../shell/zone-context.tsx'
import { Button } from '../ui/button.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { anyLive } from './mood.ts'

export function Banners() {
  const { connection, storage, vantage, behind, view, replay } = useSessionState()
  const { clock } = useZone()
  return (
    <>
      {connection.state === 'reconnecting' && <Disconnected connection={connection} />}
      {storage && !storage.ok && (
        <Banner tone="crit" mark={<SeverityMark severity="crit" />}>
          <b className="font-medium text-text-1">{storage.message}</b> {storage.notStoredFromMs !== null && `What is measured since ${clock.hms(storage.notStoredFromMs)} is shown but not kept.`}
        </Banner>
      )}
      {vantage && !vantage.online && connection.state === 'live' && !replay && (
        <Banner tone="warn" mark={<SeverityMark severity="warn" />}><b className="font-medium text-text-1">{view.vantage || 'The vantage'} is offline.</b> Its runs have ended. New ones start when it is back.</Banner>
      )}
      {behind > 0 && connection.state === 'live' && (
        <Banner tone="info" mark={<SeverityMark severity="info" />}><b className="font-medium text-text-1">Catching up: {formatCount(behind)} events to come.</b> This browser or its line is slower than the session. The server keeps every sample.</Banner>
      )}
    </>
  )
}

function Disconnected({ connection }: { connection: Extract<Connection, { state: 'reconnecting' }> }) {
  const { view } = useSessionState()
  const store = useSessionStore()
  const nowMs = useNow(500)
  const { clock } = useZone()
  const waitS = connection.nextTryAtMs === null || nowMs === null ? null : Math.max(0, Math.ceil((connection.nextTryAtMs - nowMs) / 1000))
  const name = view.vantage === '' ? 'the console' : view.vantage
  return (
    <Banner
      tone="warn" mark={<svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" className="turning text-warn"><path d="M10.5 6A4.5 4.5 0 1 1 6 1.5" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" /></svg>}
      end={<>
        <span className="w-[13ch] text-right text-text-2 max-md:hidden" aria-live="off">{waitS === null ? `${ordinal(connection.attempt)} try now` : `${ordinal(connection.attempt)} try in ${waitS} s`}</span>
        <Button size="sm" onClick={store.retryNow}>Try now</Button>
      </>}
    >
      <b className="font-medium text-text-1">{connection.restarting ? `${name} is restarting` : `No connection to ${name}`} since {clock.hms(connection.sinceMs)}.</b>{' '}
      {anyLive(view) ? 'Runs there do not need this page. The gap fills in when it answers.' : 'What is shown stays. The page goes on when it answers.'}
    </Banner>
  )
}

const TONE = { warn: 'bg-warn-soft', crit: 'bg-crit-soft', info: 'bg-info-soft' } as const

function Banner({ tone, mark, end, children }: { tone: keyof typeof TONE; mark: ReactNode; end?: ReactNode; children: ReactNode }) {
  return (
    <div role="group" aria-label="Notice" className={cx('flex min-h-[38px] flex-none items-center gap-2.5 border-b border-line px-4 py-1.5 text-text-2 max-md:items-start max-md:px-3 max-md:py-2', TONE[tone])}>
      <span className="flex-none max-md:mt-1">{mark}</span>
      <p className="min-w-0 flex-1 text-pretty">{children}</p>
      {end !== undefined && <span className="flex flex-none items-center gap-2.5">{end}</span>}
    </div>
  )
}

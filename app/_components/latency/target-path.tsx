'use client'
/** The Path view: readout, round trip over time, and below them the hops, or probes and errors where nobody traced. */
import { ListX } from 'lucide-react'
import { useCallback, useSyncExternalStore, type ReactNode } from 'react'
import type { Clock } from '#lib/format/time.ts'
import type { WindowStore } from '#lib/timeline/window-store.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Notice } from '../ui/notice.tsx'
import { EventsPane } from './events-pane.tsx'
import { LatencyChart } from './latency-chart.tsx'
import { Readout } from './readout.tsx'
import { runNotice, type RunFacts, type RunNotice } from './run-notice.ts'
import { wordsOf, type PingSource } from './source.ts'

interface Props {
  source: PingSource
  store: WindowStore
  clock: Clock
  run: RunFacts
  /** What is probed, before the first event says so. */
  address: string
  /** Vantage time of the last event before the connection was lost; null while connected. */
  disconnectedAtMs?: number | null
  /** The session brush; a replay has its own strip at the foot. */
  brush?: boolean
  /** Nothing more will come. */
  over?: boolean
  /** More controls at the end of the chart's head. */
  tools?: ReactNode
  /** The page scrolls as a whole; else what is below the chart does, in what is left of the height. */
  flow?: boolean
  /** Instead of probes and errors: the hop table, or what a reach run found. */
  below?: ReactNode
  /** Where both can be shown: changes between the hops and probes and errors. */
  onBelow?: (() => void) | undefined
}

export function TargetPath({ source, store, clock, run, address, disconnectedAtMs = null, brush = true, over = false, flow = false, tools, below = null, onBelow }: Props) {
  const stale = disconnectedAtMs !== null
  const notice = useNotice(source, run)
  const words = wordsOf(source)
  return (
    <div className={flow ? undefined : 'flex h-full min-h-0 flex-col max-md:block max-md:h-auto'}>
      <Readout {...{ source, store, stale }} />
      <LatencyChart
        {...{ source, store, clock, brush, over }} title={`${words.value} to ${address}`} notReceivedFromMs={disconnectedAtMs}
        tools={<>{tools}{onBelow !== undefined && <Button size="sm" square look="ghost" className="max-md:hidden" aria-label="Probes and errors below the chart" aria-pressed={below === null} title="Probes and errors below the chart, instead of the path" onClick={onBelow}><Icon of={ListX} size={12} /></Button>}</>}
        caption={stale ? `last ${words.one} shown ${clock.hms(source.view()?.lastSentMs ?? Number.NaN)}` : undefined}
      >
        {notice && <OverChart notice={notice} />}
      </LatencyChart>
      {below ?? <EventsPane {...{ source, store, clock, stale }} onPath={onBelow} />}
    </div>
  )
}

/** The notice as of now; a new object only when its words changed. */
function useNotice(source: PingSource, run: RunFacts): RunNotice | null {
  const subscribe = useCallback((listener: () => void) => source.subscribe(listener), [source])
  const words = useSyncExternalStore(subscribe, () => JSON.stringify(runNotice(source.view(), run)), () => 'null')
  return decode(words)
}

/** Guarantee: `words` was written by JSON.stringify from a RunNotice or null. */
const decode = (words: string): RunNotice | null => JSON.parse(words) as RunNotice | null

/** Lies over the empty plot, so that nothing moves when the first reply comes. */
function OverChart({ notice: { severity, title, text, quote } }: { notice: RunNotice }) {
  return (
    <div className="pointer-events-none absolute inset-x-[50px] top-6 bottom-24 grid place-items-center max-md:inset-x-9 max-md:bottom-16">
      <Notice severity={severity} title={title} className="max-w-[520px] rounded-panel bg-bg/95 px-4 py-3">
        <p>{text}</p>
        {quote !== undefined && <p className="machine pointer-events-auto select-text text-text-1">{quote}</p>}
      </Notice>
    </div>
  )
}

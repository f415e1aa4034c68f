'use client'
/** The round trip over time: a canvas over a pure layout, with a crosshair, a brush and a table of the same numbers. */
import { Pin, Table2 } from 'lucide-react'
import { useEffect, useImperativeHandle, useMemo, useRef, useState, useSyncExternalStore, type Ref } from 'react'
import type { Clock } from '#lib/format/time.ts'
import { inView, playedOf, summaryOf } from '#lib/timeline/moment.ts'
import type { SeriesWords } from '#lib/timeline/words.ts'
import { TEN_MIN, type WindowState, type WindowStore } from '#lib/timeline/window-store.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
import { windowStats, type WindowStats } from '#lib/tools/ping/window.ts'
import { cx } from '../../_lib/cx.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { BucketTable } from './bucket-table.tsx'
import { chartKey } from './chart-keys.ts'
import { ChartTip } from './chart-tip.tsx'
import { FIELDS, type Field } from './crosshair.ts'
import { mountChart, type MountedChart } from './mount-chart.ts'
import { wordsOf, type PingSource } from './source.ts'
import { usePaced } from './use-paced.ts'

export interface ChartHandle {
  /** Draw a frame for what the source holds now. */
  update(): void
}

interface Props {
  source: PingSource
  store: WindowStore
  clock: Clock
  title: string
  /** Since when nothing has arrived (disconnected); null while connected. */
  notReceivedFromMs?: number | null
  /** The session brush below the chart; a replay has its own. */
  brush?: boolean
  /** Nothing more will come: there is no live to follow. */
  over?: boolean
  /** More controls, at the end of the head. */
  tools?: React.ReactNode
  /** Instead of "in view …". */
  caption?: string | undefined
  children?: React.ReactNode
  ref?: Ref<ChartHandle>
}

export function LatencyChart({ source, store, clock, title, notReceivedFromMs = null, brush = true, over = false, caption, tools, children, ref }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<MountedChart | null>(null)
  const [asTable, setAsTable] = useState(false)
  useEffect(() => {
    if (!box.current) return
    const mounted = mountChart(collect(box.current), { source, store })
    chart.current = mounted
    return () => { chart.current = null; mounted.stop() }
  }, [source, store])
  useEffect(() => chart.current?.setOptions({ clock, notReceivedFromMs, brush }), [source, store, clock, notReceivedFromMs, brush])
  useImperativeHandle(ref, () => ({ update: () => chart.current?.update() }), [])
  usePaced({ source, store, everyMs: 1000 })
  const view = source.view()
  const words = wordsOf(source)
  const { fromMs, toMs } = store.get()
  const stats = view ? windowStats(view, fromMs, toMs) : null
  const played = usePlayedWords(source.whole?.() ?? null, { stats, words, window: store.get() })
  const summary = view && stats ? summaryOf({ figures: stats, view, clock, fromMs, toMs, changes: source.changes?.() ?? [], words }) : `${words.value} over time. Nothing measured yet.`
  return (
    <section aria-label={words.ttl ? 'Round-trip time over time' : `${words.value} over time`} className="relative flex-none border-b border-line">
      <ChartHead {...{ source, store, title, asTable, setAsTable, tools }} caption={caption ?? played ?? (stats ? inView({ fromMs, toMs: Math.min(toMs, store.get().nowMs), probes: stats.probes, words }) : '')} live={!over && (source.playedToMs?.() ?? null) === null && notReceivedFromMs === null} />
      <div ref={box} className="relative" data-latency-chart="">
        <div className="relative">
          <canvas data-part="main" role="img" aria-label={summary} className="block h-[286px] w-full touch-pan-y max-md:h-[212px]" />
          <div
            data-part="slider" role="slider" tabIndex={0} aria-label={`Crosshair: arrow keys move one ${words.one}, Shift ten`} aria-valuemin={0} aria-valuemax={0} aria-valuenow={0} aria-valuetext="No moment chosen"
            className="pointer-events-none absolute inset-y-0 right-3.5 left-[50px] max-md:right-2.5 max-md:left-[34px]"
            onKeyDown={(event) => {
              if (event.ctrlKey || event.metaKey || event.altKey) return
              if (chartKey({ key: event.key, shift: event.shiftKey }, { store, source })) { event.preventDefault(); event.stopPropagation() }
            }}
          />
          <div data-part="selection" hidden className="pointer-events-none absolute top-0 bottom-9 bg-accent opacity-15" />
          <div data-part="line" hidden className="pointer-events-none absolute top-0 bottom-[18px] left-0 w-px bg-accent opacity-90">
            <b data-part="time" className="machine absolute -bottom-[17px] left-0 -translate-x-1/2 rounded-tag bg-accent px-[5px] !text-micro !leading-4 font-medium text-bg" />
          </div>
          <ChartTip words={words} />
          {children}
        </div>
        <canvas data-part="brush" aria-hidden="true" className={cx('block h-[46px] w-full touch-pan-y', !brush && 'hidden')} />
      </div>
      {asTable && view && <BucketTable {...{ view, fromMs, toMs, clock, words }} />}
    </section>
  )
}

/** Replay: how many of the probes in this window have been played; null while live. */
function usePlayedWords(whole: PingView | null, { stats, words, window: { fromMs, toMs, startMs, nowMs } }: { stats: WindowStats | null; words: SeriesWords; window: WindowState }): string | null {
  const of = useMemo(() => (whole ? sentIn(windowStats(whole, fromMs, toMs)) : 0), [whole, fromMs, toMs])
  return whole ? playedOf({ played: stats ? sentIn(stats) : 0, of, all: fromMs <= startMs && toMs >= nowMs, words }) : null
}

const sentIn = ({ probes, awaited }: WindowStats): number => probes + awaited

interface HeadProps { source: PingSource; store: WindowStore; title: string; caption: string; live: boolean; asTable: boolean; setAsTable: (on: boolean) => void; tools: React.ReactNode }

const SPANS = [{ value: '60000', label: '1 m' }, { value: String(TEN_MIN), label: '10 m' }, { value: 'all', label: 'All' }]

function ChartHead({ source, store, title, caption, live, asTable, setAsTable, tools }: HeadProps) {
  const key = useSyncExternalStore(store.subscribe, () => { const s = store.get(); return `${s.scale} ${s.following} ${s.spanMs ?? 'all'}` }, () => 'linear true 600000')
  const [scale, following, span] = key.split(' ')
  return (
    <div className="flex h-[34px] flex-none items-center gap-2.5 overflow-hidden whitespace-nowrap pr-3.5 pl-4 max-md:h-12 max-md:px-3">
      <h2 className="truncate text-cell font-medium">{title}</h2>
      <Legend bad={wordsOf(source).bad} />
      <span className="flex-1" />
      <span className="truncate text-small text-text-3 max-lg:hidden" aria-live="off">{caption}</span>
      <Segmented label="Scale" className="max-md:hidden" value={scale ?? 'linear'} segments={[{ value: 'linear', label: 'Linear' }, { value: 'log', label: 'Log' }]} onChange={(value) => store.setScale(value === 'log' ? 'log' : 'linear')} />
      <Segmented label="Time shown" value={following === 'true' ? span ?? 'all' : ''} segments={SPANS} onChange={(value) => store.follow(value === 'all' ? null : Number(value))} />
      {live && (
        <Button size="sm" className="max-md:hidden" aria-pressed={following === 'true'} onClick={() => store.resume()}>
          <Icon of={Pin} size={12} />{following === 'true' ? 'Following live' : 'Follow live'}
        </Button>
      )}
      <Button size="sm" square look="ghost" className="max-md:hidden" aria-label="Show as table" aria-pressed={asTable} title="Show as table" onClick={() => setAsTable(!asTable)}><Icon of={Table2} size={12} /></Button>
      {tools}
    </div>
  )
}

function Legend({ bad }: { bad: string }) {
  return (
    <span aria-hidden="true" className="flex items-center gap-3 text-small text-text-3 max-lg:hidden">
      <span className="inline-flex items-center gap-[5px]"><i className="h-0.5 w-2.5 rounded-[2px] bg-text-1" />p50</span>
      <span className="inline-flex items-center gap-[5px]"><i className="size-2.5 rounded-[2px] bg-s-lat/45" />p25–p75</span>
      <span className="inline-flex items-center gap-[5px]"><i className="size-2.5 rounded-[2px] bg-s-lat/20" />p10–p90</span>
      <span className="inline-flex items-center gap-[5px]"><i className="h-2.5 w-[3px] rounded-[2px] bg-s-loss" />{bad}</span>
    </span>
  )
}

/** The parts that are moved and filled without React, found by name in the rendered box. */
function collect(box: HTMLElement) {
  const part = <T extends Element>(name: string, kind: new () => T): T => {
    const found = box.querySelector(`[data-part="${name}"]`)
    if (!(found instanceof kind)) throw new Error(`the chart has no part ${name}`)
    return found
  }
  const fields = Object.fromEntries(FIELDS.map((field) => [field, part(`tip-${field}`, HTMLElement)]))
  return {
    box, main: part('main', HTMLCanvasElement), brush: part('brush', HTMLCanvasElement), slider: part('slider', HTMLElement), selection: part('selection', HTMLElement),
    line: part('line', HTMLElement), time: part('time', HTMLElement), tip: part('tip', HTMLElement), fields: everyField(fields),
  }
}

/** Guarantee: made from FIELDS, so every field is there. */
const everyField = (fields: Record<string, HTMLElement>): Record<Field, HTMLElement> => fields

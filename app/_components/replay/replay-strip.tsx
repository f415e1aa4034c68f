'use client'
/** The replay scrubber: play and pause, position, the whole session with its losses and findings, speed. Controlled. */
import { ChevronRight, Pause, Play } from 'lucide-react'
import { useId, useLayoutEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react'
import type { RouteChange } from '#lib/timeline/route-changes.ts'
import { formatPosition, type Clock } from '#lib/format/time.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { SPEEDS, STEP_MS, loadingText, nextFinding, shareOfSession, sparkLine, type ReplayFinding, type ReplayLoading, type ReplaySpark } from './replay-marks.ts'

export interface ReplayStripProps {
  startMs: number
  endMs: number
  /** The session ended then; else it is only what was loaded. */
  ended: boolean
  atMs: number
  playing: boolean
  speed: number
  findings: readonly ReplayFinding[]
  /** Changes of route: dashed lines. */
  changes?: readonly RouteChange[]
  spark: ReplaySpark
  clock: Clock
  /** Why the log could not be loaded: shown instead of the position. */
  note?: string | undefined
  /** Set while the playhead is on its way to `atMs`. */
  loading?: ReplayLoading | undefined
  onSeek: (atMs: number) => void
  onPlay: (playing: boolean) => void
  onSpeed: (speed: number) => void
}

/** Keys of the scrubber, for wherever on the page they are pressed. False when the key means nothing here. */
export function replayKey(key: string, { atMs, playing, findings, onSeek, onPlay }: Pick<ReplayStripProps, 'atMs' | 'playing' | 'findings' | 'onSeek' | 'onPlay'>): boolean {
  if (key === ' ' || key === 'Space') onPlay(!playing)
  else if (key === ',') onSeek(atMs - STEP_MS)
  else if (key === '.') onSeek(atMs + STEP_MS)
  else if (key === 'n') {
    const next = nextFinding(findings, atMs)
    if (next) onSeek(next.atMs)
  } else return false
  return true
}

export function ReplayStrip(props: ReplayStripProps) {
  const { startMs, endMs, atMs, playing, speed, findings, clock, note, loading, onSeek, onPlay, onSpeed } = props
  const next = nextFinding(findings, atMs)
  return (
    <section aria-label="Replay" aria-busy={loading !== undefined} className="flex h-[72px] items-center gap-4 bg-surface-1 px-4 max-md:h-auto max-md:flex-wrap max-md:gap-x-3 max-md:gap-y-0 max-md:px-3 max-md:py-1.5">
      <Button look="primary" square className="!size-[34px] !rounded-full" aria-label={playing ? 'Pause' : 'Play'} onClick={() => onPlay(!playing)}><Icon of={playing ? Pause : Play} /></Button>
      <div className="w-[108px] flex-none" aria-live="off">
        <b className="block text-[16px] leading-5 font-medium tracking-[-.01em]">{clock.hms(atMs)}</b>
        <span title={note} className="block truncate text-small leading-[15px] text-text-3">{loading ? `Loading ${Math.floor(100 * loading.progress)} %` : note ?? `${formatPosition(atMs - startMs)} of ${formatPosition(endMs - startMs)}`}</span>
      </div>
      <Track {...props} />
      <Button size="sm" disabled={next === null} onClick={() => { if (next) onSeek(next.atMs) }} className="max-md:hidden" title={next ? `${next.title} (n)` : 'No finding after this moment'}>Next finding<Icon of={ChevronRight} size={12} /></Button>
      <Segmented label="Speed" className="max-md:ml-auto" value={String(speed)} segments={SPEEDS.map((s) => ({ value: String(s), label: `${s}\u00d7` }))} onChange={(value) => onSpeed(Number(value))} />
    </section>
  )
}

const NO_CHANGES: readonly RouteChange[] = []
const WIDTH = 1000
const HEIGHT = 32

function Track({ startMs, endMs, ended, atMs, findings, changes = NO_CHANGES, spark, clock, loading, onSeek, ...rest }: ReplayStripProps) {
  const box = useRef<HTMLDivElement>(null)
  const clip = useId()
  const share = shareOfSession(atMs, { startMs, endMs })
  const played = shareOfSession(loading?.shownMs ?? atMs, { startMs, endMs })
  const label = loading && `${loadingText(loading, { startMs, atMs })}. Shown: ${clock.hms(loading.shownMs)}`
  // Positions are set on the elements: style attributes in the page's text would be refused.
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    for (const part of element.querySelectorAll<HTMLElement>('[data-share]')) part.style.left = `${100 * Number(part.dataset.share)}%`
  })
  const seekTo = (event: PointerEvent<HTMLDivElement>): void => {
    const rect = event.currentTarget.getBoundingClientRect()
    onSeek(startMs + ((event.clientX - rect.left) / Math.max(1, rect.width)) * (endMs - startMs))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = (endMs - startMs) / 20
    const by: Record<string, number> = { ArrowLeft: -STEP_MS, ArrowRight: STEP_MS, ArrowDown: -STEP_MS, ArrowUp: STEP_MS, PageDown: -page, PageUp: page }
    const step = by[event.key]
    if (step !== undefined) onSeek(atMs + step * (event.shiftKey ? 10 : 1))
    else if (event.key === 'Home') onSeek(startMs)
    else if (event.key === 'End') onSeek(endMs)
    else if (!replayKey(event.key, { atMs, findings, onSeek, ...rest })) return
    event.preventDefault()
    event.stopPropagation()
  }
  const line = sparkLine(spark, { width: WIDTH, height: HEIGHT })
  const middle = findings.find((finding) => { const s = shareOfSession(finding.atMs, { startMs, endMs }); return s > 0.14 && s < 0.8 })
  return (
    <div
      ref={box} role="slider" tabIndex={0} aria-label="Position" aria-valuemin={0} aria-valuemax={Math.round((endMs - startMs) / 1000)} aria-valuenow={Math.round((atMs - startMs) / 1000)} aria-valuetext={`${clock.hms(atMs)}, ${formatPosition(atMs - startMs)} of ${formatPosition(endMs - startMs)}${label === undefined ? '' : `. ${label}`}`}
      onKeyDown={onKeyDown} onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); seekTo(event) }} onPointerMove={(event) => { if (event.buttons === 1) seekTo(event) }}
      className="relative h-14 min-w-0 flex-1 touch-none max-md:order-last max-md:basis-full"
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" className="absolute inset-x-0 top-2 h-[30px] w-full">
        <clipPath id={clip}><rect x="0" y="0" width={played * WIDTH} height={HEIGHT} /></clipPath>
        <path d={line} fill="none" className="stroke-line-3" strokeWidth="1.2" vectorEffect="non-scaling-stroke" />
        <path d={line} fill="none" className="stroke-s-lat" strokeWidth="1.4" vectorEffect="non-scaling-stroke" clipPath={`url(#${clip})`} />
        {spark.lost.map((lost, i) => (lost > 0 ? <rect key={i} x={(i / spark.lost.length) * WIDTH} y="0" width={Math.max(2.5, WIDTH / spark.lost.length - 1)} height="5" className="fill-s-loss" /> : null))}
      </svg>
      {changes.map(({ ms, labels }) => <span key={ms} data-share={shareOfSession(ms, { startMs, endMs })} title={`${labels[0] ?? ''} ${clock.hms(ms)}`} className="absolute top-2 h-[30px] border-l border-dashed border-warn" />)}
      {findings.map((finding) => (
        <span key={finding.id} data-share={shareOfSession(finding.atMs, { startMs, endMs })} title={`${finding.title} ${clock.hms(finding.atMs)}`} className="absolute top-[33px] -ml-[5px] bg-surface-1"><SeverityMark severity={finding.severity} size={10} /></span>
      ))}
      {loading && <i data-share={shareOfSession(loading.reachedMs, { startMs, endMs })} className="absolute top-2 -ml-px h-[30px] w-px bg-text-3" />}
      <i data-share={share} className="absolute top-1 -ml-px h-[37px] w-0.5 rounded-[1px] bg-accent before:absolute before:-top-px before:-left-1 before:size-2.5 before:rounded-full before:bg-accent" />
      <span className="absolute inset-x-0 -bottom-[3px] flex justify-between text-label text-text-3" aria-hidden="true">
        <span>{clock.hms(startMs)}</span>
        {label !== undefined && <span className="truncate px-2 text-text-2">{label}</span>}
        {middle && label === undefined && <span data-share={shareOfSession(middle.atMs, { startMs, endMs })} className="absolute -translate-x-1/2 max-md:hidden">{clock.hms(middle.atMs)}</span>}
        <span>{clock.hms(endMs)}{ended && ' ended'}</span>
      </span>
    </div>
  )
}

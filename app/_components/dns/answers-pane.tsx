'use client'
/** Answers over time: who gave which answer when, one strip a server, in the session's time window. */
import { useId, useRef, type PointerEvent } from 'react'
import type { Clock } from '#lib/format/time.ts'
import { pieceWords, type AnswersOverTime, type AnswerStrip } from '#lib/timeline/dns-answers.ts'
import { timeTicks } from '#lib/timeline/time-ticks.ts'
import type { WindowStore } from '#lib/timeline/window-store.ts'
import { cx } from '../../_lib/cx.ts'
import { Segmented } from '../ui/segmented.tsx'
import { CrosshairMark } from './crosshair-mark.tsx'
import { fillOf, PatternDefs, PATTERNS, Swatch } from './patterns.tsx'
import { LegendEntry, PaneTitle } from './pane-title.tsx'
import { useWidth } from './use-width.ts'

interface Props {
  answers: AnswersOverTime
  types: readonly string[]
  onType: (type: string) => void
  window: { fromMs: number; toMs: number }
  store: WindowStore
  clock: Clock
}

const GRID = 'grid grid-cols-[112px_minmax(0,1fr)_116px] max-md:grid-cols-[84px_minmax(0,1fr)_96px] items-center gap-3.5 px-4 text-data'
const LEGEND_SETS = 4
const TONE: Record<AnswerStrip['tone'], string> = { quiet: 'text-text-3', warn: 'text-warn', crit: 'text-crit' }

export function AnswersPane({ answers: { type, sets, noAnswer, strips, change }, types, onType, window, store, clock }: Props) {
  const scope = useId()
  const [box, width] = useWidth<HTMLDivElement>(800)
  const { ticks } = timeTicks({ ...window, width, clock })
  const share = (ms: number): number => (100 * (ms - window.fromMs)) / Math.max(1, window.toMs - window.fromMs)
  return (
    <section aria-label="Answers over time" className="flex-none border-t border-line pb-1.5 max-md:hidden">
      <PatternDefs scope={scope} />
      <PaneTitle title="Answers over time" legend={<>
        {sets.slice(0, LEGEND_SETS).map(({ key, words }, i) => <LegendEntry key={key} swatch={<Swatch scope={scope} set={i} />}><span className="machine max-w-[26ch] truncate !text-small" title={words.join('\n')}>{words.length > 2 ? `${words[0]} +${words.length - 1}` : words.join(' ')}</span></LegendEntry>)}
        {sets.length > LEGEND_SETS && <LegendEntry swatch={<Swatch scope={scope} set={PATTERNS - 1} />}>{sets.length - LEGEND_SETS} more</LegendEntry>}
        {noAnswer && <LegendEntry swatch={<svg width="3" height="10" aria-hidden="true" className="flex-none"><rect width="3" height="10" className="fill-s-loss" /></svg>}>no answer</LegendEntry>}
      </>}>
        {types.length > 1 && <Segmented label="Question" value={type} onChange={onType} segments={types.map((one) => ({ value: one, label: one }))} />}
        {change !== null && <span className="text-small text-text-3 max-xl:hidden">{change}</span>}
      </PaneTitle>
      {strips.map((strip) => (
        <div key={strip.id} className={cx(GRID, 'h-[19px]')}>
          <span className="machine truncate !text-small text-text-2" title={strip.label}>{strip.label}</span>
          <Strip {...{ strip, sets, share, scope, store, window, clock }} />
          <span className={cx('truncate', TONE[strip.tone])}>{strip.words}</span>
        </div>
      ))}
      <div className={cx(GRID, 'h-[19px]')} aria-hidden="true">
        <span />
        <div ref={box}>
          <svg width="100%" height="14" className="block overflow-visible">
            {ticks.map((tick) => share(tick.ms) > 2 && share(tick.ms) < 98 && <text key={tick.ms} x={`${share(tick.ms).toFixed(2)}%`} y="10" textAnchor="middle" className="fill-text-3 text-label">{tick.label}</text>)}
          </svg>
        </div>
        <span />
      </div>
    </section>
  )
}

const LEAST = 0.15

interface StripProps extends Pick<Props, 'window' | 'store' | 'clock'> { strip: AnswerStrip; sets: AnswersOverTime['sets']; share: (ms: number) => number; scope: string }

function Strip({ strip: { pieces, summary }, sets, share, scope, store, window, clock }: StripProps) {
  const svg = useRef<SVGSVGElement>(null)
  const point = (event: PointerEvent): void => {
    const box = svg.current?.getBoundingClientRect()
    if (box && box.width > 0) store.setCrosshair(window.fromMs + ((event.clientX - box.left) / box.width) * (window.toMs - window.fromMs))
  }
  const shown = pieces.filter(({ fromMs, toMs }) => toMs >= window.fromMs && fromMs <= window.toMs)
  return (
    <svg ref={svg} role="img" aria-label={summary} width="100%" height="12" className="block overflow-hidden" onPointerMove={point} onPointerLeave={() => store.setCrosshair(null)}>
      {shown.map((piece) => {
        const { fromMs, toMs, set } = piece
        const x = Math.max(0, share(fromMs))
        const wide = Math.max(LEAST, Math.min(100, share(toMs)) - x)
        return <rect key={fromMs} x={`${x.toFixed(3)}%`} width={`${wide.toFixed(3)}%`} y={set === null ? 0 : 2} height={set === null ? 12 : 8} {...(set === null ? { className: 'fill-s-loss' } : { fill: fillOf(scope, set), className: 'in-data-[theme=dark]:opacity-[.82]' })}><title>{pieceWords(piece, sets, clock)}</title></rect>
      })}
      <CrosshairMark store={store} height={12} />
    </svg>
  )
}

/** One line of a transcript: when it was read, its mark, and its text as safe spans. */
import { memo } from 'react'
import type { Clock } from '#lib/format/time.ts'
import type { LineMark } from '#lib/terminal/line-mark.ts'
import { markPing } from '#lib/terminal/ping-marks.ts'
import { tokenize, type Colour, type Span } from '#lib/terminal/tokenize.ts'
import { cx } from '../../_lib/cx.ts'
import { SeverityMark } from '../ui/severity.tsx'
import type { Line } from './use-transcript.ts'

const INK: Record<Colour, string> = {
  black: 'text-text-3', red: 'text-crit', green: 'text-ok', yellow: 'text-warn', blue: 'text-accent', magenta: 'text-info', cyan: 'text-info', white: 'text-text-1',
}

const GROUND: Record<NonNullable<LineMark>, string> = { lost: 'bg-crit-soft text-crit', error: 'bg-warn-soft text-warn', silent: '', waiting: '', unread: '' }

interface Props { line: Line; mark: LineMark; clock: Clock; selected: boolean; hit: boolean }

export const TranscriptLine = memo(function TranscriptLine({ line, mark, clock, selected, hit }: Props) {
  const { spans, cut } = tokenize(line.text)
  return (
    <span className={cx(
      'grid grid-cols-[62px_14px_minmax(0,1fr)] gap-2 px-3.5 whitespace-pre max-md:grid-cols-[12px_minmax(0,1fr)] max-md:gap-1.5 max-md:border-t max-md:border-line max-md:px-2.5 max-md:py-0.5 max-md:break-words max-md:whitespace-pre-wrap',
      mark && GROUND[mark], hit && 'bg-accent-soft', selected && 'bg-surface-3 shadow-[inset_2px_0_0_var(--accent)]',
    )}>
      <time className={cx('text-right text-label leading-[17px] max-md:hidden', mark === 'lost' || mark === 'error' ? '' : 'text-text-3')}>{clock.hms(line.atMs)}</time>
      <span className="pt-1"><Gutter mark={mark} /></span>
      <span className="min-w-0 overflow-hidden text-ellipsis [overflow-wrap:anywhere]">
        {spans.map((span, i) => <Piece key={i} span={span} tinted={mark === 'lost' || mark === 'error'} />)}
        {(cut || line.cut) && <i className="ml-2 text-text-3 not-italic">line cut here</i>}
      </span>
    </span>
  )
})

function Gutter({ mark }: { mark: LineMark }) {
  if (mark === 'lost') return <SeverityMark severity="crit" size={10} label="lost" />
  if (mark === 'error') return <SeverityMark severity="warn" size={10} label="error" />
  if (mark === 'silent') return <svg viewBox="0 0 10 10" width="10" height="10" role="img" aria-label="no answer"><circle cx="5" cy="5" r="3.4" fill="none" className="stroke-text-3" /></svg>
  if (mark === 'waiting') return <svg viewBox="0 0 10 10" width="10" height="10" role="img" aria-label="no answer yet"><circle cx="5" cy="5" r="3.4" fill="none" className="stroke-text-3" strokeDasharray="2 2" /></svg>
  if (mark === 'unread') return <svg viewBox="0 0 10 10" width="10" height="10" role="img" aria-label="not understood"><path d="M2 8L8 2M2 5L5 2M5 8L8 5" className="stroke-text-3" /></svg>
  return null
}

function Piece({ span, tinted }: { span: Span; tinted: boolean }) {
  const ink = cx(span.bold && 'font-medium', span.underline && 'underline', span.colour !== null && INK[span.colour])
  if (span.control) return <span className="rounded-tag bg-surface-2 text-text-3">{span.text}</span>
  if (span.colour !== null) return <span className={ink}>{span.text}</span>
  return (
    <span className={ink || undefined}>
      {markPing(span.text).map(({ text, kind }, i) => (kind === 'plain' ? text : <b key={i} className={cx('font-normal', kind === 'stamp' && 'text-text-3', !tinted && kind === 'number' && 'text-accent', !tinted && kind === 'time' && 'text-text-1')}>{text}</b>))}
    </span>
  )
}

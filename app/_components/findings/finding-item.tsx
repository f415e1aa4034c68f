'use client'
/** One finding: verdict, since when, evidence, what to do next. */
import { Copy } from 'lucide-react'
import { Fragment } from 'react'
import type { FindingRecord, NextStep } from '#lib/diagnose/finding.ts'
import type { Clock } from '#lib/format/time.ts'
import { cx } from '../../_lib/cx.ts'
import { useZone } from '../shell/zone-context.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { SEVERITY_WORD } from '../../_lib/severity-word.ts'
import { SeverityMark } from '../ui/severity.tsx'

export type NextAction = NonNullable<NextStep['actions']>[number]

interface Props {
  finding: FindingRecord
  /** Title of the finding that accounts for this one: it is then folded and says so. */
  cause: string | null
  selected: boolean
  /** Something still runs, so what holds goes on. */
  live: boolean
  /** Runs may be started here and now. */
  canRun: boolean
  onSelect: () => void
  onAct: (action: NextAction) => void
}

const EDGE = { crit: 'before:bg-crit-fill', warn: 'before:bg-warn-fill', info: 'before:bg-info-fill', ok: 'before:bg-ok-fill' } as const

export function FindingItem({ finding, cause, selected, live, canRun, onSelect, onAct }: Props) {
  const { clock, settled } = useZone()
  const folded = selected ? '' : cause === null ? 'max-md:hidden' : 'hidden'
  const cleared = finding.untilMs !== null
  return (
    <li
      id={`finding-${finding.id}`}
      className={cx('relative grid grid-cols-[12px_minmax(0,1fr)] gap-x-2.5 border-b border-line px-3.5 pb-3 pt-[11px]', selected ? `bg-surface-2 before:absolute before:inset-y-0 before:left-0 before:w-0.5 ${EDGE[finding.severity]}` : 'hover:bg-surface-2/50 max-md:py-2', cleared && !selected && 'opacity-80', cause !== null && 'pl-[26px] max-md:pl-[26px]')}
    >
      <SeverityMark severity={finding.severity} className="mt-[3px]" />
      <div className="min-w-0">
        <h3 className={cx('text-ui font-medium text-pretty break-words', !selected && 'max-md:truncate max-md:font-normal')}>
          {/* The whole card selects; the heading's button is what keyboard and screen reader get. */}
          <button type="button" aria-expanded={selected} aria-label={`${SEVERITY_WORD[finding.severity]}: ${finding.title}`} onClick={onSelect} className={cx('text-left after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent max-md:max-w-full', !selected && 'max-md:truncate')}>{finding.title}</button>
        </h3>
        <p className={cx('mt-0.5 text-data text-text-3', folded, !settled && 'invisible')}>{when(finding, live, clock)}</p>
        {cause !== null && <p className={cx('mt-0.5 text-data text-text-3 text-pretty', !selected && 'truncate')} title={cause}>Explained by: {cause}</p>}
        {selected && <p className="mt-1 text-cell leading-[17px] text-text-2 text-pretty">{finding.meaning}</p>}
        <dl className={cx('mt-1.5 grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-3 gap-y-px text-data leading-[18px]', folded)}>
          {finding.evidence.map((row) => (
            <Fragment key={row.label}>
              <dt className="text-text-3 break-words" title={row.definition}>{row.label}</dt>
              <dd className="text-right text-text-1 break-words">{row.detail !== undefined && <span className="mr-1 text-text-3">{row.detail}</span>} {row.value}</dd>
            </Fragment>
          ))}
        </dl>
        {selected && finding.otherwise.length > 0 && <p className="mt-1.5 text-data leading-[17px] text-text-3 text-pretty">Not ruled out: {finding.otherwise.join(' ')}</p>}
        {!cleared && <Next finding={finding} selected={selected} canRun={canRun} onAct={onAct} folded={folded} />}
      </div>
    </li>
  )
}

function Next({ finding, selected, canRun, onAct, folded }: Omit<Props, 'onSelect' | 'live' | 'cause'> & { folded: string }) {
  const actions = (finding.next.actions ?? []).slice(0, 2)
  return (
    <>
      <p className={cx('text-cell leading-[17px] text-text-2 text-pretty break-words', selected ? 'mt-2 border-t border-line-2 pt-2' : 'mt-[5px]', folded)}>
        <b className="mr-0.5 font-medium text-text-3">Next</b> {finding.next.text}
      </p>
      {selected && actions.length > 0 && (
        <div className="relative z-10 mt-[9px] flex flex-wrap gap-1.5">
          {actions.map((action, i) => action.kind === 'run'
            ? <Button key={action.label} size="sm" look={i === 0 ? 'primary' : 'plain'} disabled={!canRun} onClick={() => onAct(action)}>{action.label}</Button>
            : <Button key={action.label} size="sm" onClick={() => onAct(action)}><Icon of={Copy} size={12} />{action.label}</Button>)}
        </div>
      )}
    </>
  )
}

/** `Since 14:33:04, still happening`, `14:33:04 until 14:41:10`. */
function when(finding: FindingRecord, live: boolean, clock: Clock): string {
  if (finding.untilMs === null) return `Since ${clock.hms(finding.sinceMs)}${live ? ', still happening' : ', to the end'}`
  return finding.untilMs - finding.sinceMs < 1000 ? `At ${clock.hms(finding.sinceMs)}` : `${clock.hms(finding.sinceMs)} until ${clock.hms(finding.untilMs)}`
}

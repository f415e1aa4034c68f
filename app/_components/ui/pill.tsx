/** A pill: the state of a whole thing (session, vantage), never a count. */
import type { ReactNode } from 'react'
import { cx } from '../../_lib/cx.ts'

export type PillTone = 'neutral' | 'ok' | 'warn' | 'crit' | 'info'
const TONE: Record<PillTone, string> = {
  neutral: 'bg-surface-2 text-text-2', ok: 'bg-ok-soft text-ok', warn: 'bg-warn-soft text-warn', crit: 'bg-crit-soft text-crit', info: 'bg-info-soft text-info',
}
const DOT: Record<PillTone, string> = { neutral: 'bg-text-3', ok: 'bg-ok-fill', warn: 'bg-warn-fill', crit: 'bg-crit-fill', info: 'bg-info-fill' }

export function Pill({ tone = 'neutral', dot = false, pulse = false, children, className }: { tone?: PillTone; dot?: boolean; pulse?: boolean; children: ReactNode; className?: string }) {
  return (
    <span className={cx('inline-flex h-5 flex-none items-center gap-1.5 whitespace-nowrap rounded-full px-2 text-label font-medium', TONE[tone], className)}>
      {dot && <span className={cx('size-1.5 rounded-full', DOT[tone], pulse && 'breathing')} />}
      {children}
    </span>
  )
}

const TAG: Record<PillTone, string> = TONE

/** A small tag beside a name. */
export function Tag({ tone = 'neutral', children }: { tone?: PillTone; children: ReactNode }) {
  return <span className={cx('inline-flex h-4 items-center whitespace-nowrap rounded-tag px-[5px] text-micro font-book', TAG[tone])}>{children}</span>
}

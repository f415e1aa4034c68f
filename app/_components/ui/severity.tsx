/** Severity marks: each level has its own shape and a word, colour only repeats it. */
import type { Severity } from '#lib/protocol/api.ts'
import { cx } from '../../_lib/cx.ts'
import { SEVERITY_WORD } from '../../_lib/severity-word.ts'

/** Diamond critical, triangle warning, ring note, bare check fine. */
export function SeverityMark({ severity, size = 12, className, label }: { severity: Severity; size?: number; className?: string; label?: string }) {
  return (
    <svg viewBox="0 0 12 12" width={size} height={size} role="img" aria-label={label ?? SEVERITY_WORD[severity]} className={cx('block flex-none', className)}>
      {SHAPES[severity]}
    </svg>
  )
}

const SHAPES = {
  crit: <>
    <path d="M6 .4 11.6 6 6 11.6.4 6z" className="fill-crit-fill" />
    <path d="M6 3.4v3M6 8.3v.2" className="stroke-bg" strokeWidth="1.4" strokeLinecap="round" />
  </>,
  warn: <>
    <path d="M6 1 11.5 10.8H.5z" className="fill-warn-fill stroke-warn-fill" strokeWidth=".8" strokeLinejoin="round" />
    <path d="M6 4.6v2.6M6 9v.1" className="stroke-on-warn" strokeWidth="1.3" strokeLinecap="round" />
  </>,
  info: <>
    <circle cx="6" cy="6" r="4.9" fill="none" className="stroke-info-fill" strokeWidth="1.4" />
    <path d="M6 5.6v2.6M6 3.7v.1" className="stroke-info-fill" strokeWidth="1.4" strokeLinecap="round" />
  </>,
  ok: <path d="M2 6.4l2.7 2.7L10 3.4" fill="none" className="stroke-ok-fill" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round" />,
} as const

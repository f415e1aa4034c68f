/** Draws a lucide icon as the design wants it: 14 px, stroke as 1.5 on a 16 grid. */
import type { LucideIcon } from 'lucide-react'
import { cx } from '../../_lib/cx.ts'

/** lucide draws on a 24 grid: 1.5 of 16 is 2.25 of 24. */
const STROKE = 2.25

/** Decorative: the words beside it, or the button's label, say what it means. */
export function Icon({ of: Glyph, size = 14, className }: { of: LucideIcon; size?: number; className?: string }) {
  return <Glyph aria-hidden="true" size={size} strokeWidth={STROKE} className={cx('block flex-none', className)} />
}

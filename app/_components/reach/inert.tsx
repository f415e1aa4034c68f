/** Text that came from the far side: shown as it is, with everything that could act on the page or the reader made visible. Never a link. */
import { visibleText } from '#lib/terminal/tokenize.ts'
import { cx } from '../../_lib/cx.ts'

export function Inert({ children, className }: { children: string; className?: string }) {
  return <span className={cx('machine [overflow-wrap:anywhere]', className)}>{visibleText(children)}</span>
}

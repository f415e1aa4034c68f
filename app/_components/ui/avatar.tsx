/** A person as initials on a ground that is theirs by name. */
import { cx } from '../../_lib/cx.ts'
import { initialsOf } from '../../_lib/initials.ts'

const GROUNDS = ['bg-avatar-0', 'bg-avatar-1', 'bg-avatar-2', 'bg-avatar-3', 'bg-avatar-4', 'bg-avatar-5'] as const

/** Same name, same ground, on every page. */
function groundOf(name: string): string {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  return GROUNDS[sum % GROUNDS.length] ?? GROUNDS[0]
}

export function Avatar({ display, initials }: { display: string; initials?: string }) {
  return (
    <span title={display} className={cx('relative -ml-[3px] grid size-[22px] flex-none place-items-center rounded-full text-[9px] font-semibold leading-none text-on-avatar shadow-[0_0_0_1.5px_var(--surface-1)] first:ml-0', groundOf(display))}>
      <span aria-hidden="true">{initials ?? initialsOf(display)}</span>
      <span className="sr-only">{display}</span>
    </span>
  )
}

/** Buttons: neutral by default, one primary per view, ghost for the quiet ones, danger for what ends something. */
import Link from 'next/link'
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { cx } from '../../_lib/cx.ts'

export type ButtonLook = 'plain' | 'primary' | 'ghost' | 'danger'
export type ButtonSize = 'sm' | 'md' | 'lg'

const LOOK: Record<ButtonLook, string> = {
  plain: 'bg-surface-2 text-text-1 edge-line-2 hover:bg-surface-3',
  primary: 'bg-primary text-on-primary hover:opacity-90',
  ghost: 'text-text-2 hover:bg-surface-2 hover:text-text-1',
  danger: 'text-crit hover:bg-crit-soft',
}
/* The after-box widens the small ones to a 24 px target without moving anything. */
const SIZE: Record<ButtonSize, string> = {
  sm: 'h-[22px] rounded-[4px] px-[7px] text-small gap-[5px] after:absolute after:-inset-px pointer-coarse:h-9 pointer-coarse:px-3',
  md: 'h-ctl rounded-ctl px-2.5 text-cell gap-1.5 pointer-coarse:h-9',
  lg: 'h-[38px] rounded-ctl px-3.5 text-[13.5px] gap-2',
}
const SQUARE: Record<ButtonSize, string> = { sm: 'w-[22px] !px-0 pointer-coarse:w-9', md: 'w-ctl !px-0 pointer-coarse:w-9', lg: 'w-[38px] !px-0' }

interface Style { look?: ButtonLook; size?: ButtonSize; square?: boolean; className?: string | undefined }

/** The classes alone, for links and for triggers that a library renders. */
export function buttonClass({ look = 'plain', size = 'md', square = false, className }: Style = {}): string {
  return cx('relative inline-flex flex-none select-none items-center justify-center whitespace-nowrap font-medium disabled:opacity-50 aria-disabled:opacity-50', LOOK[look], SIZE[size], square && SQUARE[size], className)
}

export function Button({ look, size, square, className, type = 'button', ...rest }: Style & ButtonHTMLAttributes<HTMLButtonElement> & { ref?: Ref<HTMLButtonElement> }) {
  return <button type={type} className={buttonClass({ ...(look && { look }), ...(size && { size }), ...(square && { square }), className })} {...rest} />
}

/** A button that goes somewhere within the console. */
export function ButtonLink({ look, size, className, href, children }: Style & { href: string; children: ReactNode }) {
  return <Link href={href} prefetch={false} className={buttonClass({ ...(look && { look }), ...(size && { size }), className })}>{children}</Link>
}

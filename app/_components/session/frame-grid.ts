/** Rows of a session page, the same while it opens and after. Tailwind classes. */

/** `over`: nothing more will come, and the scrubber stands at the foot; on a phone the tabs then stay at the top. */
export const GRID = {
  all: 'grid h-dvh grid-rows-[var(--h-bar)_var(--h-tabs)_minmax(0,1fr)_auto]',
  over: 'max-md:grid-rows-[48px_40px_minmax(0,1fr)_auto]',
  live: 'max-md:grid-rows-[48px_minmax(0,1fr)_54px]',
} as const

/** Height of the foot before its content is there. */
export const FOOT = { over: 'h-[73px] max-md:order-4 max-md:h-[107px]', live: 'h-6 max-md:hidden' } as const

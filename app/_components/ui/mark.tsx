/** The Hopscope mark: hops on a path, the last one open. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg viewBox="0 0 20 20" width={size} height={size} fill="none" aria-hidden="true" className="block flex-none text-text-1">
      <path d="M3 14.5 8 10l4 2.5L17 5" stroke="currentColor" strokeWidth="1.6" strokeLinejoin="round" />
      <circle cx="3" cy="14.5" r="2" fill="currentColor" />
      <circle cx="8" cy="10" r="2" fill="currentColor" />
      <circle cx="12" cy="12.5" r="2" fill="currentColor" />
      <circle cx="17" cy="5" r="2.4" className="fill-surface-1" stroke="currentColor" strokeWidth="1.6" />
    </svg>
  )
}

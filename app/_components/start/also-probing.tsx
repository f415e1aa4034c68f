/** Says who probes the address already: joining costs the routers nothing, a second stream does. Starting anyway is allowed. */
import Link from 'next/link'
import type { AlsoProbing } from '#lib/protocol/api.ts'
import { useZone } from '../shell/zone-context.tsx'
import { SeverityMark } from '../ui/severity.tsx'

/** Others beyond this are counted. */
const SHOWN = 2

export function AlsoProbingLine({ others }: { others: readonly AlsoProbing[] }) {
  const { clock, settled } = useZone()
  if (others.length === 0) return null
  return (
    <ul aria-label="Probing this address already" className="border-b border-line-2 bg-info-soft">
      {others.slice(0, SHOWN).map((other, i) => (
        <li key={`${other.sessionId ?? ''}${other.tool}${i}`} className="flex min-h-[34px] flex-wrap items-center gap-x-2.5 px-[18px] py-1.5 text-data text-text-2 max-md:px-3">
          <SeverityMark severity="info" />
          <span className="min-w-0">Another session is probing this address now: <span className="text-text-1">{other.label}</span>{other.by !== null && ` by ${other.by}`}{other.sinceMs !== null && settled && ` since ${clock.hm(other.sinceMs)}`}{other.sameOptions && ', with the same options'}.</span>
          {other.sessionId !== null && <Link href={`/s/${other.sessionId}`} prefetch={false} className="rounded-tag font-medium text-text-1 underline decoration-line-3 underline-offset-2 hover:decoration-text-2">Open it</Link>}
        </li>
      ))}
      {others.length > SHOWN && <li className="px-[18px] pb-1.5 text-data text-text-3 max-md:px-3">and {others.length - SHOWN} more</li>}
    </ul>
  )
}

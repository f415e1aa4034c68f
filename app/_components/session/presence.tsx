'use client'
/** Who is looking: three faces at most, then a count. Guests count as people, without names. */
import { Eye } from 'lucide-react'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'

/** Guests see how many, not who. */
export function Presence({ names }: { names: boolean }) {
  const { presence: { people, guests } } = useSessionState()
  const count = people.length + guests
  if (count === 0) return names ? <span className="min-w-[146px] max-lg:hidden" /> : null
  const words = `${count} ${count === 1 ? 'person' : 'people'} here`
  return (
    <>
      <span className="flex min-w-[146px] items-center justify-end gap-2 max-lg:hidden" title={guests > 0 ? `${guests} by link` : undefined}>
        {names && <span className="flex items-center">{people.slice(0, 3).map((person, i) => <Avatar key={`${person.display}${i}`} display={person.display} initials={person.initials} />)}</span>}
        <span className="text-data text-text-3">{names ? `${count} watching` : words}</span>
      </span>
      <span className="flex items-center gap-1.5 text-text-2 lg:hidden" aria-label={words}><Icon of={Eye} />{count}</span>
    </>
  )
}

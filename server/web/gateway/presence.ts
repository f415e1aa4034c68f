/** Who is looking at a session: people once each by name, guests as a number. Sent to every viewer when it changes. */
import type { Presence } from '#lib/protocol/api.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import type { Visitor, Watch } from './visitor.ts'

/** `viewersOf` lists every open watch of a session. */
export function announcePresence(sessionId: SessionId, viewers: readonly { visitor: Visitor; watch: Watch }[]): void {
  const presence = presenceOf(viewers.map(({ watch }) => watch))
  for (const { visitor, watch } of viewers) {
    const shown = watch.principal.kind === 'share' ? nameless(presence) : presence
    visitor.outbox.latest(`presence ${sessionId}`, 'session:presence', { sessionId, ...shown })
  }
}

/** People sorted by name, so that the same crowd always reads the same. */
export function presenceOf(watches: readonly Pick<Watch, 'principal'>[]): Presence {
  const people = new Map<string, string>()
  let guests = 0
  for (const { principal } of watches) {
    if (principal.kind === 'user') people.set(principal.userId, principal.display)
    else guests += 1
  }
  const names = [...people.values()].sort((a, b) => a.localeCompare(b, 'en'))
  return { people: names.map((display) => ({ display, initials: initialsOf(display) })), guests }
}

/** First letters of the first and last word, two at most. */
export function initialsOf(display: string): string {
  const words = display.trim().split(/[\s._-]+/).filter((word) => word !== '')
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '')
  return letters.join('').toUpperCase()
}

/** A guest learns how many look, not who: the team is not part of what was shared. */
function nameless({ people, guests }: Presence): Presence {
  return { people: [], guests: people.length + guests }
}

/** Merges announcements so that the one live region speaks at most once in five seconds. */

export const ANNOUNCE_EVERY_MS = 5000

/** What is said: counted kinds are merged into "2 new findings, 1 critical"; sentences are said once each. */
export interface Announcement { text: string; kind?: 'finding'; critical?: boolean }

export interface AnnouncerHost {
  nowMs(): number
  later(task: () => void, ms: number): void
  say(text: string): void
}

export interface Announcer { announce(announcement: Announcement): void }

/** Says the first message at once, then holds what comes until the pause is over. */
export function createAnnouncer(host: AnnouncerHost): Announcer {
  let held: Announcement[] = []
  let saidAtMs = Number.NEGATIVE_INFINITY
  let waiting = false
  const flush = (): void => {
    waiting = false
    if (held.length === 0) return
    saidAtMs = host.nowMs()
    host.say(merge(held))
    held = []
  }
  return {
    announce(announcement) {
      held.push(announcement)
      if (waiting) return
      waiting = true
      host.later(flush, Math.max(0, saidAtMs + ANNOUNCE_EVERY_MS - host.nowMs()))
    },
  }
}

/** One sentence for all that was held. A single finding keeps its own words. */
export function merge(held: readonly Announcement[]): string {
  const findings = held.filter((one) => one.kind === 'finding')
  const sentences = [...new Set(held.filter((one) => one.kind !== 'finding').map((one) => one.text))]
  const [only] = findings
  if (findings.length === 1 && only) sentences.unshift(only.text)
  if (findings.length > 1) {
    const critical = findings.filter((one) => one.critical).length
    sentences.unshift(`${findings.length} new findings${critical > 0 ? `, ${critical} critical` : ''}.`)
  }
  return sentences.join(' ')
}

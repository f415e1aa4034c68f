/** The live region: at most one message in five seconds, merged, nothing swallowed. */
import { describe, expect, it } from 'vitest'
import { ANNOUNCE_EVERY_MS, createAnnouncer, merge } from '../../app/_lib/announcer.ts'

/** A clock and timers that move only when told. */
function world() {
  let nowMs = 1000
  const tasks: { atMs: number; task: () => void }[] = []
  const said: { atMs: number; text: string }[] = []
  const host = { nowMs: () => nowMs, later: (task: () => void, ms: number) => void tasks.push({ atMs: nowMs + ms, task }), say: (text: string) => void said.push({ atMs: nowMs, text }) }
  return {
    said, announcer: createAnnouncer(host),
    pass(ms: number) {
      const until = nowMs + ms
      for (;;) {
        tasks.sort((a, b) => a.atMs - b.atMs)
        const due = tasks[0]
        if (!due || due.atMs > until) break
        tasks.shift()
        nowMs = Math.max(nowMs, due.atMs)
        due.task()
      }
      nowMs = until
    },
  }
}

describe('announcer', () => {
  it('says the first at once and merges the rest after the pause', () => {
    const { announcer, said, pass } = world()
    announcer.announce({ text: 'New finding: A.', kind: 'finding' })
    pass(0)
    announcer.announce({ text: 'New finding: B.', kind: 'finding', critical: true })
    announcer.announce({ text: 'Connected again.' })
    pass(1000)
    announcer.announce({ text: 'New finding: C.', kind: 'finding' })
    announcer.announce({ text: 'Connected again.' })
    pass(ANNOUNCE_EVERY_MS)
    expect(said.map((one) => one.text)).toEqual(['New finding: A.', '2 new findings, 1 critical. Connected again.'])
    expect((said[1]?.atMs ?? 0) - (said[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(ANNOUNCE_EVERY_MS)
  })

  it('keeps the words of a single finding', () => {
    expect(merge([{ text: 'New finding: A.', kind: 'finding' }, { text: 'Ping ended: stopped.' }])).toBe('New finding: A. Ping ended: stopped.')
    expect(merge([])).toBe('')
  })
})

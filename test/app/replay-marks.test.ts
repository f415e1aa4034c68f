/** The scrubber's arithmetic and keys. */
import { describe, expect, it, vi } from 'vitest'
import { loadingText, nextFinding, shareOfSession, sparkLine, type ReplayFinding } from '../../app/_components/replay/replay-marks.ts'
import { replayKey } from '../../app/_components/replay/replay-strip.tsx'

const findings: ReplayFinding[] = [{ id: 'a', title: 'A', severity: 'warn', atMs: 1000 }, { id: 'b', title: 'B', severity: 'crit', atMs: 5000 }]

describe('replay', () => {
  it('knows the next finding from here', () => {
    expect([0, 1000, 4999, 5000].map((at) => nextFinding(findings, at)?.id ?? null)).toEqual(['a', 'b', null, null])
  })
  it('keeps positions within the session', () => expect([-5, 0, 50, 200].map((ms) => shareOfSession(ms, { startMs: 0, endMs: 100 }))).toEqual([0, 0, 0.5, 1]))
  it('breaks the line where nothing answered', () => expect(sparkLine({ medianMs: [1, 2, null, 2], lost: [] }, { width: 100, height: 32 }).match(/M/g)?.length).toBe(2))
  it('tells how far a move has come, and never that it is done before it is', () => {
    expect(loadingText({ shownMs: 0, reachedMs: 842_000, progress: 0.419 }, { startMs: 0, atMs: 960_000 })).toBe('Loading 14:02 of 16:00, 41 %')
    expect(loadingText({ shownMs: 0, reachedMs: 959_999, progress: 0.99999 }, { startMs: 0, atMs: 960_000 })).toMatch(/, 99 %$/)
  })
  it('plays, steps and jumps by key', () => {
    const props = { atMs: 2000, playing: false, findings, onSeek: vi.fn(), onPlay: vi.fn() }
    for (const key of [' ', ',', '.', 'n']) expect(replayKey(key, props)).toBe(true)
    expect(replayKey('q', props)).toBe(false)
    expect(props.onPlay.mock.calls).toEqual([[true]])
    expect(props.onSeek.mock.calls).toEqual([[1000], [3000], [5000]])
  })
})

'use client'
/** Replay: how much of a transcript had been printed when the playhead was there. */
import { useEffect, useRef, useState } from 'react'
import type { Transcript } from './use-transcript.ts'

/** Number of lines, of `total`, that were read at `untilMs` or before. Lines are in the order they were read, so a few of them tell. */
export async function linesUntil(line: (number: number) => Promise<{ atMs: number } | undefined>, { total, untilMs }: { total: number; untilMs: number }): Promise<number> {
  let low = 0
  let high = total
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const found = await line(middle)
    if (found && found.atMs <= untilMs) low = middle
    else high = middle - 1
  }
  return low
}

/** Lines to show: all of them while live (`untilMs` null), those up to the playhead in a replay. Null until that is known. */
export function usePlayed({ fetchLine, totalLines }: Pick<Transcript, 'fetchLine' | 'totalLines'>, untilMs: number | null): number | null {
  const [played, setPlayed] = useState<number | null>(null)
  const wanted = useRef<{ untilMs: number; total: number; fetchLine: Transcript['fetchLine'] } | null>(null)
  const busy = useRef(false)
  useEffect(() => {
    wanted.current = untilMs === null ? null : { untilMs, total: totalLines, fetchLine }
    if (untilMs === null) setPlayed(null)
    if (busy.current || untilMs === null) return
    busy.current = true
    const search = async (): Promise<void> => {
      for (let asked = wanted.current; asked !== null; asked = asked === wanted.current ? null : wanted.current) {
        const count = await linesUntil(asked.fetchLine, asked)
        if (wanted.current !== null) setPlayed(count)
      }
      busy.current = false
    }
    void search()
  }, [fetchLine, totalLines, untilMs])
  return untilMs === null ? totalLines : played
}

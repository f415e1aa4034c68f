'use client'
/** Finds text in the whole transcript, page by page, as the reader types. */
import { useEffect, useMemo, useState } from 'react'
import { visibleText } from '#lib/terminal/tokenize.ts'
import type { LoadPage } from './use-transcript.ts'

const PAGE = 1000
const MOST = 1000
const AFTER_MS = 150

export interface Found { lines: readonly number[]; hits: ReadonlySet<number>; done: boolean }

/** Line numbers whose visible text contains `text`, ignoring case; at most a thousand. */
export function useFind(loadPage: LoadPage, text: string, totalLines: number): Found {
  const [found, setFound] = useState<{ lines: number[]; done: boolean }>({ lines: [], done: true })
  useEffect(() => {
    setFound({ lines: [], done: text === '' })
    if (text === '') return
    let gone = false
    const wanted = text.toLowerCase()
    const search = async (): Promise<void> => {
      const lines: number[] = []
      for (let from = 1; from <= totalLines && !gone && lines.length < MOST; from += PAGE) {
        const page = await loadPage(from, PAGE)
        for (const line of page.lines) if (visibleText(line.text).toLowerCase().includes(wanted)) lines.push(line.line)
        if (!gone) setFound({ lines: lines.slice(0, MOST), done: false })
      }
      if (!gone) setFound({ lines: lines.slice(0, MOST), done: true })
    }
    const timer = setTimeout(() => void search().catch(() => setFound({ lines: [], done: true })), AFTER_MS)
    return () => { gone = true; clearTimeout(timer) }
    // Lines that arrive while a search is shown are not searched again: totalLines is left out on purpose.
  }, [loadPage, text])
  return useMemo(() => ({ ...found, hits: new Set(found.lines) }), [found])
}

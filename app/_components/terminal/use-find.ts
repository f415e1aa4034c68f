'use client'
/** Finds text in the whole transcript, page by page, as the reader types. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { visibleText } from '#lib/terminal/tokenize.ts'
import type { LoadPage } from './use-transcript.ts'

const PAGE = 1000
const MOST = 1000
const AFTER_MS = 150

export interface Found { lines: readonly number[]; hits: ReadonlySet<number>; done: boolean }

function newAbort(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

/** Line numbers whose visible text contains `text`, ignoring case; at most a thousand. */
export function useFind(loadPage: LoadPage, text: string, totalLines: number): Found {
  const [found, setFound] = useState<{ lines: number[]; done: boolean }>({ lines: [], done: true })
  // Lines that arrive while a search is shown are not searched again.
  const total = useRef(totalLines)
  useEffect(() => { total.current = totalLines })
  useEffect(() => {
    setFound({ lines: [], done: text === '' })
    if (text === '') return
    const { signal, abort } = newAbort()
    const wanted = text.toLowerCase()
    const search = async (): Promise<void> => {
      const lines: number[] = []
      for (let from = 1; from <= total.current && !signal.aborted && lines.length < MOST; from += PAGE) {
        const page = await loadPage(from, PAGE)
        for (const line of page.lines) if (line.line <= total.current && visibleText(line.text).toLowerCase().includes(wanted)) lines.push(line.line)
        if (!signal.aborted) setFound({ lines: lines.slice(0, MOST), done: false })
      }
      if (!signal.aborted) setFound({ lines: lines.slice(0, MOST), done: true })
    }
    const timer = setTimeout(() => void search().catch(() => setFound({ lines: [], done: true })), AFTER_MS)
    return () => { abort(); clearTimeout(timer) }
  }, [loadPage, text])
  return useMemo(() => ({ ...found, hits: new Set(found.lines) }), [found])
}

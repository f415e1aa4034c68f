'use client'
/** Pages of a transcript as they are needed: loaded once, the growing last page again. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { TranscriptPage } from '#lib/protocol/api.ts'

export type Line = TranscriptPage['lines'][number]
/** Rejects with an Error whose message can be shown. */
export type LoadPage = (fromLine: number, count: number) => Promise<TranscriptPage>

export interface Transcript {
  totalLines: number
  totalBytes: number
  /** The line if it is loaded; asking is free, `want` loads. */
  line(number: number): Line | undefined
  /** Makes sure that these lines are loaded or on their way. */
  want(fromLine: number, toLine: number): void
  /** The line once it is loaded; undefined where there is none. */
  fetchLine(number: number): Promise<Line | undefined>
  /** Why nothing is shown; null while it works. */
  problem: string | null
  loaded: boolean
}

export const PAGE_LINES = 200

const pageOf = (line: number): number => Math.floor((line - 1) / PAGE_LINES)

/** `refreshKey` grows when there may be new lines. */
export function useTranscript(loadPage: LoadPage, refreshKey: number): Transcript {
  const pages = useRef(new Map<number, Line[]>())
  const asked = useRef(new Map<number, Promise<void>>())
  const [size, setSize] = useState({ lines: 0, bytes: 0, loaded: false })
  const [problem, setProblem] = useState<string | null>(null)
  const [, rendered] = useState(0)
  const current = useRef(loadPage)

  const read = useCallback(async (page: number): Promise<void> => {
    try {
      const found = await loadPage(page * PAGE_LINES + 1, PAGE_LINES)
      if (current.current !== loadPage) return
      pages.current.set(page, found.lines)
      setSize({ lines: found.totalLines, bytes: found.totalBytes, loaded: true })
      setProblem(null)
      rendered((n) => n + 1)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'The transcript could not be read.')
    } finally {
      asked.current.delete(page)
    }
  }, [loadPage])
  /** One question for a page at a time. */
  const load = useCallback((page: number): Promise<void> => {
    const underWay = asked.current.get(page) ?? read(page)
    asked.current.set(page, underWay)
    return underWay
  }, [read])
  const line = useCallback((number: number): Line | undefined => pages.current.get(pageOf(number))?.[(number - 1) % PAGE_LINES], [])
  const fetchLine = useCallback(async (number: number): Promise<Line | undefined> => {
    if (line(number) === undefined) await load(pageOf(number))
    return line(number)
  }, [line, load])

  useEffect(() => {
    current.current = loadPage
    pages.current.clear()
    asked.current.clear()
    setSize({ lines: 0, bytes: 0, loaded: false })
  }, [loadPage])
  // The last page grows: it is read again whenever there may be more.
  useEffect(() => void load(Math.max(0, Math.ceil(size.lines / PAGE_LINES) - 1)), [load, refreshKey, size.lines])

  return {
    totalLines: size.lines, totalBytes: size.bytes, problem, loaded: size.loaded,
    line, fetchLine,
    want(fromLine, toLine) {
      for (let page = pageOf(fromLine); page <= pageOf(toLine); page += 1) if (page >= 0 && !pages.current.has(page)) void load(page)
    },
  }
}

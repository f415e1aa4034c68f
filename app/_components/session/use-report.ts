'use client'
/** Taking a session away as a file: one download at a time, with progress once it takes longer than a blink. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import { requestOf } from '../../_lib/api.ts'
import { fetchFile, saveFile } from '../../_lib/download.ts'
import { useStatus } from '../ui/status.tsx'

export type ReportKind = 'json' | 'csv' | 'transcript'

export interface Report {
  /** Bytes received so far; null while nothing is under way, or not for long enough to say so. */
  receivedBytes: number | null
  download: (kind: ReportKind) => void
  cancel: () => void
}

const SAY_AFTER_MS = 300
const TELL_EVERY_MS = 250

/** `runId`: whose raw output. */
export function useReport(sessionId: SessionId, runId: RunId | null): Report {
  const status = useStatus()
  const [receivedBytes, setReceived] = useState<number | null>(null)
  const busy = useRef<AbortController | null>(null)
  useEffect(() => () => busy.current?.abort(), [])
  const download = useCallback(async (kind: ReportKind): Promise<void> => {
    if (busy.current !== null || (kind === 'transcript' && runId === null)) return
    const mine = new AbortController()
    busy.current = mine
    const tell = progressTeller(setReceived)
    try {
      const { url } = kind === 'transcript' ? requestOf('transcript.download', { sessionId, runId }) : requestOf(kind === 'json' ? 'export.json' : 'export.csv', { sessionId })
      const file = await fetchFile(url, { signal: mine.signal, onBytes: tell })
      if (file.ok) saveFile(file.value)
      status.notify(file.ok ? `Saved as ${file.value.fileName}.` : file.error.message)
    } catch {
      status.notify('Download cancelled. Nothing was saved.')
    } finally {
      busy.current = null
      setReceived(null)
    }
  }, [sessionId, runId, status])
  return useMemo(() => ({ receivedBytes, download: (kind) => void download(kind), cancel: () => busy.current?.abort() }), [receivedBytes, download])
}

/** Tells at most four times a second, and not at all about quick ones. */
function progressTeller(tell: (bytes: number) => void): (bytes: number) => void {
  let nextMs = performance.now() + SAY_AFTER_MS
  return (bytes) => {
    if (performance.now() < nextMs) return
    nextMs = performance.now() + TELL_EVERY_MS
    tell(bytes)
  }
}

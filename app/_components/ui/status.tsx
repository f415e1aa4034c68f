'use client'
/** The page's one polite live region, and the small notice that shows the same words. */
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react'
import { createAnnouncer, type Announcement, type AnnouncerHost } from '../../_lib/announcer.ts'

interface Status {
  /** Spoken only, merged, at most one message in 5 s. */
  announce(announcement: Announcement): void
  /** Spoken and shown for four seconds: the answer to something a person just did. */
  notify(text: string): void
}

const StatusContext = createContext<Status | null>(null)
const SHOWN_MS = 4000

const browser = (say: AnnouncerHost['say']): AnnouncerHost => ({ nowMs: () => performance.now(), later: (task, ms) => void setTimeout(task, ms), say })

export function StatusProvider({ children }: { children: ReactNode }) {
  const [spoken, setSpoken] = useState('')
  const [notice, setNotice] = useState<{ text: string; key: number } | null>(null)
  const status = useMemo<Status>(() => {
    const announcer = createAnnouncer(browser(setSpoken))
    return {
      announce: (announcement) => announcer.announce(announcement),
      notify: (text) => {
        announcer.announce({ text })
        setNotice((before) => ({ text, key: (before?.key ?? 0) + 1 }))
      },
    }
  }, [])
  useEffect(() => {
    if (!notice) return
    const timer = setTimeout(() => setNotice(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <StatusContext value={status}>
      {children}
      <div role="status" aria-live="polite" className="sr-only">{spoken}</div>
      {notice && (
        <div aria-hidden="true" className="pointer-events-none fixed inset-x-0 bottom-10 z-50 flex justify-center px-4 max-md:bottom-20">
          <div className="rounded-ctl bg-raised px-3 py-2 text-cell text-text-1 shadow-float">{notice.text}</div>
        </div>
      )}
    </StatusContext>
  )
}

/** Says things to the person at the page. */
export function useStatus(): Status {
  const status = use(StatusContext)
  if (!status) throw new Error('useStatus is called outside the root layout')
  return status
}

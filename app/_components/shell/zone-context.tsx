'use client'
/** The zone that every time on the page is written in: this browser's, or UTC. */
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { createClock, type Clock } from '#lib/format/time.ts'
import { localZone } from '../../_lib/time.ts'

interface Zone { clock: Clock; utc: boolean; toggle: () => void }
const ZoneContext = createContext<Zone | null>(null)

/** Starts in UTC on the server and in the first browser paint (no times are shown then), and moves to the local zone at once. */
export function ZoneProvider({ children }: { children: ReactNode }) {
  const [local, setLocal] = useState('UTC')
  const [utc, setUtc] = useState(false)
  useEffect(() => {
    setLocal(localZone())
    setUtc(new URLSearchParams(location.search).get('tz') === 'utc')
  }, [])
  const toggle = useCallback(() => setUtc((on) => !on), [])
  const zone = useMemo<Zone>(() => ({ clock: createClock(utc ? 'UTC' : local), utc, toggle }), [utc, local, toggle])
  return <ZoneContext value={zone}>{children}</ZoneContext>
}

export function useZone(): Zone {
  const zone = use(ZoneContext)
  if (!zone) throw new Error('useZone is called outside the root layout')
  return zone
}

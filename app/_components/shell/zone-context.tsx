'use client'
/** The zone that every time on the page is written in: this browser's, or UTC. */
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { createClock, type Clock } from '#lib/format/time.ts'
import { keepZone } from '../../_lib/zone.ts'
import { localZone } from '../../_lib/time.ts'

interface Zone {
  clock: Clock
  utc: boolean
  toggle: () => void
  /** The zone is the viewer's own. Before, on a first visit, times would be somebody else's: do not show them without naming the zone. */
  settled: boolean
}
const ZoneContext = createContext<Zone | null>(null)

/** Starts in the zone that this browser had last time (a cookie, so that the server writes it too), in UTC the first time; then the real one. */
export function ZoneProvider({ initial, children }: { initial: string | null; children: ReactNode }) {
  const [local, setLocal] = useState(initial ?? 'UTC')
  const [utc, setUtc] = useState(false)
  const [settled, setSettled] = useState(initial !== null)
  useEffect(() => {
    const zone = localZone()
    setLocal(zone)
    setSettled(true)
    keepZone(zone)
    setUtc(new URLSearchParams(location.search).get('tz') === 'utc')
  }, [])
  const toggle = useCallback(() => setUtc((on) => !on), [])
  const zone = useMemo<Zone>(() => ({ clock: createClock(utc ? 'UTC' : local), utc, toggle, settled }), [utc, local, toggle, settled])
  return <ZoneContext value={zone}>{children}</ZoneContext>
}

export function useZone(): Zone {
  const zone = use(ZoneContext)
  if (!zone) throw new Error('useZone is called outside the root layout')
  return zone
}

'use client'
/** The browser's clock, ticking for text such as ages. Null until the page is alive, so that server and browser agree. */
import { useEffect, useState } from 'react'

export function useNow(everyMs = 1000): number | null {
  const [nowMs, setNowMs] = useState<number | null>(null)
  useEffect(() => {
    setNowMs(Date.now())
    const timer = setInterval(() => setNowMs(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return nowMs
}

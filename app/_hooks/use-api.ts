'use client'
/** Reads a route when a component appears, again on demand, and keeps the last answer while asking. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Problem } from '#lib/protocol/result.ts'
import type { RouteName } from '#lib/protocol/routes.ts'
import { call, type Api } from '../_lib/api.ts'

export interface Reading<T> {
  /** Null until the first answer. */
  value: T | null
  problem: Problem | null
  /** Milliseconds from question to answer of the last reading. */
  tookMs: number | null
  again: () => void
  /** Puts an answer in place without asking, after a change that returned it. */
  set: (change: (value: T) => T) => void
}

/** `everyMs`: also reads again at this pace while the page is visible, and whenever it becomes visible. */
export function useApi<N extends keyof Api & RouteName>(name: N, request: Api[N][0], everyMs?: number): Reading<Api[N][1]> {
  const [state, setState] = useState<{ value: Api[N][1] | null; problem: Problem | null; tookMs: number | null }>({ value: null, problem: null, tookMs: null })
  const key = JSON.stringify(request)
  const asking = useRef<AbortController | null>(null)
  const again = useCallback(() => {
    asking.current?.abort()
    const controller = new AbortController()
    asking.current = controller
    const startMs = performance.now()
    call(name, JSON.parse(key) as Api[N][0], controller.signal).then((result) => {
      const tookMs = performance.now() - startMs
      setState((before) => (result.ok ? { value: result.value, problem: null, tookMs } : { ...before, problem: result.error, tookMs }))
    }).catch(() => undefined) // aborted: a newer question is on its way
  }, [name, key])
  useEffect(() => {
    again()
    return () => asking.current?.abort()
  }, [again])
  useEffect(() => {
    if (everyMs === undefined) return
    const readIfSeen = (): void => { if (document.visibilityState === 'visible') again() }
    const timer = setInterval(readIfSeen, everyMs)
    document.addEventListener('visibilitychange', readIfSeen)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', readIfSeen)
    }
  }, [again, everyMs])
  const set = useCallback((change: (value: Api[N][1]) => Api[N][1]) => {
    setState((before) => (before.value === null ? before : { ...before, value: change(before.value) }))
  }, [])
  return { ...state, again, set }
}

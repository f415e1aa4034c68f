'use client'
/** The vantage's facts, read once for all console pages and kept fresh. */
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react'
import type { Problem } from '#lib/protocol/result.ts'
import type { VantageFacts } from '#lib/protocol/vantage.ts'
import { useApi } from '../../_hooks/use-api.ts'
import { call } from '../../_lib/api.ts'
import { useBoot } from './boot-context.tsx'

const EVERY_MS = 15_000
/** While self-tests are still going on. */
const TRYING_EVERY_MS = 2_000

interface Vantage {
  online: boolean
  /** Null until read, or while the vantage has never answered. */
  facts: VantageFacts | null
  problem: Problem | null
  /** Round trip of the last reading, ms. */
  tookMs: number | null
  checking: boolean
  /** Runs the self-tests again. */
  check: () => Promise<Problem | null>
}

const VantageContext = createContext<Vantage | null>(null)

export function VantageProvider({ children }: { children: ReactNode }) {
  const boot = useBoot()
  const [trying, setTrying] = useState(false)
  const { value, problem, tookMs, set } = useApi('vantage.read', {}, trying ? TRYING_EVERY_MS : EVERY_MS)
  const untried = value?.facts?.tools.some((tool) => tool.state === 'untried') ?? false
  if (untried !== trying) setTrying(untried)
  const [checking, setChecking] = useState(false)
  const check = useCallback(async () => {
    setChecking(true)
    const result = await call('vantage.check', {})
    setChecking(false)
    if (!result.ok) return result.error
    set(() => ({ online: true, facts: result.value }))
    return null
  }, [set])
  const vantage = useMemo<Vantage>(() => ({
    online: value?.online ?? boot.vantage.online, facts: value?.facts ?? null, problem, tookMs, checking, check,
  }), [value, boot.vantage.online, problem, tookMs, checking, check])
  return <VantageContext value={vantage}>{children}</VantageContext>
}

export function useVantage(): Vantage {
  const vantage = use(VantageContext)
  if (!vantage) throw new Error('useVantage is called outside the console')
  return vantage
}

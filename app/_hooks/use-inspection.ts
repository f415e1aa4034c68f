'use client'
/** Asks what would happen with the text as typed. Debounced; an answer to older text is never shown as an answer to newer. */
import { useEffect, useState } from 'react'
import type { Inspection } from '#lib/protocol/api.ts'
import { TARGET_TEXT_MAX } from '../_lib/limits.ts'
import type { InspectRequest } from '#lib/protocol/requests.ts'
import { call } from '../_lib/api.ts'

const PAUSE_MS = 280

export interface Inspecting {
  /** The last answer; kept while the next one is awaited. */
  inspection: Inspection | null
  /** The answer above is to what stands in the field now. */
  current: boolean
}

export function useInspection(text: string, family: 4 | 6 | undefined, runs: NonNullable<InspectRequest['runs']>): Inspecting {
  const [state, setState] = useState<{ key: string; inspection: Inspection } | null>(null)
  const target = text.trim()
  const key = JSON.stringify({ target, ...(family && { family }), ...(runs.length > 0 && { runs }) })
  useEffect(() => {
    if (target === '' || target.length > TARGET_TEXT_MAX) {
      setState(null)
      return
    }
    const controller = new AbortController()
    const timer = setTimeout(() => {
      call('target.inspect', JSON.parse(key) as InspectRequest, controller.signal).then((result) => {
        const inspection = result.ok ? result.value : { input: target, parsed: null, verdicts: [], target: null, runs: [], problem: result.error, notice: null, alsoProbing: [] }
        setState({ key, inspection })
      }).catch(() => undefined) // aborted: the text has changed
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [key, target])
  return { inspection: state?.inspection ?? null, current: state?.key === key }
}

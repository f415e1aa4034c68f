'use client'
/** Live, Paused, Reconnecting, Ended: a word, with an age that ticks in text. */
import { useNow } from '../../_hooks/use-now.ts'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { age } from '../../_lib/time.ts'
import { useZone } from '../shell/zone-context.tsx'
import { Pill } from '../ui/pill.tsx'
import { moodOf, type Looking } from './mood.ts'

export function StatePill({ following, frozen }: Looking) {
  const state = useSessionState()
  const nowMs = useNow()
  const { clock } = useZone()
  const mood = moodOf(state, { following, frozen })
  const sessionNowMs = nowMs === null ? null : nowMs + (state.serverOffsetMs ?? 0)
  return (
    <Pill tone={mood.tone} dot={mood.dot} pulse={mood.word === 'Live'}>
      {mood.after === undefined ? mood.word : <><span className="max-md:hidden">{mood.word}</span><span className="md:hidden">Replay</span></>}
      {mood.fromMs !== null && sessionNowMs !== null && <span className="machine !text-label max-md:hidden">{age(sessionNowMs - mood.fromMs)}</span>}
      {mood.fromMs === null && mood.toMs !== null && nowMs !== null && <span className="machine !text-label max-md:hidden">{clock.hms(mood.toMs)}</span>}
      {mood.after !== undefined && <span className="-ml-1.5 max-md:hidden">{mood.after}</span>}
    </Pill>
  )
}

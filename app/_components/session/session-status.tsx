'use client'
/** Status line of a session: how far the stream is behind, its pace, its runs, its size. */
import { formatBytes, formatCount, formatFixed, formatRate } from '#lib/format/number.ts'
import { runName, runTitle } from '#lib/session/run-names.ts'
import { useNow } from '../../_hooks/use-now.ts'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { formatSpan } from '#lib/format/time.ts'
import { Lamp, StatusBar } from '../shell/status-bar.tsx'
import { isLive } from './mood.ts'

/** Not the age of the last event: at one probe a second that would only say when the last probe was. */
const LAG = 'From the moment the vantage observed the newest event to its arrival here, by the clock of the server. Measured when events arrive.'

/** Beyond so many runs each name is told once. */
const NAMED = 4

export function SessionStatus() {
  const state = useSessionState()
  const nowMs = useNow()
  const { view, connection, lagMs, eventsPerS, serverOffsetMs } = state
  const live = view.runs.filter(isLive).length
  const names = view.runs.length <= NAMED ? view.runs.map(runTitle).join(', ') : [...new Set(view.runs.map(runName))].join(', ')
  const failed = view.runs.filter((run) => run.state === 'failed' || run.state === 'interrupted' || run.state === 'refused').length
  const dropped = view.runs.reduce((sum, run) => sum + run.truncatedBytes, 0)
  const unread = view.runs.reduce((sum, run) => sum + run.unrecognised, 0)
  const offset = serverOffsetMs === null ? null : Math.round(serverOffsetMs)
  return (
    <StatusBar right={offset !== null && <span>vantage clock {offset < 0 ? '' : '+'}{formatFixed(offset, 0)} ms</span>}>
      <Lamp tone={connection.state === 'live' ? 'ok' : 'warn'}>
        {connection.state === 'live' && <span className="min-w-[15ch]" title={LAG}>{live === 0 || lagMs === null ? 'connected' : `stream ${formatFixed(lagMs, 0)} ms behind`}</span>}
        {connection.state === 'connecting' && 'connecting'}
        {connection.state === 'reconnecting' && <span>no data for {nowMs === null ? '' : formatSpan(nowMs - connection.sinceMs)}, retrying</span>}
        {connection.state === 'ended' && 'closed'}
      </Lamp>
      {connection.state === 'live' && live > 0 && <span className="min-w-[12ch]">{formatRate(eventsPerS).replace('/s', 'events/s')}</span>}
      <span title={names}>{view.runs.length} {view.runs.length === 1 ? 'run' : 'runs'}<span className="max-xl:hidden">: {names}</span>{live > 0 && `, ${live} live`}{failed > 0 && `, ${failed} failed`}</span>
      <span>{connection.state === 'reconnecting' ? 'last event ' : ''}{formatCount(view.seq)}{connection.state === 'reconnecting' ? '' : ' events'}</span>
      {unread > 0 && <span>{formatCount(unread)} lines not understood</span>}
      {dropped > 0 && <span className="text-warn">{formatBytes(dropped)} of output not kept</span>}
    </StatusBar>
  )
}

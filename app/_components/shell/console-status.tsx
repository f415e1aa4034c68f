'use client'
/** Status line of the console's own pages. */
import { useBoot } from './boot-context.tsx'
import { Lamp, StatusBar } from './status-bar.tsx'
import { useVantage } from './vantage-context.tsx'

export function ConsoleStatus() {
  const boot = useBoot()
  const { online, problem, tookMs } = useVantage()
  return (
    <StatusBar right={boot.version !== '' && <span>Hopscope {boot.version}</span>}>
      <Lamp tone={problem ? 'warn' : online ? 'ok' : 'warn'}>
        {problem ? 'the console does not answer' : online ? `connected to ${boot.vantage.name}${tookMs === null ? '' : `, ${Math.round(tookMs)} ms`}` : `${boot.vantage.name} is offline`}
      </Lamp>
    </StatusBar>
  )
}

'use client'
/** Status line of the console's own pages. */
import { useBoot } from './boot-context.tsx'
import { Lamp, StatusBar } from './status-bar.tsx'
import { useVantage } from './vantage-context.tsx'

export function ConsoleStatus() {
  const boot = useBoot()
  const { online, problem, tookMs } = useVantage()
  const answered = problem === null && tookMs !== null
  return (
    <StatusBar right={boot.version !== '' && <span>Hopscope {boot.version}</span>}>
      <Lamp tone={problem ? 'warn' : online ? 'ok' : 'warn'}>
        {problem ? 'the console does not answer' : online ? `connected to ${boot.vantage.name}` : `${boot.vantage.name} is offline`}
        {answered && online && <span className="ml-[-4px]">, {Math.round(tookMs)} ms</span>}
      </Lamp>
    </StatusBar>
  )
}

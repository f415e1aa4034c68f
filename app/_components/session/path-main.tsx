'use client'
/** The Path view: the round trip over time above, the hops (or what went wrong with single probes) below; or what there is instead. */
import dynamic from 'next/dynamic'
import { useSessionState } from '../../_hooks/session-context.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useGlance } from './glance-context.tsx'
import { PathSkeleton } from './session-opening.tsx'
import { useSessionUi } from './session-ui.tsx'

const TargetView = dynamic(() => import('../latency/target-view.tsx').then((module) => module.TargetView), { ssr: false, loading: Opening })

function Opening() {
  return <PathSkeleton glance={useGlance()} />
}

export function PathMain() {
  const { replay } = useSessionState()
  const { run, shown } = useSessionUi()
  if (!run) return <p className="px-4 py-6 text-text-3">{replay ? 'No run had begun at this moment.' : 'This session has no run.'}</p>
  if ((shown.ping ?? shown.path ?? shown.pmtu ?? shown.reach) === null) return <NothingProbed />
  return <div className="min-h-0 flex-1"><TargetView run={run} shown={shown} /></div>
}

/** A session about a name alone: why there is no path, and what there is. */
function NothingProbed() {
  const { run, shown, canAct, setView, startRun } = useSessionUi()
  if (!run) return null
  const { host, unresolved } = run.target
  const asked = (shown.dns ?? shown.nslookup) !== null
  const show = asked && <Button look="primary" size="sm" onClick={() => setView('dns')}>Show what the resolvers say</Button>
  if (unresolved !== undefined) {
    return (
      <Notice severity="info" level="h2" title={`There is no path to show: ${host} has no address here.`} className="max-w-[620px] px-4 py-6 max-md:px-3" actions={show}>
        <p>{unresolved}</p>
        <p>Probes need an address. Once the name has one, a ping or a trace can be started.</p>
      </Notice>
    )
  }
  return (
    <Notice
      severity="info" level="h2" title={`Nobody has probed the path to ${host} in this session.`} className="max-w-[620px] px-4 py-6 max-md:px-3"
      actions={<>{canAct && <Button look="primary" size="sm" onClick={() => { startRun('ping', {}); startRun('mtr', {}) }}>Ping and trace it</Button>}{asked && <Button size="sm" onClick={() => setView('dns')}>Show what the resolvers say</Button>}</>}
    >
      <p>A ping shows round trips and loss, a trace shows at which hop they begin.</p>
    </Notice>
  )
}

'use client'
/** The vantage: its host, account, tools, what is missing and the command that mends it. */
import { useNow } from '../../_hooks/use-now.ts'
import { age } from '../../_lib/time.ts'
import { CheckAgain } from '../start/vantage-rail.tsx'
import { ToolList } from '../start/tool-list.tsx'
import { VantageFactList } from '../start/vantage-facts.tsx'
import { useBoot } from '../shell/boot-context.tsx'
import { useVantage } from '../shell/vantage-context.tsx'
import { Notice } from '../ui/notice.tsx'
import { Pill } from '../ui/pill.tsx'
import { PageFrame } from './page-frame.tsx'

export function VantagesPage() {
  const boot = useBoot()
  const { online, facts, problem } = useVantage()
  const nowMs = useNow()
  return (
    <PageFrame title="Vantages" lead="The host that runs the tools. Every number in a session is measured from it.">
      <section aria-label={boot.vantage.name} className="rounded-panel border border-line">
        <div className="flex h-11 items-center gap-2.5 border-b border-line px-[18px]">
          <h2 className="text-title font-medium">{boot.vantage.name}</h2>
          <Pill tone={online ? 'ok' : 'warn'} dot>{online ? 'Online' : 'Offline'}</Pill>
          <span className="flex-1" />
          {facts && nowMs !== null && <span className="text-data text-text-3 max-md:hidden">checked {age(nowMs - facts.checkedAtMs)} ago</span>}
          <CheckAgain />
        </div>
        {!online && <Notice severity="warn" title="The vantage does not answer." className="border-b border-line px-[18px] py-3"><p>Its runner is not connected. Sessions can still be read; new runs start when it is back. On the host, look at the log of the service.</p></Notice>}
        {problem && !facts && <p className="px-[18px] py-3 text-text-3">{problem.message}</p>}
        {facts && <><VantageFactList facts={facts} /><div className="border-t border-line"><ToolList tools={facts.tools} /></div></>}
      </section>
    </PageFrame>
  )
}

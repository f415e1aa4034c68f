'use client'
/** Beside the start form: the host that measures, its tools and what they lack, and where it may aim. */
import { cx } from '../../_lib/cx.ts'
import { mayDo } from '../../_lib/may-do.ts'
import { useBoot } from '../shell/boot-context.tsx'
import { useVantage } from '../shell/vantage-context.tsx'
import { Button } from '../ui/button.tsx'
import { Skeleton } from '../ui/notice.tsx'
import { useStatus } from '../ui/status.tsx'
import { PaneHead } from '../ui/pane-head.tsx'
import { PolicyDigest } from './policy-digest.tsx'
import { ToolList } from './tool-list.tsx'
import { VantageFactList } from './vantage-facts.tsx'

export function VantageRail() {
  const { facts } = useVantage()
  const ready = facts?.tools.filter((tool) => tool.state === 'ready').length ?? 0
  return (
    <aside aria-label="This vantage" className="min-h-0 overflow-y-auto border-l border-line bg-surface-1 max-lg:mt-4 max-lg:border-l-0 max-lg:border-t max-md:pb-20">
      <PaneHead title="This vantage" wide><CheckAgain /></PaneHead>
      {facts ? <VantageFactList facts={facts} /> : <FactSkeleton />}
      <PaneHead title="Tools" wide line="top">{facts && <span className="machine mr-auto text-text-3">{ready} of {facts.tools.length} ready</span>}</PaneHead>
      {facts ? <ToolList tools={facts.tools} /> : <div className="px-[18px] py-3"><Skeleton className="w-40" /></div>}
      <PaneHead title="Target policy" wide line="top" />
      <PolicyDigest />
    </aside>
  )
}

/** Runs the self-tests again and says what came of it. */
export function CheckAgain() {
  const boot = useBoot()
  const status = useStatus()
  const { check, checking } = useVantage()
  if (!mayDo(boot, 'vantage:check')) return null
  const again = async (): Promise<void> => {
    const problem = await check()
    status.notify(problem ? problem.message : 'Checked just now.')
  }
  return <Button look="ghost" size="sm" disabled={checking} onClick={() => void again()} className={cx(checking && 'cursor-wait')}>{checking ? 'Checking' : 'Check again'}</Button>
}

function FactSkeleton() {
  return <div className="grid h-[144px] content-center gap-3.5 px-[18px]">{[0, 1, 2, 3, 4].map((i) => <Skeleton key={i} className={i % 2 === 0 ? 'w-44' : 'w-32'} />)}</div>
}

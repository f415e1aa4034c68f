'use client'
/** The start form: text in, understanding and exact commands out, Enter runs them. */
import { useRouter } from 'next/navigation'
import { useId, useState, type FormEvent } from 'react'
import type { ToolId } from '#lib/protocol/events.ts'
import type { Problem } from '#lib/protocol/result.ts'
import { FORM_ORDER } from '#lib/tools/labels.ts'
import { useInspection } from '../../_hooks/use-inspection.ts'
import { call } from '../../_lib/api.ts'
import { mayDo } from '../../_lib/may-do.ts'
import { useBoot } from '../shell/boot-context.tsx'
import { useVantage } from '../shell/vantage-context.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { AlsoProbingLine } from './also-probing.tsx'
import { ProposedRuns } from './proposed-runs.tsx'
import { StartNotice, StartProblem } from './start-problem.tsx'
import { TargetField } from './target-field.tsx'
import { Understood } from './understood.tsx'
import { useToolFields } from './use-tool-fields.ts'
import { isTicked, NOTHING_CHANGED, optionError, optionsOf, type Wanted } from './wanted.ts'

const NOBODY: readonly never[] = []
const NO_TOOLS: readonly ToolId[] = []

export function StartForm({ initialText }: { initialText: string }) {
  const [text, setText] = useState(initialText)
  const [family, setFamily] = useState<4 | 6 | undefined>()
  const [wanted, setWanted] = useState<Wanted>(NOTHING_CHANGED)
  const start = useStart()
  const resultId = useId()
  const boot = useBoot()
  const fieldsOf = useToolFields()
  const { facts } = useVantage()
  const tools = facts === null ? NO_TOOLS : FORM_ORDER.filter((tool) => facts.tools.some((status) => status.tool === tool))
  const runOf = (tool: ToolId) => ({ tool, options: optionsOf(wanted.texts[tool], fieldsOf(tool)) })
  const inspecting = useInspection(text, family, tools.map(runOf))
  const proposedOf = (tool: ToolId) => inspecting.inspection?.runs.find((run) => run.tool === tool) ?? null
  const requested = tools.filter((tool) => isTicked(wanted, tool, proposedOf(tool))).map(runOf)
  const problem = text.trim() === '' ? null : start.problem ?? inspecting.inspection?.problem ?? null
  const optionProblem = requested.map(({ tool }) => optionError(wanted.texts[tool], fieldsOf(tool))).find((one) => one !== null) ?? null
  const refusedOption = problem?.field?.startsWith('options.') === true ? problem.message : null
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (text.trim() === '' || requested.length === 0 || optionProblem !== null) return
    void start.run({ target: text.trim(), ...(family && { family }), runs: requested })
  }
  if (!mayDo(boot, 'run:start')) return <ViewerNotice />
  const notice = text.trim() === '' ? null : inspecting.inspection?.notice ?? null
  const verb = notice === null || inspecting.inspection?.target?.unresolved === undefined ? 'Diagnose' : 'Ask every resolver'
  const ready = requested.length > 0 && optionProblem === null && !start.busy
  return (
    <form onSubmit={submit} aria-label="Diagnose a target">
      <h1 className="mb-3.5 text-hero font-medium tracking-[-.02em] max-md:mb-2.5 max-md:text-[19px] max-md:leading-6">What is wrong?</h1>
      <div className="overflow-clip rounded-panel">
        <TargetField text={text} onText={(next) => { setText(next); setFamily(undefined); start.clear() }} describedBy={resultId} busy={start.busy} ready={ready} verb={verb} />
        <div id={resultId} aria-live="polite" className="rounded-b-panel border border-t-0 border-line-2">
          <Understood inspecting={inspecting} typed={text.trim() !== ''} family={family} onFamily={setFamily} />
          {problem !== null && refusedOption === null
            ? <StartProblem problem={problem} inspection={inspecting.inspection} />
            : <>{notice !== null && <StartNotice notice={notice} />}<AlsoProbingLine others={inspecting.inspection?.alsoProbing ?? NOBODY} /><ProposedRuns tools={tools} fieldsOf={fieldsOf} inspecting={inspecting} wanted={wanted} onWanted={setWanted} problem={problem} /></>}
        </div>
      </div>
      {(optionProblem ?? refusedOption) !== null && <p role="alert" className="mt-2 text-data text-crit">{optionProblem ?? refusedOption}</p>}
      <div className="fixed inset-x-0 bottom-0 z-20 hidden border-t border-line bg-surface-1 px-3.5 pb-[max(8px,env(safe-area-inset-bottom))] pt-2 max-md:block">
        <Button type="submit" look="primary" size="lg" className="w-full" disabled={!ready || text.trim() === ''}>{verb} with {requested.length} {requested.length === 1 ? 'run' : 'runs'}</Button>
      </div>
    </form>
  )
}

/** Starts a session and goes there; a refusal stays on the page. */
function useStart() {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const router = useRouter()
  const run = async (request: { target: string; family?: 4 | 6; runs: { tool: ToolId; options: Record<string, unknown> }[] }): Promise<void> => {
    setBusy(true)
    setProblem(null)
    const result = await call('session.start', request)
    if (result.ok) {
      router.push(`/s/${result.value.sessionId}`)
      return
    }
    setBusy(false)
    setProblem(result.error)
  }
  return { busy, problem, run, clear: () => setProblem(null) }
}

function ViewerNotice() {
  return (
    <Notice severity="info" level="h1" title="You can look, but not start runs.">
      <p>Your role is viewer. An admin can make you an operator on the Users page. The sessions below are open to you.</p>
    </Notice>
  )
}

'use client'
/** The proposed runs: tick, name, exact command, bound, readiness; each with its options. */
import { SlidersHorizontal } from 'lucide-react'
import { useState } from 'react'
import type { ProposedRun, Severity } from '#lib/protocol/api.ts'
import type { ToolId } from '#lib/protocol/events.ts'
import type { Problem } from '#lib/protocol/result.ts'
import type { ToolStatus } from '#lib/protocol/vantage.ts'
import { TOOL_LABELS } from '#lib/tools/labels.ts'
import type { OptionField } from '#lib/tools/tool.ts'
import type { Inspecting } from '../../_hooks/use-inspection.ts'
import { cx } from '../../_lib/cx.ts'
import { useVantage } from '../shell/vantage-context.tsx'
import { Button } from '../ui/button.tsx'
import { CheckboxBox } from '../ui/checkbox.tsx'
import { Icon } from '../ui/icon.tsx'
import { Skeleton } from '../ui/notice.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { RunOptions } from './run-options.tsx'
import { isTicked, type Wanted } from './wanted.ts'

interface Props { tools: readonly ToolId[]; fieldsOf: (tool: ToolId) => readonly OptionField[]; inspecting: Inspecting; wanted: Wanted; onWanted: (wanted: Wanted) => void; problem: Problem | null }

export function ProposedRuns({ tools, fieldsOf, inspecting, wanted, onWanted, problem }: Props) {
  const [edited, setEdited] = useState<ToolId | null>(null)
  return (
    <div role="group" aria-label="Proposed runs">
      {tools.length === 0 && <div className="flex h-9 items-center px-[18px] max-md:h-10"><Skeleton className="w-64" /></div>}
      {tools.map((tool) => {
        const proposed = inspecting.inspection?.runs.find((run) => run.tool === tool) ?? null
        return (
          <div key={tool} className="border-line not-first:border-t">
            <RunRow
              tool={tool} proposed={proposed} stale={!inspecting.current} ticked={isTicked(wanted, tool, proposed)} edited={edited === tool}
              onTick={(ticked) => onWanted({ ...wanted, ticked: { ...wanted.ticked, [tool]: ticked } })}
              onEdit={() => setEdited(edited === tool ? null : tool)}
            />
            {edited === tool && (
              <RunOptions
                fields={fieldsOf(tool)} texts={wanted.texts[tool] ?? {}} problem={problem}
                onTexts={(texts) => onWanted({ ...wanted, texts: { ...wanted.texts, [tool]: texts } })}
              />
            )}
          </div>
        )
      })}
    </div>
  )
}

interface RowProps { tool: ToolId; proposed: ProposedRun | null; stale: boolean; ticked: boolean; edited: boolean; onTick: (ticked: boolean) => void; onEdit: () => void }

function RunRow({ tool, proposed, stale, ticked, edited, onTick, onEdit }: RowProps) {
  const { facts } = useVantage()
  const status = proposed?.status ?? facts?.tools.find((one) => one.tool === tool) ?? null
  const label = proposed?.label ?? TOOL_LABELS[tool]
  const cannot = proposed?.cannot ?? null
  return (
    <div className={cx('grid h-9 grid-cols-[minmax(0,1fr)_28px] items-center pr-2 max-md:h-10', ticked && 'bg-surface-2')}>
      <label className="grid h-full grid-cols-[16px_84px_minmax(0,1fr)_176px_128px] items-center gap-3.5 pl-[18px] max-xl:grid-cols-[16px_84px_minmax(0,1fr)_auto] max-md:grid-cols-[16px_70px_minmax(0,1fr)_auto] max-md:gap-2.5 max-md:pl-3">
        <CheckboxBox checked={ticked} onChange={(event) => onTick(event.target.checked)} />
        <span className={cx('font-medium', !ticked && 'text-text-3')}>{label}</span>
        <code className={cx('truncate text-data', ticked && !stale && proposed && cannot === null ? 'text-text-2' : 'text-text-3')} title={proposed?.command.join(' ')}>{proposed && proposed.command.length > 0 ? shown(proposed.command) : status?.path?.split('/').at(-1) ?? tool}</code>
        <span title={proposed?.bound} className="machine truncate text-right !text-small text-text-3 max-xl:hidden">{proposed?.bound}</span>
        <Readiness status={status} cannot={cannot} />
      </label>
      <Button look="ghost" square aria-expanded={edited} aria-label={`Options of ${label}`} onClick={onEdit}><Icon of={SlidersHorizontal} /></Button>
    </div>
  )
}

/** The program by name; its full path is in the title and on the vantage page. */
const shown = ([program = '', ...rest]: readonly string[]): string => [program.split('/').at(-1), ...rest].join(' ')

const SEVERITY: Record<ToolStatus['state'], Severity> = { 'ready': 'ok', 'untried': 'info', 'missing': 'warn', 'no-privilege': 'crit', 'broken': 'crit' }
const WORDS: Record<ToolStatus['state'], string> = { 'ready': 'ready', 'missing': 'not installed', 'no-privilege': 'needs a privilege', 'untried': 'being tried', 'broken': 'does not work' }

function Readiness({ status, cannot }: { status: ToolStatus | null; cannot: string | null }) {
  if (cannot !== null && status?.state === 'ready') return <span title={cannot} className="flex items-center gap-1.5 justify-self-end whitespace-nowrap text-data text-text-2"><SeverityMark severity="info" /><span className="max-md:sr-only">not for this target</span></span>
  if (!status) return <span className="justify-self-end text-data text-text-3">not known yet</span>
  const ready = status.state === 'ready'
  return (
    <span title={status.message} className={cx('flex items-center gap-1.5 justify-self-end whitespace-nowrap text-data', ready ? 'text-text-3' : 'text-text-2')}>
      <SeverityMark severity={SEVERITY[status.state]} /><span className="max-md:sr-only">{WORDS[status.state]}</span>
    </span>
  )
}

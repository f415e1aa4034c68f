/** The tools of a vantage: worst first; what is missing, in the tool's own words, and the one command that mends it. */
import type { Severity } from '#lib/protocol/api.ts'
import type { ToolStatus } from '#lib/protocol/vantage.ts'
import { CommandLine } from '../ui/command-line.tsx'
import { SeverityMark } from '../ui/severity.tsx'

const SEVERITY: Record<ToolStatus['state'], Severity> = { 'no-privilege': 'crit', 'broken': 'crit', 'missing': 'warn', 'untried': 'info', 'ready': 'ok' }
const RANK: Record<Severity, number> = { crit: 0, warn: 1, info: 2, ok: 3 }

export function ToolList({ tools }: { tools: readonly ToolStatus[] }) {
  const sorted = [...tools].sort((a, b) => RANK[SEVERITY[a.state]] - RANK[SEVERITY[b.state]])
  return (
    <ul>
      {sorted.map((tool) => (
        <li key={tool.tool} className="grid grid-cols-[12px_88px_minmax(0,1fr)] items-baseline gap-x-2.5 gap-y-1 border-line px-[18px] py-1.5 not-first:border-t">
          <SeverityMark severity={SEVERITY[tool.state]} className="self-start mt-1" />
          <span className="font-medium">{tool.tool}</span>
          <p className="min-w-0 text-data leading-[17px] text-text-3 break-words">
            {tool.version !== null && <span className="machine mr-2 !text-small text-text-1">{tool.version}</span>}
            {tool.state !== 'ready' && <span className="text-text-2">{tool.message}</span>}
            {tool.quote !== undefined && tool.state !== 'ready' && <code className="mt-0.5 block text-text-3">{tool.quote}</code>}
          </p>
          {tool.remedy !== undefined && tool.state !== 'ready' && <div className="col-[2/-1] mb-[3px]"><CommandLine command={tool.remedy} /></div>}
        </li>
      ))}
    </ul>
  )
}

/** How the chosen line was read, which findings use it, and how many lines were not understood. */
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import { formatCount } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import { runName } from '#lib/session/run-names.ts'
import type { RunView } from '#lib/session/view.ts'
import { readLine } from '#lib/terminal/read-line.ts'
import { PaneHead } from '../ui/pane-head.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import type { Line } from './use-transcript.ts'

interface Props {
  line: Line | undefined
  run: RunView
  clock: Clock
  findings: readonly FindingRecord[]
  onFinding: ((finding: FindingRecord) => void) | undefined
  totalLines: number
}

/** Findings whose evidence lies at this line's time, or that name its probe. */
export function findingsOf(line: Line, run: RunView, findings: readonly FindingRecord[]): FindingRecord[] {
  const { seq } = readLine(run, line.text, line.atMs)
  return findings.filter(({ span }) => {
    if (span.probes !== undefined && span.probes.length > 0) return seq !== null && span.probes.some((probe) => (probe & 0xffff) === (seq & 0xffff)) && line.atMs >= span.fromMs - 60_000 && line.atMs <= span.toMs + 60_000
    return line.atMs >= span.fromMs && line.atMs <= span.toMs
  })
}

export function LinePanel({ line, run, clock, findings, onFinding, totalLines }: Props) {
  const used = line ? findingsOf(line, run, findings) : []
  return (
    <aside aria-label="How this line was read" className="w-[292px] flex-none overflow-y-auto border-l border-line bg-surface-1 max-lg:hidden">
      <PaneHead title="How this line was read" />
      {line ? <Read {...{ line, run, clock }} /> : <p className="px-3.5 py-2.5 text-data text-text-3">Choose a line to see what was read from it.</p>}
      <PaneHead title="Used by" line="top" />
      {used.length === 0 ? <p className="px-3.5 py-2.5 text-data text-text-3">{line ? 'No finding rests on this line.' : 'Findings that rest on the chosen line.'}</p> : (
        <ul className="px-3.5 py-2">
          {used.map((finding) => (
            <li key={finding.id}>
              <button type="button" className="grid w-full grid-cols-[12px_minmax(0,1fr)_auto] items-center gap-2.5 rounded-tag py-1 text-left text-cell text-text-2 hover:text-text-1" onClick={() => onFinding?.(finding)}>
                <SeverityMark severity={finding.severity} /><span className="truncate">{finding.title}</span><span className="machine !text-small text-text-3">{finding.evidence[0]?.detail ?? ''}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <PaneHead title="Not understood" line="top" />
      <p className="px-3.5 py-2.5 text-data leading-[17px] text-text-2">{formatCount(run.unrecognised)} of {formatCount(totalLines)} {totalLines === 1 ? 'line' : 'lines'}. A line the parser does not know stays visible here and is never dropped.</p>
    </aside>
  )
}

function Read({ line, run, clock }: { line: Line; run: RunView; clock: Clock }) {
  const name = run.pid === null ? runName(run) : `${runName(run)}, ${run.pid}`
  const rows = [{ name: 'run', value: name }, { name: 'line', value: formatCount(line.line) }, { name: 'read at', value: clock.hmsMs(line.atMs) }, ...readLine(run, line.text, line.atMs).rows]
  return (
    <dl className="grid grid-cols-[92px_minmax(0,1fr)] gap-x-2.5 gap-y-0.5 px-3.5 py-2.5 text-data">
      {rows.map(({ name, value }) => <div key={name} className="contents"><dt className="text-text-3">{name}</dt><dd className="machine !text-small text-right break-words">{value}</dd></div>)}
    </dl>
  )
}

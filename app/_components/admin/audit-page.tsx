'use client'
/** The newest lines of the audit log. For admins. */
import type { AuditLine } from '#lib/protocol/api.ts'
import { useApi } from '../../_hooks/use-api.ts'
import { dateLong } from '../../_lib/time.ts'
import { PageFrame } from '../pages/page-frame.tsx'
import { Table } from '../pages/table.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { Button } from '../ui/button.tsx'

export function AuditPage() {
  const { value, problem, again } = useApi('audit.read', {})
  return (
    <PageFrame wide title="Audit log" lead="Who did what, from where. Each line is chained to the one before; it can be added to, never edited." tools={<Button onClick={again}>Read again</Button>}>
      {problem && value === null ? <p className="text-text-3">{problem.message}</p> : (
        <Table
          label="Audit log" rows={value} keyOf={(line) => String(line.n)} empty="Nothing logged yet."
          columns={[
            { name: 'time', width: 'w-28', cell: (line) => <Time at={line.at} /> },
            { name: 'what', machine: true, cell: (line) => line.action },
            { name: 'by', cell: (line) => line.by?.name ?? '–' },
            { name: 'from', machine: true, cell: (line) => line.by?.address ?? '–' },
            { name: 'detail', cell: (line) => <span className="machine block max-w-[560px] truncate text-text-2" title={detail(line)}>{detail(line)}</span> },
          ]}
        />
      )}
    </PageFrame>
  )
}

function Time({ at }: { at: string }) {
  const { clock } = useZone()
  const ms = Date.parse(at)
  return <time dateTime={at} title={dateLong(ms, clock)}>{clock.day(ms)} {clock.hms(ms)}</time>
}

const SHOWN_APART = new Set(['n', 'at', 'action', 'by', 'prev', 'hash'])

/** Everything else of the line, as it was written. */
const detail = (line: AuditLine): string => Object.entries(line).filter(([key]) => !SHOWN_APART.has(key)).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ')

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
  const { clock } = useZone()
  return (
    <PageFrame wide title="Audit log" lead="Who did what, from where. Each line is chained to the one before; it can be added to, never edited." tools={<Button onClick={again}>Read again</Button>}>
      {problem && value === null ? <p className="text-text-3">{problem.message}</p> : (
        <Table
          label="Audit log" rows={value} keyOf={(line) => String(line.seq)} empty="Nothing logged yet."
          columns={[
            { name: 'time', width: 'w-28', cell: (line) => <time dateTime={new Date(line.atMs).toISOString()} title={dateLong(line.atMs, clock)}>{clock.day(line.atMs)} {clock.hms(line.atMs)}</time> },
            { name: 'what', machine: true, cell: (line) => line.what },
            { name: 'by', cell: (line) => line.by },
            { name: 'from', machine: true, cell: (line) => line.address },
            { name: 'detail', cell: (line) => <span className="machine block max-w-[560px] truncate text-text-2" title={detail(line)}>{detail(line)}</span> },
          ]}
        />
      )}
    </PageFrame>
  )
}

const detail = (line: AuditLine): string => Object.entries(line.detail).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ')

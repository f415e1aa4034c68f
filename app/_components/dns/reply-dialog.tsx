'use client'
/** A panel with the whole reply behind a cell of the matrix. Loaded when first opened. */
import { Terminal } from 'lucide-react'
import { formatMs, UNKNOWN } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import { ROLE_WORDS, type MatrixColumn } from '#lib/timeline/dns-columns.ts'
import { HOST_TYPE } from '#lib/timeline/dns-matrix-host.ts'
import type { Matrix } from '#lib/timeline/dns-matrix.ts'
import { inert } from '#lib/timeline/dns-text.ts'
import type { DnsView } from '#lib/tools/dns/view.ts'
import { Button } from '../ui/button.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { asksServer, commandAt, isGetent } from './command-at.ts'
import type { RunFacts } from './pane-props.ts'
import { Facts, ReplyDetail } from './reply-detail.tsx'

interface Props {
  run: RunFacts
  view: DnsView
  matrix: Matrix
  /** The cell that was chosen: a column and a type, or HOST_TYPE. */
  column: MatrixColumn
  type: string
  clock: Clock
  onType: (type: string) => void
  onTerminal: ((line?: number) => void) | null
  onClose: () => void
}

export function ReplyDialog({ run, view, matrix, column, type, clock, onType, onTerminal, onClose }: Props) {
  const server = column.server === null ? null : view.servers.find((one) => one.server === column.id) ?? column.server
  const cell = server?.cells.get(type)
  return (
    <Dialog title={`${type === HOST_TYPE ? 'This host' : type}, ${column.title}`} onClose={onClose} footer={onTerminal === null ? undefined : <><span className="flex-1 text-data text-text-3">{cell === undefined ? '' : `Line ${cell.line} of the transcript.`}</span><Button onClick={() => onTerminal(cell?.line)}><Icon of={Terminal} />Show in Terminal</Button></>}>
      {server !== null && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-5 py-2.5 text-data text-text-3 max-md:px-4">
          {server.cells.size > 1 && <Segmented label="Type" value={type} onChange={onType} segments={[...server.cells.keys()].map((one) => ({ value: one, label: one }))} />}
          <span className="min-w-0 break-words"><span className="machine text-text-2">{inert(server.address, 64)}</span> port {server.port}, {ROLE_WORDS[server.role]}{server.role === 'chosen' || server.role === 'public' ? '' : `, from ${inert(server.from, 200)}`}</span>
        </div>
      )}
      {cell !== undefined && <ReplyDetail cell={cell} clock={clock} reference={matrix.references.get(type)} command={commandAt(run, cell.line, asksServer(server?.address ?? ''))} />}
      {type === HOST_TYPE && view.os !== null && <HostDetail {...{ view, run }} os={view.os} />}
    </Dialog>
  )
}

const FOUND: Record<NonNullable<DnsView['os']>['status'], string> = { 'found': 'found', 'not-found': 'not found', 'timeout': 'no answer in time', 'error': 'error' }

/** What programs on this host get, and how it was looked for. */
function HostDetail({ os, view: { setup }, run }: { os: NonNullable<DnsView['os']>; view: DnsView; run: RunFacts }) {
  const command = commandAt(run, os.line, isGetent)
  return (
    <div className="flex flex-col gap-3 px-5 py-3.5 max-md:px-4">
      <Facts facts={[
        ['Result', FOUND[os.status]],
        ['Addresses', os.addresses.length === 0 ? UNKNOWN : <span key="a" className="machine">{os.addresses.map((one) => <span key={one} className="block">{inert(one, 64)}</span>)}</span>],
        ['Answered by', os.source === null ? 'a name service' : inert(os.source, 200)],
        ['Time', os.ms === null ? UNKNOWN : formatMs(os.ms, 2)],
        ['Order', setup === null || setup.services.length === 0 ? UNKNOWN : `${inert(setup.services.join(', '), 200)}${setup.servicesFrom === null ? '' : ` (${inert(setup.servicesFrom, 120)})`}`],
        ['Search list', setup === null || setup.search.length === 0 ? 'none' : `${inert(setup.search.join(', '), 300)}; ndots ${setup.ndots}`],
      ]} />
      {os.text !== undefined && os.text !== '' && <p className="machine break-words">{inert(os.text, 400)}</p>}
      {command !== null && <CommandLine prompt command={inert(command.join(' '), 1000)} />}
      <p className="text-data text-pretty text-text-3">This is what programs get: the hosts file and nsswitch.conf come first. Name servers do not know of them.</p>
    </div>
  )
}

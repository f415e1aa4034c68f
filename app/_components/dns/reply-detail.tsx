/** The whole of one reply: what it says of itself, every record, and the exact command. Everything in it is inert text. */
import { Fragment, type ReactNode } from 'react'
import { formatBytes, formatCount, formatMs, NBSP, UNKNOWN } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import { DIFFERENCE_WORDS, differenceOf, type Reference } from '#lib/timeline/dns-reference.ts'
import { glyphOf } from '#lib/timeline/dns-matrix-cells.ts'
import { inert, statusWord } from '#lib/timeline/dns-text.ts'
import type { DnsRecord, DnsReply } from '#lib/tools/dns/reply.ts'
import type { DnsCell } from '#lib/tools/dns/view.ts'
import { CommandLine } from '../ui/command-line.tsx'
import { SeverityMark } from '../ui/severity.tsx'

export function ReplyDetail({ cell, clock, reference, command }: { cell: DnsCell; clock: Clock; reference: Reference | undefined; command: readonly string[] | null }) {
  const { reply } = cell
  const glyph = glyphOf(reply.status)
  const how = reference === undefined ? null : differenceOf(reference, cell)
  return (
    <div className="flex flex-col gap-3 px-5 py-3.5 max-md:px-4">
      <Facts facts={[
        ['Status', <span key="s" className="inline-flex items-center gap-1.5">{glyph !== null && <SeverityMark severity={glyph} />}<span>{statusWord(reply.status)}{how !== null && <span className="text-warn">, {DIFFERENCE_WORDS[how]}</span>}</span></span>],
        ['Flags', reply.flags.length === 0 ? UNKNOWN : inert(reply.flags.join(' '), 80)],
        ['Answered by', reply.server === null ? UNKNOWN : inert(`${reply.server.address}${reply.server.port === null ? '' : ` port ${reply.server.port}`}`, 80)],
        ['Query time', timeWords(reply.queryMs)],
        ['Transport', `${reply.truncated ? 'cut over udp, then ' : ''}${reply.transport ?? UNKNOWN}${reply.bytes === null ? '' : `, ${formatBytes(reply.bytes)}`}`],
        ['Asked', `${clock.hms(cell.atMs)}, round ${formatCount(cell.round)}, ${formatCount(cell.asked)} ${cell.asked === 1 ? 'time' : 'times'}${cell.noReply > 0 ? `, ${formatCount(cell.noReply)} without an answer` : ''}`],
      ]} />
      {reply.ede.length > 0 && <ul aria-label="Extended errors" className="text-data text-text-2">{reply.ede.map(({ code, text }) => <li key={`${code} ${text}`}>Extended error {code}{text === '' ? '' : `: ${inert(text, 200)}`}</li>)}</ul>}
      {reply.text !== undefined && reply.text !== '' && <p className="machine break-words text-text-1">{inert(reply.text, 400)}</p>}
      <Sections reply={reply} />
      {command !== null && <CommandLine prompt command={inert(command.join(' '), 1000)} />}
    </div>
  )
}

/** No finer than the tool says it: dig prints whole milliseconds unless it is told otherwise. */
function timeWords(ms: number | null): string {
  if (ms === null) return UNKNOWN
  if (ms === 0) return `<1${NBSP}ms`
  return Number.isInteger(ms) && ms < 10_000 ? `${formatCount(ms)}${NBSP}ms` : formatMs(ms, 2)
}

export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[108px_minmax(0,1fr)] gap-x-3 gap-y-1 text-cell">
      {facts.map(([name, value]) => <Fragment key={name}><dt className="text-text-3">{name}</dt><dd className="min-w-0 break-words">{value}</dd></Fragment>)}
    </dl>
  )
}

function Sections({ reply }: { reply: DnsReply }) {
  const sections = [['Answer', reply.answers], ['Authority', reply.authority], ['Additional', reply.additional]] as const
  const none = sections.every(([, records]) => records.length === 0)
  return (
    <>
      {sections.map(([name, records]) => records.length > 0 && <Records key={name} name={name} records={records} />)}
      {none && reply.server !== null && <p className="text-data text-text-3">The reply holds no record.</p>}
      {(reply.cut ?? 0) > 0 && <p className="text-data text-text-3">{formatCount(reply.cut ?? 0)} more records were not kept. The transcript has them.</p>}
    </>
  )
}

function Records({ name, records }: { name: string; records: readonly DnsRecord[] }) {
  return (
    <table className="w-full table-fixed" aria-label={name}>
      <caption className="pb-1 text-left text-label text-text-3">{name}</caption>
      <colgroup><col width="38%" /><col width="56" /><col width="64" /><col /></colgroup>
      <thead className="sr-only"><tr>{['Name', 'TTL', 'Type', 'Value'].map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
      <tbody>
        {records.map((record, i) => (
          <tr key={`${i} ${record.type} ${record.value}`} className="align-top">
            <td className="machine border-t border-line py-1 pr-2 break-all text-text-2">{inert(record.name, 300)}</td>
            <td className="machine border-t border-line py-1 pr-2 text-right text-text-3">{record.ttl ?? UNKNOWN}</td>
            <td className="machine border-t border-line py-1 pr-2">{inert(record.type, 24)}</td>
            <td className="machine border-t border-line py-1 break-all">{inert(record.value, 2048)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

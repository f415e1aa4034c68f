/** What happened during a ping run, as rows: errors with who sent them, losses in a row, shifts, TTL changes. Pure. */
import { UNKNOWN, formatCount, formatMs } from '#lib/format/number.ts'
import { formatDuration } from '#lib/format/time.ts'
import { routeBreaks } from '#lib/timeline/strips.ts'
import { ECHO, type SeriesWords } from '#lib/timeline/words.ts'
import { routersBack } from '#lib/tools/ping/hops.ts'
import type { PingView } from '#lib/tools/ping/view.ts'

export type RowKind = 'icmp error' | 'local error' | 'losses in a row' | 'failures in a row' | 'latency shift' | 'reply TTL' | 'other source'

export interface EventRow {
  key: string
  kind: RowKind
  severity: 'crit' | 'warn' | 'info'
  fromMs: number
  toMs: number
  what: string
  /** Quoted from the tool or the kernel. */
  quote?: string
  /** Who sent it; the address as printed. */
  who: string
  count: number
}

/** Newest first. */
export function eventRows(view: PingView, words: SeriesWords = ECHO): EventRow[] {
  const rows = [...errors(view), ...losses(view, words), ...shifts(view), ...ttls(view), ...others(view)]
  return rows.sort((a, b) => b.toMs - a.toMs || a.key.localeCompare(b.key))
}

function errors(view: PingView): EventRow[] {
  return [
    ...view.icmpErrors.map((e, i): EventRow => ({
      key: `icmp-${i}`, kind: 'icmp error', severity: e.error.startsWith('redirect') || e.error === 'source-quench' ? 'info' : 'warn', fromMs: e.firstMs, toMs: e.lastMs,
      what: e.error.replaceAll('-', ' ') + (e.mtu === undefined ? '' : `, MTU ${e.mtu}`), quote: e.text, who: e.from, count: e.count,
    })),
    ...view.localErrors.map((e, i): EventRow => ({
      key: `local-${i}`, kind: 'local error', severity: 'crit', fromMs: e.firstMs, toMs: e.lastMs,
      what: e.error.replaceAll('-', ' ') + (e.mtu === undefined ? '' : `, MTU ${e.mtu}`), quote: e.text, who: 'this vantage', count: e.count,
    })),
  ]
}

const losses = (view: PingView, words: SeriesWords): EventRow[] => view.bursts.map((b) => ({
  key: `burst-${b.firstProbe}`, kind: words === ECHO ? 'losses in a row' : 'failures in a row', severity: 'warn', fromMs: b.startMs, toMs: b.endMs,
  what: `${words.many} ${b.firstProbe} to ${b.lastProbe}, ${formatDuration(b.endMs - b.startMs + view.intervalMs)}`, who: '', count: b.count,
}))

const shifts = (view: PingView): EventRow[] => view.shifts.map((s) => ({
  key: `shift-${s.atMs}`, kind: 'latency shift', severity: s.afterMs > s.beforeMs ? 'warn' : 'info', fromMs: s.atMs, toMs: s.atMs,
  what: `median ${formatMs(s.beforeMs)} to ${formatMs(s.afterMs)}, judged on ${formatCount(s.samples)} replies`, who: '', count: 1,
}))

const ttls = (view: PingView): EventRow[] => routeBreaks(view).map(({ ms, from, to }) => ({
  key: `ttl-${ms}`, kind: 'reply TTL', severity: 'info', fromMs: ms, toMs: ms,
  what: `${from} to ${to}, ${routersBack(from).routers} to ${routersBack(to).routers} routers back`, who: view.address, count: 1,
}))

const others = (view: PingView): EventRow[] => view.otherSources.map((o) => ({
  key: `other-${o.from}`, kind: 'other source', severity: 'warn', fromMs: o.firstMs, toMs: o.firstMs, what: 'answered instead of the target', who: o.from, count: o.count,
}))

export interface TotalRow { name: string; define: string; ours: string; tool: string; differs: boolean }

/** Our whole-run figures beside those the tool printed at its end; `–` until it has. Connections have no totals but ours. */
export const totalRows = (view: PingView, words: SeriesWords = ECHO): TotalRow[] => (words === ECHO ? echoTotals(view) : connectTotals(view))

function connectTotals({ counts, rtt }: PingView): TotalRow[] {
  const row = (name: string, define: string, ours: string): TotalRow => ({ name, define, ours, tool: UNKNOWN, differs: false })
  return [
    row('tried', 'Connections asked for.', formatCount(counts.sent)), row('answered', 'Accepted or refused within the wait: both are one round trip.', formatCount(counts.answered)),
    row('failed', 'Neither accepted nor refused within the wait, or ended by an error.', formatCount(counts.lost + counts.late + counts.errors)), row('waiting', 'Asked for, and the wait has not passed.', formatCount(counts.awaited)),
    row('least', 'Smallest connect time.', formatMs(rtt.minMs, 2)), row('mean', 'Mean connect time.', formatMs(rtt.meanMs, 2)), row('greatest', 'Greatest connect time.', formatMs(rtt.maxMs, 2)), row('stdev', 'Standard deviation of the population.', formatMs(rtt.stdevMs, 2)),
  ]
}

function echoTotals(view: PingView): TotalRow[] {
  const { counts, rtt, summary } = view
  const row = (name: string, define: string, ours: number, tool: number | null | undefined): TotalRow => totalRow({ name, define }, [ours, tool], formatCount)
  const time = (name: string, define: string, ours: number, tool: number | null | undefined): TotalRow => totalRow({ name, define }, [ours, tool], (n) => formatMs(n, 2))
  return [
    row('sent', 'Probes known to have left the vantage. The tool counts refused ones too.', counts.sent, summary?.transmitted),
    row('answered', 'Replies within the timeout, without duplicates. The tool counts late ones too.', counts.answered, summary?.received),
    row('lost', 'No reply within the timeout.', counts.lost, summary ? summary.transmitted - summary.received - summary.errors : null),
    row('late', 'Answered after the timeout.', counts.late, null),
    row('waiting', 'Sent, and the timeout has not passed.', counts.awaited, null),
    row('icmp errors', 'Probes answered only by an ICMP error.', counts.errors, summary?.errors),
    row('not sent', 'Refused by the kernel of the vantage. They count nowhere.', counts.refused, null),
    row('duplicates', 'Second answers to one probe. They are in no other figure.', counts.duplicates, summary?.duplicates),
    row('out of order', 'Replies whose number is below the highest seen.', counts.reordered, null),
    row('damaged', 'Replies with a wrong checksum or wrong data.', counts.corrupt, summary?.corrupted),
    time('least', 'Smallest round trip.', rtt.minMs, summary?.rtt?.min),
    time('mean', 'Mean round trip of replies within the timeout.', rtt.meanMs, summary?.rtt?.avg),
    time('greatest', 'Greatest round trip.', rtt.maxMs, summary?.rtt?.max),
    time('stdev', 'Standard deviation of the population, without duplicates. The mdev of ping counts duplicates in.', rtt.stdevMs, summary?.rtt?.mdev),
  ]
}

function totalRow(named: { name: string; define: string }, [ours, tool]: readonly [number, number | null | undefined], write: (n: number) => string): TotalRow {
  const printed = tool === null || tool === undefined ? UNKNOWN : write(tool)
  return { ...named, ours: write(ours), tool: printed, differs: printed !== UNKNOWN && printed !== write(ours) }
}

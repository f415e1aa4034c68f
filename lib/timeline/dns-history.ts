/** What earlier runs about the same name were told, put in front of the newest one's answers: asking again does not begin a new history. Pure. */
import type { AnswerSpan, AnswerTime, DnsCell, DnsServerView, DnsView } from '#lib/tools/dns/view.ts'

/** Spans of one strip, and times of one server, at most. */
const SPANS_KEPT = 512
const TIMES_KEPT = 240

/** The newest view with the spans and answer times of `earlier` (oldest first) before its own, server by server and type by type. Replies, counts and findings stay its own. */
export function withEarlier(view: DnsView, earlier: readonly DnsView[]): DnsView {
  const before = earlier.filter((one) => one.name === view.name)
  if (before.length === 0) return view
  const { os } = view
  return {
    ...view,
    servers: view.servers.map((server) => joined(server, before.flatMap((one) => one.servers.find(({ server: id }) => id === server.server) ?? []))),
    os: os === null ? null : { ...os, spans: spansOf([...before.flatMap((one) => one.os?.spans ?? []), ...os.spans]) },
  }
}

function joined(server: DnsServerView, before: readonly DnsServerView[]): DnsServerView {
  if (before.length === 0) return server
  const cells = new Map<string, DnsCell>([...server.cells].map(([type, cell]) => [type, { ...cell, spans: spansOf([...before.flatMap((one) => one.cells.get(type)?.spans ?? []), ...cell.spans]) }]))
  const times: AnswerTime[] = [...before.flatMap((one) => one.times), ...server.times]
  return { ...server, cells, times: times.slice(-TIMES_KEPT) }
}

const spansOf = (spans: readonly AnswerSpan[]): AnswerSpan[] => spans.slice(-SPANS_KEPT)

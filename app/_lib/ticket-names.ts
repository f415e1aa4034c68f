/** Names and reach as plain text for a ticket. Pure. What servers said is written so that it cannot act on a terminal or break a line. */
import { formatCount, formatLoss, formatMs } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import type { DnsRun, NslookupRun, ReachRun } from '#lib/session/runs.ts'
import { visibleText } from '#lib/terminal/tokenize.ts'
import type { DnsReply } from '#lib/tools/dns/reply.ts'
import { isNoData, isNoReply } from '#lib/tools/dns/status.ts'
import type { DnsServerView, OsView } from '#lib/tools/dns/view.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import { placeText, redirectWords, refusalText, statusWords, tallyText, validityWords, verdictOf } from '../_components/reach/reach-words.ts'

/** Values of one answer that are written out. */
const VALUES = 6

const inert = (text: string): string => visibleText(text)

const list = (values: readonly string[]): string => `${values.slice(0, VALUES).map(inert).join(', ')}${values.length > VALUES ? ` and ${values.length - VALUES} more` : ''}`

const SILENCE: Readonly<Record<string, string>> = { TIMEOUT: 'no answer', CONNREFUSED: 'connection refused', UNREACHABLE: 'unreachable', BADREPLY: 'what came is no answer' }

/** `198.51.100.24`, `NODATA`, `NXDOMAIN`, `no answer`. */
function answerText(reply: DnsReply, type: string): string {
  if (isNoReply(reply.status)) return SILENCE[reply.status] ?? reply.status
  if (isNoData(reply, type)) return 'NODATA'
  if (reply.status !== 'NOERROR') return inert(reply.status)
  return list(reply.answers.filter((record) => record.type === type || type === 'ANY').map((record) => record.value))
}

export function dnsLines({ view }: DnsRun): string[] {
  if (view.name === '') return ['  nothing asked yet']
  const rounds = view.rounds === 0 ? 'first round not over' : `${formatCount(view.rounds)} ${view.rounds === 1 ? 'round' : 'rounds'}`
  return [
    `  ${inert(view.name)}, ${view.types.join(' ')}: ${formatCount(view.counts.answered)} of ${formatCount(view.counts.asked)} questions answered, ${rounds}; newest answers:`,
    ...(view.os === null ? [] : [`  programs of this host: ${osText(view.os)}`]),
    ...view.servers.map(serverText),
    ...view.ports.map((one) => `  ${placeText(one)} ${one.state === 'timeout' ? 'no answer' : one.state}${one.ms === null || one.state !== 'open' ? '' : ` in ${formatMs(one.ms)}`}`),
  ]
}

function osText({ status, addresses, source, text }: OsView): string {
  if (status === 'found') return `${list(addresses)}${source === null ? '' : `, from ${source}`}`
  return { 'not-found': 'no address', 'timeout': 'no answer', 'error': text === undefined ? 'failed' : inert(text) }[status]
}

function serverText({ server, name, from, refused, cells }: DnsServerView): string {
  const who = `  ${server}${name === null ? '' : ` ${inert(name)}`} (${inert(from)})`
  if (refused !== null) return `${who}: not asked, ${refused}`
  const said = [...cells.values()].map((cell) => `${cell.type} ${answerText(cell.reply, cell.type)}`)
  return `${who}: ${said.length === 0 ? 'not asked yet' : said.join('; ')}`
}

export function nslookupLines({ view }: NslookupRun): string[] {
  return [
    ...view.attempts.map((one) => `  ${inert(one.server)}: ${inert(one.text)}`),
    ...view.replies.map((one) => `  ${inert(one.name)}${one.type === null ? '' : ` ${one.type}`}: ${one.type === null ? inert(one.reply.status) : answerText(one.reply, one.type)}${one.reply.authoritative === false ? ', not authoritative' : ''}`),
    ...(view.fatal === null ? [] : [`  ${inert(view.fatal.text)}`]),
  ]
}

export function reachLines({ view }: ReachRun, clock: Clock, nowMs: number): string[] {
  return view.addresses.length === 0 ? ['  no connection yet'] : view.addresses.flatMap((address) => addressLines(address, clock, nowMs))
}

function addressLines(address: ReachAddress, clock: Clock, nowMs: number): string[] {
  const { word, who } = verdictOf(address)
  const { counts, rtt } = address.series
  return [
    `  ${placeText(address)} ${word}${who === '' ? '' : `, ${who}`}${address.last === null ? '' : ` since ${clock.hms(address.sinceMs)}`}; ${tallyText(address)}`,
    `    connect time min ${formatMs(rtt.minMs)}, mean ${formatMs(rtt.meanMs)}, max ${formatMs(rtt.maxMs)}; failed ${formatLoss(counts.lost + counts.errors, counts.judged)}`,
    ...(address.tls === null ? [] : [`    ${tlsText(address.tls, nowMs)}`]),
    ...address.http.map(({ url, status, problem }) => `    GET ${inert(url)}: ${status === null ? inert(problem ?? 'no HTTP answer') : statusWords(status)}`),
    ...address.redirects.filter(({ verdict }) => verdict !== 'followed').map((one) => `    ${redirectWords(one).title}: ${inert(one.url)}${one.reason === null ? '' : `. ${inert(one.reason)}`}`),
  ]
}

function tlsText({ shaken, version, alpn, reason, reasonText, chain }: NonNullable<ReachAddress['tls']>, nowMs: number): string {
  const [own] = chain
  const facts = [version ?? (shaken ? 'TLS' : 'TLS handshake not completed'), alpn !== null && `ALPN ${inert(alpn)}`, own && `${inert(own.subject)}, ${validityWords(own, nowMs)}`].filter((one): one is string => typeof one === 'string')
  return `${facts.join(', ')}${reason === null ? '' : `. A client would refuse it: ${refusalText(reason) ?? inert(reasonText ?? reason)}`}`
}

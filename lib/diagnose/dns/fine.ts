/** What a names run checked and found fine. */
import { formatMs, formatCount } from '#lib/format/number.ts'
import { isNoReply } from '#lib/tools/dns/status.ts'
import type { Finding, FineCheck } from '../finding.ts'
import type { DnsFacts } from '../rule.ts'
import { ADDRESS_TYPES, cellsOf, isAnswer, serversOf, type Cell } from './cells.ts'
import { delegationsOf, ownNs } from './delegation.ts'
import { reverseLooks } from './ptr.ts'
import { isReverse } from './reverse.ts'
import { base } from './words.ts'

type Check = Omit<FineCheck, 'subject'>
type Looked = { facts: DnsFacts; cells: readonly Cell[]; found: ReadonlySet<string> }

export function dnsFine(facts: DnsFacts, findings: readonly Finding[]): FineCheck[] {
  const looked: Looked = { facts, cells: cellsOf(facts.dns), found: new Set(findings.map(({ rule }) => rule)) }
  if (looked.cells.every(({ said }) => said === 'silent')) return []
  const { subject } = base(facts, NaN)
  return [servers, agreement, programs, noAaaa, delegation, versions, untruncated, overTcp, reverse, signatures].flatMap((check) => check(looked).map((one) => ({ ...one, subject })))
}

function servers({ cells, found }: Looked): Check[] {
  const all = serversOf(cells)
  return found.has('D-TIMEOUT') || found.has('D-REFUSED') || found.has('D-SERVFAIL') ? [] : [{ rule: 'D-TIMEOUT', title: 'Every server answers', value: `${all.length} of ${all.length}` }]
}

function agreement({ cells, found }: Looked): Check[] {
  const all = serversOf(cells.filter(isAnswer))
  return all.length < 2 || found.has('D-DISAGREE') ? [] : [{ rule: 'D-DISAGREE', title: 'Servers agree', value: `${all.length} of ${all.length}` }]
}

function programs({ facts, cells, found }: Looked): Check[] {
  const { os } = facts.dns
  const own = cells.filter((one) => one.server.role === 'own' && one.said === 'data' && ADDRESS_TYPES.includes(one.type))
  return os?.status !== 'found' || own.length === 0 || found.has('D-OS-DIFF') || isReverse(facts) ? [] : [{ rule: 'D-OS-DIFF', title: 'Programs get what DNS says', value: os.ms === null ? 'getent' : formatMs(os.ms) }]
}

/** No AAAA, and said so as it should be. */
function noAaaa({ cells }: Looked): Check[] {
  const six = cells.filter(({ type }) => type === 'AAAA')
  return six.length === 0 || six.some(({ said }) => said !== 'nodata') || !cells.some(({ type, said }) => type === 'A' && said === 'data') ? [] : [{ rule: 'D-NODATA', title: 'IPv4 only, and said so', value: 'AAAA: no record' }]
}

function delegation({ facts, found }: Looked): Check[] {
  const last = delegationsOf(facts).at(-1)
  const own = last ? ownNs(facts, last.zone) : null
  if (!last || own === null || found.has('D-NS-MISMATCH') || found.has('D-LAME')) return []
  return [{ rule: 'D-NS-MISMATCH', title: 'Delegation matches', value: `${own.filter((name) => last.ns.includes(name)).length} of ${own.length} NS` }]
}

function versions({ facts, found }: Looked): Check[] {
  const serials = facts.dns.servers.filter(({ role, serial }) => role === 'authority' && serial !== null).map(({ serial }) => serial)
  return serials.length < 2 || found.has('D-LAG') ? [] : [{ rule: 'D-LAG', title: 'Same version of the zone', value: serials[0] ?? '' }]
}

function untruncated({ cells, found }: Looked): Check[] {
  const udp = cells.filter(({ cell }) => cell.reply.transport === 'udp' && cell.reply.bytes !== null)
  if (udp.length === 0 || found.has('D-TRUNC') || cells.some(({ cell }) => cell.reply.truncated || cell.reply.flags.includes('tc'))) return []
  return [{ rule: 'D-TRUNC', title: 'No truncation, UDP fits', value: `${formatCount(Math.max(...udp.map(({ cell }) => cell.reply.bytes ?? 0)))}\u00a0B` }]
}

function overTcp({ facts, cells }: Looked): Check[] {
  const retried = facts.dns.asides.filter(({ purpose }) => purpose === 'tcp')
  const cut = cells.filter(({ cell }) => cell.reply.truncated)
  const all = [...retried.map(({ reply }) => reply), ...cut.map(({ cell }) => cell.reply)]
  return all.length === 0 || all.some(({ status }) => isNoReply(status)) ? [] : [{ rule: 'D-TRUNC', title: 'Answers survive a TCP retry', value: `${all.length} of ${all.length}` }]
}

function reverse({ facts, found }: Looked): Check[] {
  const looks = reverseLooks(facts)
  return looks.length === 0 || found.has('D-PTR') || looks.some(({ back }) => back !== true) ? [] : [{ rule: 'D-PTR', title: 'Reverse name matches', value: looks.length === 1 ? 'PTR' : `${looks.length} of ${looks.length}` }]
}

/** Signed: a resolver checked it (AD). Unsigned: public resolvers check everything, and set no AD. Else nothing is known. */
function signatures({ cells, found }: Looked): Check[] {
  const answers = cells.filter((one) => isAnswer(one) && one.server.role !== 'authority')
  if (found.has('D-DNSSEC') || answers.length === 0) return []
  if (answers.some(({ cell }) => cell.reply.flags.includes('ad'))) return [{ rule: 'D-DNSSEC', title: 'Signatures hold', value: 'DNSSEC' }]
  return answers.some(({ server }) => server.role === 'public') ? [{ rule: 'D-DNSSEC', title: 'Zone is unsigned', value: 'no DNSSEC' }] : []
}

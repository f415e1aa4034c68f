/** D-LAG: one of the zone's own servers has an older version of the zone than another. Whoever asks it gets the old answers, and keeps them. */
import { formatCount } from '#lib/format/number.ts'
import type { DnsServerView } from '#lib/tools/dns/view.ts'
import type { Evidence } from '../finding.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { serialDistance, serialOrder } from './serial.ts'
import { base, copyNext, digCommand, serverName, serverNames, serverShort, shown, ttlWords } from './words.ts'

const RULE = 'D-LAG'

export const lag: DnsRule = (facts) => {
  const order = serialOrder(facts.dns.servers.filter(({ role, refused }) => role === 'authority' && refused === null))
  const [first] = order?.behind ?? []
  const [ahead] = order?.ahead ?? []
  if (!order || !first || !ahead) return NOTHING
  const soa = soaOf(facts, first) ?? soaOf(facts, ahead)
  const subject = base(facts, facts.dns.roundAtMs ?? NaN)
  const one = order.behind.length === 1
  return [{
    // Right after a change every secondary is behind for a moment: only what still holds after the next round is a warning.
    rule: RULE, severity: isOld(facts, subject.subject) ? 'warn' : 'info', confidence: 'high', ...subject,
    title: one ? `${serverShort(first)} is ${versions(order.newest, first)} behind ${serverShort(ahead)}.` : `${serverNames(order.behind)} are behind ${serverShort(ahead)}.`,
    meaning: `${one ? 'It hands' : 'They hand'} out an older version of the zone with full authority. Resolvers that happen to ask ${one ? 'it' : 'them'} store old answers for their whole time to live.`,
    evidence: [
      ...[ahead, ...order.behind].slice(0, 4).map((server): Evidence => ({ label: `${serverName(server)} serial`, value: server.serial ?? '', definition: 'Serial of the SOA record: the version of the zone.' })),
      ...(soa ? [{ label: 'Asks for news every', value: ttlWords(soa.refresh), definition: 'Refresh of the SOA record: without NOTIFY, a secondary looks after this long.' }] : []),
    ],
    otherwise: ['The zone was changed only just now.', 'The servers are not meant to be copies of each other.'],
    next: copyNext(`Check NOTIFY and AXFR from ${serverShort(ahead)} to ${serverShort(first)}, port 53/tcp.`, 'Copy dig SOA', soa && digCommand({ server: first, name: soa.zone, type: 'SOA', flags: '+norecurse' })),
  }]
}

/** `two versions`. */
function versions(newest: string, { serial }: DnsServerView): string {
  const steps = serial === null ? 0 : serialDistance(newest, serial)
  const word = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'][steps] ?? formatCount(steps)
  return `${word} ${steps === 1 ? 'version' : 'versions'}`
}

/** It was noticed before the newest round was over. */
function isOld({ session, dns }: DnsFacts, subject: string): boolean {
  const open = session.findings.find((finding) => finding.rule === RULE && finding.subject === subject && finding.untilMs === null)
  return open !== undefined && open.noticedMs < (dns.roundAtMs ?? -Infinity)
}

interface Soa { zone: string; refresh: number }

function soaOf({ dns }: DnsFacts, { server }: DnsServerView): Soa | null {
  const record = dns.asides.find((one) => one.purpose === 'zone' && one.type === 'SOA' && one.server === server)?.reply.answers.find(({ type }) => type === 'SOA')
  const refresh = Number(record?.value.split(' ')[3])
  return record && Number.isInteger(refresh) ? { zone: shown(record.name), refresh } : null
}

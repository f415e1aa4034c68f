/** D-PTR: an address of the answer has no name, or the name does not lead back to it. */
import { isNoData } from '#lib/tools/dns/status.ts'
import type { AsideView } from '#lib/tools/dns/view.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { plural } from '../shared.ts'
import { cellsOf, earliest, isAnswer, isLame } from './cells.ts'
import { addressOf } from './reverse-name.ts'
import { isReverse } from './reverse.ts'
import { askedName, base, copyNext, shown, some, valuesOf } from './words.ts'

const RULE = 'D-PTR'
const MAIL_PORTS: ReadonlySet<unknown> = new Set([25, 465, 587])

export interface ReverseLook { address: string; /** null: it has none. */ name: string | null; /** null: not looked at. */ back: boolean | null; aside: AsideView }

/** What became of the reverse look-ups of the answers. Questions without a reply say nothing. */
export function reverseLooks({ dns }: Pick<DnsFacts, 'dns'>): readonly ReverseLook[] {
  return dns.asides.filter(({ purpose }) => purpose === 'ptr').flatMap((aside): ReverseLook[] => {
    const address = addressOf(aside.name)
    if (address === null) return []
    if (aside.reply.status === 'NXDOMAIN' || isNoData(aside.reply, 'PTR')) return [{ address, name: null, back: null, aside }]
    const names = valuesOf(aside.reply, 'PTR').map((name) => name.replace(/\.$/, ''))
    if (aside.reply.status !== 'NOERROR') return []
    const forward = dns.asides.filter((one) => one.purpose === 'forward' && names.includes(one.name.toLowerCase().replace(/\.$/, '')) && (one.reply.status === 'NOERROR' || one.reply.status === 'NXDOMAIN') && one.type === (address.includes(':') ? 'AAAA' : 'A'))
    const back = forward.length === 0 ? null : forward.some((one) => valuesOf(one.reply, one.type).includes(address))
    return [{ address, name: names[0] ?? null, back, aside }]
  })
}

export const ptr: DnsRule = (facts) => {
  if (isReverse(facts)) return ofAddress(facts)
  const looks = reverseLooks(facts)
  const bad = looks.filter(({ name, back }) => name === null || back === false)
  const [first] = bad
  if (!first) return NOTHING
  const missing = bad.filter(({ name }) => name === null)
  const mail = isMail(facts)
  return [{
    rule: RULE, severity: mail ? 'warn' : 'info', confidence: 'high', ...base(facts, first.aside.atMs),
    title: missing.length > 0 ? `${some(missing.map(({ address }) => address), 2)} ${missing.length === 1 ? 'has' : 'have'} no name (PTR).` : `The name of ${first.address}, ${shown(first.name ?? '')}, does not lead back to it.`,
    meaning: mail ? 'Mail servers turn away senders whose address has no name that leads back to it.' : 'Programs that look for the name of a client (sshd, sudo, iptables -L) wait or show the address; mail from there may be turned away.',
    evidence: [
      ...(missing.length > 0 ? [{ label: 'No name', value: some(missing.map(({ address }) => address), 3), detail: `${missing.length} of ${plural(looks.length, 'address', 'addresses')}` }] : []),
      ...bad.filter(({ back }) => back === false).slice(0, 2).map(({ address, name }) => ({ label: address, value: shown(name ?? ''), detail: 'does not lead back' })),
    ],
    otherwise: ['Private and cloud addresses often have no name, and nobody needs it.'],
    next: copyNext('Have whoever holds the address range set the PTR record, or use -n with tools that look names up.', 'Copy dig -x', `dig -x ${first.address}`),
  }]
}

/** The run asks for the name of an address. */
function ofAddress(facts: DnsFacts): ReturnType<DnsRule> {
  const answers = cellsOf(facts.dns).filter((one) => one.type === 'PTR' && isAnswer(one) && !isLame(one))
  if (answers.length === 0 || answers.some((one) => one.said === 'data')) return NOTHING
  const address = addressOf(askedName(facts)) ?? askedName(facts)
  return [{
    rule: RULE, severity: 'info', confidence: 'high', ...base(facts, earliest(answers)),
    title: `${address} has no name (PTR).`, meaning: 'Programs that look for the name of a client (sshd, sudo, iptables -L) wait or show the address.',
    evidence: [{ label: 'Say so', value: some([...new Set(answers.map(({ server }) => server.server))]) }],
    otherwise: ['Private and cloud addresses often have no name, and nobody needs it.'],
    next: copyNext('Have whoever holds the address range set the PTR record.', 'Copy dig -x', `dig -x ${address}`),
  }]
}

/** It takes mail: a port of mail was asked for, or the name is its own mail exchanger. */
function isMail(facts: DnsFacts): boolean {
  const name = askedName(facts).toLowerCase()
  const exchangers = cellsOf(facts.dns).filter(({ type }) => type === 'MX').flatMap(({ cell }) => valuesOf(cell.reply, 'MX').map((value) => value.split(' ')[1]?.replace(/\.$/, '')))
  return MAIL_PORTS.has(facts.run.target.port) || MAIL_PORTS.has(facts.run.options['checkPort']) || exchangers.includes(name)
}

/** D-OS-DIFF: programs of this host get something else than its own name server says: a hosts file, nsswitch, mDNS, a local cache. */
import { listed } from '../shared.ts'
import { ACCOUNTS } from '../causes.ts'
import type { Evidence, Finding } from '../finding.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { ADDRESS_TYPES, cellsOf, isAnswer, serversOf, type Cell } from './cells.ts'
import { isReverse } from './reverse.ts'
import { askedName, base, copyNext, isPlain, serverNames, shown, some, valuesOf } from './words.ts'

const RULE = 'D-OS-DIFF'

export const osDiff: DnsRule = (facts) => {
  const { os } = facts.dns
  if (os === null || isReverse(facts) || (os.status !== 'found' && os.status !== 'not-found')) return NOTHING
  const cells = cellsOf(facts.dns).filter((one) => one.server.role === 'own' && ADDRESS_TYPES.includes(one.type))
  const answers = cells.filter((one) => isAnswer(one) && !one.brokenAaaa)
  if (answers.length === 0 || isSame(facts, answers)) return NOTHING
  return [finding(facts, answers)]
}

const familyType = (address: string): string => (address.includes(':') ? 'AAAA' : 'A')

function isSame(facts: DnsFacts, answers: readonly Cell[]): boolean {
  const { os } = facts.dns
  if (os === null) return true
  if (os.status === 'not-found') return !answers.some((one) => one.said === 'data' && one.type === 'A')
  const fromSearch = facts.dns.asides.filter((one) => one.purpose === 'search' || one.purpose === 'forward')
  const known = (type: string): ReadonlySet<string> => new Set([...answers.filter((one) => one.type === type).flatMap(({ cell }) => valuesOf(cell.reply, type)), ...fromSearch.flatMap(({ reply }) => valuesOf(reply, type))])
  // A family that programs do not get is no difference: without an address of that family the system does not even ask.
  const types = ADDRESS_TYPES.filter((type) => answers.some((one) => one.type === type) && os.addresses.some((address) => familyType(address) === type))
  return types.every((type) => {
    const mine = os.addresses.filter((address) => familyType(address) === type)
    const common = mine.filter((address) => known(type).has(address)).length
    // Of a pool that rotates, both see a part. A file does not rotate.
    return os.source === null ? common > 0 || answers.some(({ cell }) => cell.spans.length > 2) : common === mine.length
  })
}

function finding(facts: DnsFacts, answers: readonly Cell[]): Finding {
  const { os, setup } = facts.dns
  const name = askedName(facts)
  const place = os?.source ?? null
  const nowhere = answers.every((one) => one.said !== 'data')
  const servers = serversOf(answers)
  const values = [...new Set(answers.flatMap(({ type, cell }) => valuesOf(cell.reply, type)))]
  const found = os?.status === 'found'
  return {
    rule: RULE, severity: 'warn', confidence: place === null ? 'medium' : 'high', ...ACCOUNTS[RULE], ...base(facts, os?.spans.at(-1)?.sinceMs ?? NaN),
    title: !found ? `Programs on this host get no address for ${name}, although DNS has one.` : place !== null ? `${place} decides what programs get for ${name}${nowhere ? ': DNS does not know it' : ', and DNS says otherwise'}.` : `Programs on this host get another address for ${name} than its name server gives.`,
    meaning: `${place !== null ? 'A file on this host comes before DNS' : 'Something on this host comes before or in place of DNS'}, so nslookup and dig show what no program here uses.${nowhere ? ' No other host gets this address.' : ''}`,
    evidence: [
      { label: 'Programs get', value: found ? some(os.addresses, 3) : 'nothing', definition: 'getent ahosts: what programs of this host get through nsswitch.' },
      { label: servers.length === 1 ? `DNS, ${servers[0]?.server ?? ''}` : 'DNS', value: values.length === 0 ? (answers.some((one) => one.said === 'nxdomain') ? 'no such name' : 'no record') : some(values.map(shown), 3), ...(servers.length === 1 ? {} : { detail: serverNames(servers) }) },
      ...(place === null ? [] : [{ label: 'Comes from', value: place }]), ...hostsRow(facts),
      ...(setup && setup.services.length > 0 ? [{ label: 'Order of sources', value: shown(setup.services.join(' ')), ...(setup.servicesFrom === null ? {} : { detail: setup.servicesFrom }), definition: 'The line "hosts:" of nsswitch.conf.' }] : []),
    ],
    otherwise: place === null ? ['A cache on this host (nscd, sssd, systemd-resolved) still has an answer from before.', 'mDNS or another service of nsswitch answers.'] : ['The line is there on purpose, such as for a test or a migration.'],
    next: copyNext(place !== null ? `Remove or correct the line at ${place} if it is not meant.` : 'Find the source that answers, and flush it if it is a cache.', place !== null ? 'Copy grep' : 'Copy getent', !isPlain(name) ? null : place !== null ? `grep -n -F -- ${name} /etc/hosts` : `getent -s dns ahosts ${name}; resolvectl query ${name}`),
  }
}

/** Lines of the hosts file about the name, beside the one that answered. */
function hostsRow({ dns }: DnsFacts): Evidence[] {
  const lines = (dns.setup?.hosts ?? []).filter(({ from }) => from !== dns.os?.source)
  return lines.length === 0 ? [] : [{ label: 'Also in', value: listed(lines.slice(0, 3).map(({ from, address }) => `${from}: ${address}`)) }]
}

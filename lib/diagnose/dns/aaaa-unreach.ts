/** D-AAAA-UNREACH: the name has an IPv6 address and no IPv6 connection to it works, while IPv4 does. */
import { isPing } from '#lib/session/runs.ts'
import type { PortView } from '#lib/tools/dns/view.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { openTo, reachesTarget, unansweredProbes } from '../reach.ts'
import { cellsOf } from './cells.ts'
import { askedName, base, runAndCopy, some, valuesOf } from './words.ts'

const PINGS_MIN = 3
const FAILED: ReadonlySet<PortView['state']> = new Set(['timeout', 'unreachable'])

export const aaaaUnreach: DnsRule = (facts) => {
  const cells = cellsOf(facts.dns).filter((one) => one.type === 'AAAA' && one.said === 'data')
  const six = [...new Set(cells.flatMap(({ cell }) => valuesOf(cell.reply, 'AAAA')))]
  if (six.length === 0 || six.some((address) => works(facts, address))) return NOTHING
  const failed = six.filter((address) => fails(facts, address))
  const four = facts.dns.ports.filter(({ address, state }) => !address.includes(':') && state === 'open')
  const fourPinged = facts.session.runs.some((run) => isPing(run) && run.target.family === 4 && run.target.host === facts.run.target.host && reachesTarget(run))
  if (failed.length < six.length || (four.length === 0 && !fourPinged)) return NOTHING
  // Told at once by its own kernel, nobody waits: such a host just has no IPv6.
  const ports = facts.dns.ports.filter(({ address }) => six.includes(address))
  const atOnce = ports.length > 0 && ports.every((port) => port.state === 'unreachable' && (port.ms === null || port.text.includes('ENETUNREACH')))
  const name = askedName(facts)
  return [{
    rule: 'D-AAAA-UNREACH', severity: atOnce ? 'info' : 'warn', confidence: 'high', ...base(facts, ports[0]?.atMs ?? NaN),
    title: atOnce ? `This vantage has no IPv6, and ${name} has an IPv6 address.` : `${name} has an IPv6 address that does not work from here.`,
    meaning: atOnce ? 'Its programs go straight to IPv4: nothing is lost, and nothing is known about IPv6 of that host.' : 'Programs try IPv6 first. Browsers hide the wait by trying IPv4 beside it; most other programs wait until the connection fails.',
    evidence: [
      { label: 'IPv6', value: ports[0] ? ports[0].state : 'no reply to ping', detail: some(six, 2), ...(ports[0] ? { definition: `TCP connection to port ${ports[0].port}.` } : {}) },
      { label: 'IPv4', value: four[0] ? `port ${four[0].port} open` : 'answers ping', ...(four[0] ? { detail: four[0].address } : {}) },
      { label: 'AAAA from', value: some([...new Set(cells.map(({ server }) => server.server))], 3) },
    ],
    otherwise: atOnce ? ['IPv6 is switched off on this vantage on purpose.'] : ['The AAAA record is stale.', 'A firewall passes IPv4 and drops IPv6.', 'The vantage itself has no working IPv6.'],
    next: runAndCopy(atOnce ? 'Look from a vantage that has IPv6.' : 'Connect to every address, again and again, and see who drops IPv6. Then mend it, or take the AAAA record out.',
      { label: 'Connect to every address', tool: 'reach', options: ports[0] ? { port: ports[0].port } : {} }, { label: 'Copy ip -6 route', command: `ip -6 route get ${six[0] ?? ''}` }),
  }]
}

const works = ({ dns, session }: DnsFacts, address: string): boolean =>
  dns.ports.some((port) => port.address === address && !FAILED.has(port.state)) || openTo(session, address) !== null || session.runs.some((run) => run.target.address === address && reachesTarget(run))

const fails = ({ dns, session }: DnsFacts, address: string): boolean =>
  dns.ports.some((port) => port.address === address && FAILED.has(port.state)) || session.runs.some((run) => isPing(run) && run.target.address === address && unansweredProbes(run) >= PINGS_MIN)

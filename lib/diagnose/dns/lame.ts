/** D-LAME: a server that the delegation names does not speak for the zone. */
import { ACCOUNTS } from '../causes.ts'
import type { Evidence, Finding } from '../finding.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { plural } from '../shared.ts'
import { cellsOf, isLame, sinceOf } from './cells.ts'
import { delegationsOf, isLameStep } from './delegation.ts'
import { base, copyNext, digCommand, isPlain, runAndCopy, shown, some, walkOffer } from './words.ts'

const RULE = 'D-LAME'

interface Lame { zone: string; servers: { name: string; address: string | null; says: string }[]; total: number; sinceMs: number }

export const lame: DnsRule = (facts) => {
  const found = fromWalk(facts) ?? fromMatrix(facts)
  return found ? [finding(facts, found)] : NOTHING
}

/** The first zone on the way down with a lame server. */
function fromWalk(facts: DnsFacts): Lame | null {
  for (const { zone, asked } of delegationsOf(facts)) {
    const judged = asked.filter(({ reply }) => reply !== null)
    const bad = judged.filter(isLameStep)
    if (bad.length > 0) return { zone, total: judged.length, sinceMs: facts.dns.roundAtMs ?? facts.nowMs, servers: bad.map((one) => ({ name: one.serverName, address: one.address, says: one.reply ? wordOf(one.reply) : '' })) }
  }
  return null
}

/** Servers found as NS of the zone, by what they say to the question itself. One that answers any of its types with authority is not lame. */
function fromMatrix(facts: DnsFacts): Lame | null {
  const cells = cellsOf(facts.dns).filter(({ server }) => server.role === 'authority')
  const all = [...new Set(cells.map(({ server }) => server))]
  const bad = all.flatMap((server) => {
    const mine = cells.filter((one) => one.server === server && one.said !== 'silent' && one.said !== 'cut')
    const [first] = mine
    return first && mine.every((one) => isLame(one) && !one.brokenAaaa) ? [{ server, first }] : []
  })
  const [first] = bad
  if (!first) return null
  return {
    zone: zoneOf(first.server.from), total: all.length, sinceMs: Math.min(...bad.map((one) => sinceOf(one.first))),
    servers: bad.map((one) => ({ name: one.server.name ?? one.server.server, address: one.server.address, says: wordOf(one.first.cell.reply) })),
  }
}

/** `NS of example.com`. */
const zoneOf = (from: string): string => /^NS of (\S+)$/.exec(from)?.[1] ?? 'the zone'
const wordOf = (reply: { status: string }): string => (reply.status === 'NOERROR' || reply.status === 'NXDOMAIN' ? 'answers without authority' : reply.status)

function finding(facts: DnsFacts, { zone, servers, total, sinceMs }: Lame): Finding {
  const all = servers.length === total
  const [first] = servers
  const text = `Have ${some(servers.map(({ name }) => shown(name)))} serve ${shown(zone)}, or take ${servers.length === 1 ? 'it' : 'them'} out of the delegation and of the zone’s NS records.`
  const command = first?.address && isPlain(zone) ? digCommand({ server: { address: first.address, port: 53 }, name: zone, type: 'SOA', flags: '+norecurse' }) : null
  return {
    rule: RULE, severity: all ? 'crit' : 'info', confidence: 'high', ...(all ? ACCOUNTS[RULE] : {}), ...base(facts, sinceMs),
    title: all ? `No name server of ${shown(zone)} speaks for it.` : `${some(servers.map(({ name }) => shown(name)))} ${servers.length === 1 ? 'is' : 'are'} named for ${shown(zone)} and ${servers.length === 1 ? 'does' : 'do'} not serve it.`,
    meaning: all ? 'The delegation leads to servers that do not have the zone, so resolvers find nothing: SERVFAIL for everyone.' : 'Resolvers that ask there have to ask again elsewhere: slower answers, and less to fall back on.',
    evidence: [
      ...servers.slice(0, 4).map((server, i): Evidence => ({ label: shown(server.name), value: server.says, ...(server.address === null ? {} : { detail: server.address }), ...(i === 0 ? { definition: 'Asked without recursion. A server of the zone answers with the AA flag.' } : {}) })),
      { label: 'Lame', value: `${servers.length} of ${plural(total, 'name server')}` },
    ],
    otherwise: ['The server had not loaded the zone yet.', ...(servers.every(({ says }) => says === 'answers without authority') ? ['Somebody on the way answers in place of the server.'] : ['It refuses this vantage by an access list.'])],
    next: facts.run.options['walk'] === 'yes' ? copyNext(text, 'Copy dig SOA', command) : runAndCopy(text, walkOffer(facts), { label: 'Copy dig SOA', command }),
  }
}

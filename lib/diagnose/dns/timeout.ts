/** D-TIMEOUT: a server gives no reply of any kind. Silence is not "no such name", and not proof that the machine is down. */
import { statusWord } from '#lib/timeline/dns-text.ts'
import type { DnsServerView } from '#lib/tools/dns/view.ts'
import { isNoReply } from '#lib/tools/dns/status.ts'
import { ACCOUNTS } from '../causes.ts'
import type { Evidence, Finding } from '../finding.ts'
import { NOTHING, type DnsFacts, type DnsRule } from '../rule.ts'
import { listed, plural } from '../shared.ts'
import { answersOf, cellsOf, earliest, serversOf, type Cell } from './cells.ts'
import { askedName, base, copyNext, digCommand, runAndCopy, serverName, serverNames, tcpOffer } from './words.ts'

const RULE = 'D-TIMEOUT'
/** Of the questions to a server, this many without a reply are a warning, if they are two thirds of them. */
const WARN_FROM = 2
const WARN_SHARE = 2 / 3
/** A server that answers again is named for as long as it left this share of questions without a reply. [own] */
const STILL_SHARE = 0.1

interface Silent { server: DnsServerView; cells: readonly Cell[]; asked: number; unanswered: number; /** Nothing listens, or no way there: told at once, not by silence. */ told: boolean }

export const timeout: DnsRule = (facts) => {
  const all = cellsOf(facts.dns)
  const silent = serversOf(all).flatMap((server) => silenceOf(server, all.filter((one) => one.server.server === server.server)))
  return silent.length === 0 ? NOTHING : [finding(facts, silent, all)]
}

/** AAAA alone is D-AAAA-BROKEN; what is cut is D-TRUNC. */
function silenceOf(server: DnsServerView, all: readonly Cell[]): Silent[] {
  const cells = all.filter((one) => !one.brokenAaaa && one.said !== 'cut')
  const now = cells.filter((one) => one.said === 'silent')
  const asked = cells.reduce((sum, { cell }) => sum + cell.asked, 0)
  const unanswered = cells.reduce((sum, { cell }) => sum + cell.noReply, 0)
  if (now.length === 0 && (unanswered < WARN_FROM || unanswered / asked < STILL_SHARE)) return []
  return [{ server, cells: now.length === 0 ? cells.filter(({ cell }) => cell.noReply > 0) : now, asked, unanswered, told: now.some(({ cell }) => cell.reply.status !== 'TIMEOUT') }]
}

const isSevere = ({ unanswered, asked, cells, told }: Silent): boolean =>
  told || (unanswered >= WARN_FROM && unanswered / asked >= WARN_SHARE) || cells.reduce((sum, { cell, said }) => sum + (said === 'silent' ? cell.inARow : 0), 0) >= 3

/** Whom programs of this host depend on. The zone's and public servers may well be out of reach while resolvers do their work. */
const isNear = ({ role }: DnsServerView): boolean => role === 'own' || role === 'upstream' || role === 'chosen'

function severityOf(silent: readonly Silent[], all: readonly Cell[]): Finding['severity'] {
  const fine = (role: (server: DnsServerView) => boolean): boolean => serversOf(all).some((server) => role(server) && answersOf(all, server.server) && !silent.some((one) => one.server.server === server.server))
  const counts = silent.filter((one) => isSevere(one) && (isNear(one.server) || (one.server.role === 'authority' && (fine(({ role }) => role === 'authority') || !fine(isNear)))))
  return counts.length > 0 ? 'warn' : 'info'
}

function finding(facts: DnsFacts, silent: readonly Silent[], all: readonly Cell[]): Finding {
  const servers = silent.map(({ server }) => server)
  const cells = silent.flatMap((one) => one.cells)
  const [first] = cells
  const near = servers.some(isNear)
  const viaTcp = facts.dns.asides.filter((one) => one.purpose === 'tcp' && cells.some(({ server, type }) => server.server === one.server && type === one.type))
  const tcpWorks = viaTcp.some(({ reply }) => !isNoReply(reply.status))
  return {
    rule: RULE, severity: severityOf(silent, all), confidence: silent.some(isSevere) ? 'high' : 'low', explains: accountsOf(servers), ...base(facts, earliest(cells)),
    title: titleOf(silent, serversOf(all), tcpWorks),
    meaning: `${tcpWorks ? 'Over TCP it answers: UDP port 53 is filtered on the way, or large answers are lost.' : 'It is down, or UDP port 53 is filtered on the way.'} ${near ? 'A program that asks it first waits up to 5 s before it goes on to the next.' : 'Resolvers may still reach it from where they are.'}`,
    evidence: [
      ...silent.slice(0, 4).map((one): Evidence => ({ label: one.server.server, value: listed([...new Set(one.cells.map(({ cell, said }) => (said === 'silent' ? statusWord(cell.reply.status) : 'answers again')))]), detail: `${one.unanswered} of ${plural(one.asked, 'question')}`, definition: 'Questions without a reply of any kind in the time that a question is given.' })),
      ...(viaTcp.length > 0 ? [{ label: 'Over TCP', value: tcpWorks ? 'answers' : 'no reply either' }] : []),
      ...servers.filter(({ role }) => role === 'own').slice(0, 1).map((server): Evidence => ({ label: 'Named in', value: server.from })),
    ],
    otherwise: ['A firewall drops the questions, or the answers.', 'The server is overloaded or limits how often it is asked.', ...(near ? ['It waits itself for servers of the zone that do not answer.'] : [])],
    next: nextOf(facts, { near, first, tried: viaTcp.length > 0 }),
  }
}

/** Resolvers give up where those they ask are silent; programs get nothing where their own are. */
function accountsOf(servers: readonly DnsServerView[]): readonly string[] {
  const behind = servers.some(({ role }) => role === 'authority' || role === 'upstream')
  const own = servers.some(({ role }) => role === 'own')
  return ACCOUNTS[RULE].explains.filter((rule) => (rule === 'D-SERVFAIL' ? behind : rule === 'D-OS-DIFF' ? own || behind : true))
}

function titleOf(silent: readonly Silent[], all: readonly DnsServerView[], tcpWorks: boolean): string {
  const [only] = silent
  const again = silent.every(({ cells }) => cells.every(({ said }) => said !== 'silent'))
  const what = again ? 'left questions unanswered' : tcpWorks ? (silent.length === 1 ? 'answers over TCP and not over UDP' : 'answer over TCP and not over UDP') : silent.length === 1 ? 'does not answer' : 'do not answer'
  if (silent.length === 1 && only) {
    const [cell] = only.cells
    const types = listed([...new Set(only.cells.map(({ type }) => type))])
    if (cell?.cell.reply.status === 'CONNREFUSED') return `Nothing listens for DNS at ${serverName(only.server)}.`
    const partly = only.cells.length > 0 && only.server.cells.size > new Set(only.cells.map(({ type }) => type)).size && !again
    return `${serverName(only.server)} ${what}${partly ? ` questions for ${types}` : ''}.`
  }
  return silent.length === all.length && !again && !tcpWorks ? 'No name server answers.' : `${serverNames(silent.map(({ server }) => server))} ${what}.`
}

function nextOf(facts: DnsFacts, { near, first, tried }: { near: boolean; first: Cell | undefined; tried: boolean }): Finding['next'] {
  const text = near ? 'Check that the server runs and that UDP and TCP port 53 pass. Put a server that answers first in resolv.conf.' : 'Check that the server runs and that UDP and TCP port 53 pass to it.'
  const command = digCommand({ server: first?.server ?? null, name: askedName(facts), type: first?.type ?? 'A', flags: '+tcp' })
  return tried || facts.run.options['transport'] === 'tcp' ? copyNext(text, 'Copy dig +tcp', command) : runAndCopy(text, tcpOffer(facts), { label: 'Copy dig +tcp', command })
}

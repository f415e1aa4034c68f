/** What nslookup alone can tell, while no names run to the same host says more: D-NXDOMAIN, D-NODATA, D-SERVFAIL, D-REFUSED, D-TIMEOUT of one server. */
import { isNoData, isNoReply } from '#lib/tools/dns/status.ts'
import { isDns } from '#lib/session/runs.ts'
import type { Evidence, Finding } from '../finding.ts'
import { edeRow, isPlain, shown, some } from '../dns/words.ts'
import { runOrCopy, type Offer } from '../next.ts'
import { NOTHING, type NslookupFacts, type NslookupRule } from '../rule.ts'
import { listed, runStartMs, spanSince } from '../shared.ts'

type Reply = NslookupFacts['nslookup']['replies'][number]

interface Words { rule: string; severity: Finding['severity']; title: (name: string, server: string) => string; meaning: string; otherwise: readonly string[] }

const WORDS: Readonly<Record<'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'NODATA' | 'silent', Words>> = {
  NXDOMAIN: { rule: 'D-NXDOMAIN', severity: 'info', title: (name, server) => `${name} does not exist, says ${server}.`, meaning: 'The server answers and knows no such name. nslookup leaves the hosts file out, so programs may still get an address from there.', otherwise: ['The name is misspelled, or lacks its domain.', 'It is only in the hosts file, or in another view.'] },
  SERVFAIL: { rule: 'D-SERVFAIL', severity: 'warn', title: (name, server) => `${server} cannot find out about ${name}: SERVFAIL.`, meaning: 'The server was reached and gave up. This is not “no such name”.', otherwise: ['The zone’s servers are down.', 'The zone’s signatures do not hold (DNSSEC).'] },
  REFUSED: { rule: 'D-REFUSED', severity: 'warn', title: (_name, server) => `${server} refuses to answer this vantage.`, meaning: 'A server refuses whom it does not serve: an access list, or a name server of other zones.', otherwise: ['It refuses this one name, by a block list.'] },
  NODATA: { rule: 'D-NODATA', severity: 'info', title: (name) => `${name} exists and has no such record.`, meaning: 'The server answers without an error and without a record of the type that was asked for. nslookup ends with exit code 0 all the same.', otherwise: ['The name is only a domain: the host is meant to be below it, such as www.'] },
  silent: { rule: 'D-TIMEOUT', severity: 'warn', title: (_name, server) => `${server} does not answer.`, meaning: 'No reply of any kind came in time: the server is down, or UDP port 53 is filtered on the way. This is not “no such name”.', otherwise: ['A firewall drops the questions, or the answers.'] },
}

export const nslookupAnswers: NslookupRule = (facts) => {
  const { session, run, nslookup: { replies, attempts } } = facts
  if (run.endedAtMs === null || session.runs.some((other) => isDns(other) && other.target.host === run.target.host && other.view.rounds > 0)) return NOTHING
  if (replies.some(({ reply, type }) => reply.status === 'NOERROR' && !(type !== null && isNoData(reply, type)) && reply.answers.length > 0)) return NOTHING
  // With a search list the last name asked for is the one that counts; a server that failed before another answered is no finding by itself.
  const last = replies.findLast(({ reply }) => !isNoReply(reply.status))
  const silent = replies.findLast(({ reply }) => isNoReply(reply.status))
  const kind = last ? kindOf(last) : silent || attempts.length > 0 ? 'silent' : null
  return kind === null ? NOTHING : [finding(facts, WORDS[kind], last ?? silent ?? null)]
}

function kindOf({ reply }: Reply): keyof typeof WORDS | null {
  return reply.status === 'NXDOMAIN' || reply.status === 'SERVFAIL' || reply.status === 'REFUSED' ? reply.status : reply.status === 'NOERROR' ? 'NODATA' : null
}

function finding(facts: NslookupFacts, words: Words, said: Reply | null): Finding {
  const { run, nslookup: { replies, attempts } } = facts
  const { host } = run.target
  const server = said?.reply.server?.address ?? said?.serverName ?? attempts.at(-1)?.server ?? chosen(run.options) ?? 'The name server'
  const sinceMs = said?.atMs ?? runStartMs(facts)
  const names = [...new Set(replies.map(({ name }) => shown(name)))]
  const rows: Evidence[] = [
    { label: 'Asked', value: shown(server) }, ...(names.length > 0 ? [{ label: 'For', value: some(names, 3) }] : []),
    ...(attempts.length > 0 ? [{ label: 'Tried without an answer', value: some([...new Set(attempts.map((one) => shown(one.server)))], 3), detail: listed([...new Set(attempts.map((one) => shown(one.error)))].slice(0, 2)) }] : []),
    ...edeRow(replies.map(({ reply }) => reply)),
  ]
  return {
    rule: words.rule, subject: host, severity: words.severity, confidence: 'medium', title: words.title(host, shown(server)), meaning: words.meaning, evidence: rows, otherwise: words.otherwise,
    next: runOrCopy('Ask every server side by side, and the host’s own programs too.', offer(run.options), { label: 'Copy getent', command: isPlain(host) ? `getent ahosts ${host}` : 'getent hosts localhost' }),
    sinceMs, span: spanSince(facts, sinceMs),
  }
}

const chosen = (options: Record<string, unknown>): string | null => (typeof options['server'] === 'string' && options['server'] !== '' ? options['server'] : null)

function offer(options: Record<string, unknown>): Offer {
  const server = chosen(options)
  const type = options['recordType']
  return { label: 'Ask every server', tool: 'dns', options: { ...(server === null ? {} : { server }), ...(typeof type === 'string' && type !== 'default' ? { recordType: type } : {}) } }
}

/** What nslookup got, in rows, and how that differs from what programs of the host get. Pure. */
import { answerWords, inert } from '#lib/timeline/dns-text.ts'
import type { OsView } from '#lib/tools/dns/view.ts'
import type { NslookupView } from '#lib/tools/nslookup/view.ts'

export interface NslookupRow { key: string; server: string; name: string; type: string; answers: readonly string[]; authority: string; failed: boolean }

type Reply = NslookupView['replies'][number]

export function nslookupRows({ replies, attempts }: Pick<NslookupView, 'replies' | 'attempts'>): NslookupRow[] {
  const silent = attempts.map(({ server, text, line }): NslookupRow => ({ key: `attempt ${line} ${server}`, server: inert(server, 80), name: '\u2013', type: '\u2013', answers: [inert(text, 160)], authority: '\u2013', failed: true }))
  return [...silent, ...replies.map((one, i) => rowOf(one, i))]
}

function rowOf({ name, type, serverName, reply, line }: Reply, i: number): NslookupRow {
  const types = type === null ? [...new Set(reply.answers.map((one) => one.type).filter((one) => one !== 'CNAME'))] : [type]
  const answers = types.length === 0 ? answerWords(reply, 'CNAME') : types.flatMap((one) => answerWords(reply, one))
  const server = reply.server === null ? serverName : `${reply.server.address}${reply.server.port === null || reply.server.port === 53 ? '' : `#${reply.server.port}`}`
  return {
    key: `${line} ${i}`, server: server === null ? '\u2013' : inert(server, 80), name: inert(name, 255), type: types.length === 0 ? '\u2013' : types.join(', '), answers,
    authority: reply.authoritative === null || reply.status !== 'NOERROR' ? '\u2013' : reply.authoritative ? 'authoritative' : 'not authoritative', failed: reply.status !== 'NOERROR',
  }
}

const GENERAL = 'nslookup asks a name server itself. It reads neither the hosts file nor nsswitch.conf, which programs on this host do.'

/** Where both are known and differ, that is said; only families that the host's programs got are compared. */
export function ignoredWords({ replies }: Pick<NslookupView, 'replies'>, os: Pick<OsView, 'addresses' | 'source' | 'status'> | null): { text: string; differs: boolean } {
  const answered = replies.filter(({ reply }) => reply.status === 'NOERROR' || reply.status === 'NXDOMAIN')
  const theirs = [...new Set(answered.flatMap(({ reply }) => reply.answers.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ value }) => value)))]
  if (os === null || answered.length === 0 || (os.status !== 'found' && os.status !== 'not-found')) return { text: GENERAL, differs: false }
  const only = os.addresses.filter((address) => !theirs.includes(address))
  const missing = theirs.filter((address) => !os.addresses.includes(address) && (os.addresses.length === 0 || os.addresses.some((one) => one.includes(':') === address.includes(':'))))
  if (only.length + missing.length === 0) return { text: `${GENERAL} Here both get the same.`, differs: false }
  const mine = os.addresses.length === 0 ? 'no address' : os.addresses.map((one) => inert(one, 64)).join(', ')
  return { text: `${GENERAL} Here that matters: programs get ${mine}${os.source === null ? '' : ` from ${inert(os.source, 120)}`}, nslookup ${theirs.length === 0 ? 'no address' : theirs.map((one) => inert(one, 64)).join(', ')}.`, differs: true }
}

/** What rules of certificates share: what each address showed, and what a client would hold against it. */
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import type { ReachFacts } from '../rule.ts'
import type { Evidence } from '../finding.ts'
import { shownTo, some } from '../dns/words.ts'

export type Tls = NonNullable<ReachAddress['tls']>
export type Certificate = Tls['chain'][number]
export type Fault = 'expired' | 'name' | 'untrusted' | 'broken'

const EXPIRED: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'CRL_HAS_EXPIRED'])
const NAME: ReadonlySet<string> = new Set(['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH', 'IP_ADDRESS_MISMATCH', 'EMAIL_MISMATCH'])

/** Null: a client would accept it. */
export function faultOf({ shaken, reason, chain }: Tls): Fault | null {
  if (reason !== null && EXPIRED.has(reason)) return 'expired'
  if (reason !== null && NAME.has(reason)) return 'name'
  if (!shaken) return 'broken'
  return reason === null ? null : chain.length === 0 ? 'broken' : 'untrusted'
}

/** What addresses that still accept connections showed when they were looked at last. */
export const looksOf = ({ reach }: ReachFacts): readonly Tls[] => reach.addresses.flatMap(({ tls, last }) => (tls !== null && (last === null || last.state === 'open') ? [tls] : []))

export const faulty = (facts: ReachFacts, fault: Fault): readonly Tls[] => looksOf(facts).filter((tls) => faultOf(tls) === fault)

/** `at 203.0.113.9`; empty where every address shows the same fault. */
export function whereOf(facts: ReachFacts, found: readonly Tls[]): string {
  const all = looksOf(facts)
  return found.length === all.length ? '' : ` at ${some(found.map(({ address }) => address), 2)}`
}

/** `2026-11-01 12:00 UTC`. */
export const dateWords = (ms: number): string => (Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC` : 'unknown')

export const DAY_MS = 86_400_000

/** `12 days`, `1 day`, `5 hours`. */
export function daysWords(ms: number): string {
  const days = Math.floor(ms / DAY_MS)
  const hours = Math.floor(ms / 3_600_000)
  return days >= 1 ? `${days} ${days === 1 ? 'day' : 'days'}` : `${hours} ${hours === 1 ? 'hour' : 'hours'}`
}

export const nameOf = ({ subject }: Certificate): string => shownTo(subject === '' ? 'no subject' : subject, 80)

export const reasonRow = (tls: Tls): Evidence[] => (tls.reason === null ? [] : [{ label: 'Reason', value: shownTo(tls.reasonText ?? tls.reason, 80), ...(tls.reasonText === null ? {} : { detail: shownTo(tls.reason, 48) }), definition: 'Why a client that checks certificates would refuse it, in the words of OpenSSL.' }])
export const addressRow = (found: readonly Tls[]): Evidence => ({ label: 'Shown by', value: some(found.map(({ address }) => address), 3) })

/** Prints the certificates, as the server shows them to this name. Both went through the grammar of targets. */
export function opensslCommand({ run }: ReachFacts, { address, port, serverName }: Tls): string {
  const at = address.includes(':') ? `[${address}]` : address
  return `openssl s_client -connect ${at}:${port}${serverName === null ? '' : ` -servername ${run.target.host}`} -showcerts </dev/null`
}

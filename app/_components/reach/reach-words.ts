/** What a reach run's facts are called on the page. Pure; every text that comes from the far side is shown as it is, never interpreted. */
import { formatCount } from '#lib/format/number.ts'
import { formatSpan } from '#lib/format/time.ts'
import type { Severity } from '#lib/protocol/api.ts'
import { EXPIRES_INFO_DAYS, EXPIRES_WARN_DAYS } from '#lib/diagnose/reach/tls-expiry.ts'
import type { Certificate } from '#lib/tools/reach/events.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'

export interface Verdict {
  /** `ok` open, `info` not known yet. */
  severity: Severity
  word: string
  /** Who said so, or that nobody did; '' while there is nothing to say. */
  who: string
}

type Blame = NonNullable<ReachAddress['blame']>

/** ICMP codes by which a firewall says that it forbids something. */
const FORBIDS = new Set(['admin-prohibited', 'host-prohibited', 'net-prohibited', 'prohibited'])

/** Open, refused, filtered, unreachable or no answer; silence alone is never called filtered. */
export function verdictOf({ last, blame, address }: Pick<ReachAddress, 'last' | 'blame' | 'address'>): Verdict {
  if (last === null) return { severity: 'info', word: 'no connection yet', who: '' }
  switch (last.state) {
    case 'open': return { severity: 'ok', word: 'open', who: '' }
    case 'refused': return { severity: 'crit', word: 'refused', who: refusedBy(blame, address) }
    case 'timeout': return blame?.how === 'local' ? LOCAL : blame?.how === 'icmp' ? byIcmp(blame, address) : { severity: 'crit', word: 'no answer', who: silenceWords(blame, address) }
    case 'unreachable': return blame?.how === 'local' ? LOCAL : blame?.how === 'icmp' ? byIcmp(blame, address) : { severity: 'crit', word: 'unreachable', who: last.code === null ? '' : codeWords(last.code) }
    case 'denied': return { severity: 'crit', word: 'not sent', who: 'the vantage’s own firewall forbids it' }
    case 'error': return { severity: 'warn', word: 'could not be tried', who: last.code === null ? '' : codeWords(last.code) }
  }
}

const LOCAL: Verdict = { severity: 'crit', word: 'not sent', who: 'the vantage’s own firewall or routes let nothing out' }

const byOf = (by: string, address: string): string => (by === address ? 'the target itself' : by)

function refusedBy(blame: Blame | null, address: string): string {
  if (blame === null || blame.by === null) return ''
  if (blame.how === 'rst') return `by ${byOf(blame.by, address)}`
  if (blame.how === 'icmp') return `by ${byOf(blame.by, address)}${icmpWords(blame)}`
  return ''
}

function byIcmp(blame: Blame, address: string): Verdict {
  const forbids = blame.icmp !== null && FORBIDS.has(blame.icmp)
  return { severity: 'crit', word: forbids ? 'filtered' : 'unreachable', who: blame.by === null ? icmpWords(blame).replace(/^: /, '') : `by ${byOf(blame.by, address)}${icmpWords(blame)}` }
}

const icmpWords = ({ icmp }: Blame): string => (icmp === null ? '' : `: ${icmp.replaceAll('-', ' ')}`)

function silenceWords(blame: Blame | null, address: string): string {
  if (blame === null) return ''
  if (blame.how === 'silence') return 'nobody says why: dropped on the way, or nothing there'
  if (blame.how === 'syn-ack' && blame.by !== null) return `${byOf(blame.by, address)} answered a trace to this port`
  if (blame.how === 'rst' && blame.by !== null) return `${byOf(blame.by, address)} refused a trace to this port`
  return ''
}

const CODES: Readonly<Record<string, string>> = {
  EHOSTUNREACH: 'no way to the host', ENETUNREACH: 'no route from the vantage', EHOSTDOWN: 'the host does not answer on its own link', EADDRNOTAVAIL: 'the vantage has no address of this family', EAFNOSUPPORT: 'the vantage has no address of this family',
  EMFILE: 'too many open files on the vantage', EACCES: 'not allowed on the vantage', EPERM: 'not allowed on the vantage', ECONNRESET: 'reset during the handshake',
}

/** `no way to the host (EHOSTUNREACH)`. */
const codeWords = (code: string): string => (CODES[code] === undefined ? code : `${CODES[code]} (${code})`)

/** TLS of an address in one or two words; null: not looked at. */
export function tlsVerdict({ tls }: Pick<ReachAddress, 'tls'>, nowMs: number): { severity: Severity; word: string } | null {
  if (tls === null) return null
  if (!tls.shaken) return { severity: 'crit', word: 'no handshake' }
  if (tls.reason !== null) return { severity: 'crit', word: refusalWord(tls.reason) }
  const days = tls.chain.map((one) => daysLeft(one, nowMs)).reduce<number | null>((least, one) => (one === null || (least !== null && least <= one) ? least : one), null)
  const soon = days === null ? null : expirySeverity(days)
  return days !== null && soon !== null ? { severity: soon, word: `${days} ${days === 1 ? 'day' : 'days'} left` } : { severity: 'ok', word: tls.version === null ? 'valid' : `valid, ${shortVersion(tls.version)}` }
}

/** As the rule that warns of it; null: long enough. */
export const expirySeverity = (days: number): Severity | null => (days < EXPIRES_WARN_DAYS ? 'warn' : days <= EXPIRES_INFO_DAYS ? 'info' : null)

const DAY_MS = 86_400_000

/** Whole days until the certificate ends; negative once it has. Null: not known (a date that could not be read lies at 0). */
export const daysLeft = (certificate: Pick<Certificate, 'notAfterMs'> | undefined, nowMs: number): number | null => (certificate === undefined || !(certificate.notAfterMs > 0) ? null : Math.floor((certificate.notAfterMs - nowMs) / DAY_MS))

/** `41 days left`, `expired 3 days ago`, `not valid for 2 days yet`. */
export function validityWords(certificate: Pick<Certificate, 'notBeforeMs' | 'notAfterMs'>, nowMs: number): string {
  if (!(certificate.notAfterMs > 0)) return 'until when cannot be read'
  if (certificate.notAfterMs <= nowMs) return `expired ${formatSpan(nowMs - certificate.notAfterMs)} ago`
  if (certificate.notBeforeMs > nowMs) return `not valid before another ${formatSpan(certificate.notBeforeMs - nowMs)}`
  const days = daysLeft(certificate, nowMs) ?? 0
  return days >= 2 ? `${formatCount(days)} days left` : `${formatSpan(certificate.notAfterMs - nowMs)} left`
}

/** `TLS 1.3`. */
export const shortVersion = (version: string): string => /^TLSv(\d(?:\.\d)?)$/.exec(version)?.[1]?.replace(/^/, 'TLS ') ?? version

interface Refusal { word: string; text: string }

const REFUSALS: Readonly<Record<string, Refusal>> = {
  CERT_HAS_EXPIRED: { word: 'expired', text: 'A certificate of the chain has expired.' },
  CERT_NOT_YET_VALID: { word: 'not valid yet', text: 'A certificate of the chain is not valid yet: or the clock of the vantage is wrong.' },
  ERR_TLS_CERT_ALTNAME_INVALID: { word: 'wrong name', text: 'The certificate is for other names than the one that was asked for.' },
  DEPTH_ZERO_SELF_SIGNED_CERT: { word: 'self-signed', text: 'The server signed its certificate itself, and the vantage does not know it.' },
  SELF_SIGNED_CERT_IN_CHAIN: { word: 'unknown issuer', text: 'The chain ends at a root that the vantage does not trust.' },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { word: 'chain incomplete', text: 'The server does not send the certificate that signed its own, or nobody known signed it.' },
  UNABLE_TO_GET_ISSUER_CERT: { word: 'chain incomplete', text: 'A certificate between the server’s and a trusted root is missing.' },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { word: 'chain incomplete', text: 'The issuer is not among those that the vantage trusts, and the server does not send what would lead to one.' },
  CERT_REVOKED: { word: 'revoked', text: 'A certificate of the chain was revoked.' },
  CERT_UNTRUSTED: { word: 'not trusted', text: 'The root of the chain is not trusted for this.' },
  INVALID_PURPOSE: { word: 'wrong purpose', text: 'The certificate is not meant for servers.' },
  CERT_SIGNATURE_FAILURE: { word: 'bad signature', text: 'A signature in the chain does not fit.' },
  EE_KEY_TOO_SMALL: { word: 'weak key', text: 'The key of the certificate is too small for today’s clients.' },
  CA_MD_TOO_WEAK: { word: 'weak signature', text: 'A signature of the chain is too weak for today’s clients.' },
}

const refusalWord = (reason: string): string => REFUSALS[reason]?.word ?? 'refused'

/** Why a client would refuse it, in a sentence of ours; null for a cause we have no sentence for. */
export const refusalText = (reason: string): string | null => REFUSALS[reason]?.text ?? null

const REDIRECTS = {
  'followed': { severity: 'ok', title: 'Followed' }, 'refused': { severity: 'crit', title: 'Not followed: the target policy refuses where it leads' }, 'unresolved': { severity: 'warn', title: 'Not followed: its name has no address here' },
  'not-http': { severity: 'info', title: 'Not followed: it does not lead to HTTP' }, 'too-many': { severity: 'warn', title: 'Not followed: there were more redirects than were asked for' }, 'invalid': { severity: 'warn', title: 'Not followed: where it leads cannot be read' },
} as const satisfies Record<ReachAddress['redirects'][number]['verdict'], { severity: Severity; title: string }>

export const redirectWords = ({ verdict }: Pick<ReachAddress['redirects'][number], 'verdict'>): { severity: Severity; title: string } => REDIRECTS[verdict]

/** Of an HTTP status: 2xx fine, 3xx a way on, 4xx and 5xx as bad as they are; none is no answer that is HTTP. */
export const statusSeverity = (status: number | null): Severity => (status === null ? 'crit' : status >= 500 ? 'crit' : status >= 400 ? 'warn' : status >= 300 ? 'info' : 'ok')

const STATUS: Readonly<Record<number, string>> = {
  200: 'OK', 201: 'Created', 204: 'No content', 301: 'Moved permanently', 302: 'Found', 303: 'See other', 304: 'Not modified', 307: 'Temporary redirect', 308: 'Permanent redirect', 400: 'Bad request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not found',
  405: 'Method not allowed', 408: 'Request timeout', 410: 'Gone', 418: 'I’m a teapot', 421: 'Misdirected request', 426: 'Upgrade required', 429: 'Too many requests', 500: 'Internal server error', 501: 'Not implemented', 502: 'Bad gateway', 503: 'Service unavailable', 504: 'Gateway timeout',
}

/** `404 Not found`. */
export const statusWords = (status: number): string => (STATUS[status] === undefined ? String(status) : `${status} ${STATUS[status]}`)

/** `198.51.100.24 port 443`, `[2001:db8::1]:443` in the compact form. */
export const placeText = ({ address, port }: Pick<ReachAddress, 'address' | 'port'>): string => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)

/** How the handshakes of the whole run ended, most important first: `118 of 120 open, 2 no answer`. */
export function tallyText({ counts }: Pick<ReachAddress, 'counts'>): string {
  const others = ([['refused', 'refused'], ['timeout', 'no answer'], ['unreachable', 'unreachable'], ['denied', 'not sent'], ['error', 'not tried']] as const)
    .flatMap(([state, word]) => (counts[state] > 0 ? [`${formatCount(counts[state])} ${word}`] : []))
  return counts.sent === 0 ? 'none yet' : [`${formatCount(counts.open)} of ${formatCount(counts.sent)} open`, ...others].join(', ')
}

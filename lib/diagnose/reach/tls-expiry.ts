/** R-TLS-EXPIRED, R-TLS-EXPIRES: a certificate that is not valid now, or soon will not be. */
import { ACCOUNTS } from '../causes.ts'
import type { Finding } from '../finding.ts'
import { copyCommand } from '../next.ts'
import { NOTHING, type ReachFacts, type ReachRule } from '../rule.ts'
import { runStartMs } from '../shared.ts'
import { base } from './shared.ts'
import { addressRow, dateWords, DAY_MS, daysWords, faulty, looksOf, nameOf, opensslCommand, reasonRow, whereOf, type Certificate, type Tls } from './tls.ts'

/** Left of a certificate's life: from here on it is told, and from here on it is a warning. [own] */
export const EXPIRES_INFO_DAYS = 21
export const EXPIRES_WARN_DAYS = 7

const EXPIRED = 'R-TLS-EXPIRED'

export const tlsExpired: ReachRule = (facts) => {
  const found = faulty(facts, 'expired')
  const [first] = found
  if (!first) return NOTHING
  const early = first.reason === 'CERT_NOT_YET_VALID'
  const certificate = first.chain.find(({ notBeforeMs, notAfterMs }) => (early ? notBeforeMs > facts.nowMs : notAfterMs < facts.nowMs)) ?? first.chain[0]
  const isLeaf = certificate === undefined || certificate === first.chain[0]
  const host = facts.run.target.host
  return [{
    rule: EXPIRED, severity: 'crit', confidence: 'high', ...ACCOUNTS[EXPIRED], ...base(facts, certificate && !early ? Math.min(facts.nowMs, Math.max(certificate.notAfterMs, runStartMs(facts))) : NaN),
    title: `${isLeaf ? `The certificate of ${host}` : `A certificate in the chain of ${host}`}${whereOf(facts, found)} ${early ? 'is not valid yet' : 'has expired'}.`,
    meaning: 'Every client that checks certificates refuses the connection. The port itself is open.',
    evidence: [...(certificate ? [{ label: early ? 'Not valid before' : 'Expired', value: dateWords(early ? certificate.notBeforeMs : certificate.notAfterMs), detail: early ? `in ${daysWords(certificate.notBeforeMs - facts.nowMs)}` : `${daysWords(facts.nowMs - certificate.notAfterMs)} ago` }, { label: 'Certificate', value: nameOf(certificate) }] : []), ...reasonRow(first), addressRow(found)],
    otherwise: ['The clock of this vantage is wrong.', ...(isLeaf ? ['It was renewed, and the server still shows the old one: it has to be reloaded.'] : [])],
    next: copyCommand(isLeaf ? 'Renew the certificate and have the server load it.' : 'Have the server send the newer certificate of the issuer.', 'Copy openssl', opensslCommand(facts, first)),
  }]
}

/** Only of certificates that are good today: what is refused already is told by its own rule. */
export const tlsExpires: ReachRule = (facts) => {
  const ends = looksOf(facts).filter(({ shaken, reason }) => shaken && reason === null).flatMap((tls) => tls.chain.map((certificate) => ({ tls, certificate, leftMs: certificate.notAfterMs - facts.nowMs })))
  const soonest = ends.reduce<(typeof ends)[number] | null>((best, one) => (best === null || one.leftMs < best.leftMs ? one : best), null)
  if (!soonest || soonest.leftMs > EXPIRES_INFO_DAYS * DAY_MS || soonest.leftMs < 0) return NOTHING
  return [expires(facts, soonest)]
}

function expires(facts: ReachFacts, { tls, certificate, leftMs }: { tls: Tls; certificate: Certificate; leftMs: number }): Finding {
  const isLeaf = certificate === tls.chain[0]
  return {
    rule: 'R-TLS-EXPIRES', severity: leftMs <= EXPIRES_WARN_DAYS * DAY_MS ? 'warn' : 'info', confidence: 'high', ...base(facts, NaN),
    title: `${isLeaf ? 'The certificate' : 'A certificate in the chain'} of ${facts.run.target.host} expires in ${daysWords(leftMs)}.`,
    meaning: 'After that every client that checks certificates refuses the connection. Certificates that renew by themselves do so about 30 days before.',
    evidence: [{ label: 'Expires', value: dateWords(certificate.notAfterMs), detail: `${daysWords(leftMs)} left`, definition: `Told from ${EXPIRES_INFO_DAYS} days on, a warning from ${EXPIRES_WARN_DAYS}.` }, { label: 'Certificate', value: nameOf(certificate) }, { label: 'Shown by', value: tls.address }],
    otherwise: ['It was renewed, and the server still shows the old one: it has to be reloaded.', 'It is renewed by hand, later.'],
    next: copyCommand('Renew it, or see why the automatic renewal did not.', 'Copy openssl', opensslCommand(facts, tls)),
  }
}

/** R-TLS-BROKEN: the port is open and the TLS handshake does not succeed: no TLS there, or the two sides do not agree. */
import { ACCOUNTS } from '../causes.ts'
import { runOrCopy } from '../next.ts'
import { NOTHING, type ReachRule } from '../rule.ts'
import { base, hostAt } from './shared.ts'
import { addressRow, faulty, opensslCommand, reasonRow, whereOf } from './tls.ts'

const RULE = 'R-TLS-BROKEN'
/** What OpenSSL says when the first bytes are not TLS. */
const NO_TLS = /WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|wrong version number/i
const NOT_AGREED = /HANDSHAKE_FAILURE|PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_SHARED_CIPHER|UNRECOGNIZED_NAME|NO_APPLICATION_PROTOCOL/i
const CLOSED = /ECONNRESET|EPIPE|closed|hang ?up/i

export const tlsBroken: ReachRule = (facts) => {
  const found = faulty(facts, 'broken')
  const [first] = found
  if (!first) return NOTHING
  const said = `${first.reason ?? ''} ${first.reasonText ?? ''}`
  const how = NO_TLS.test(said) ? 'none' : NOT_AGREED.test(said) ? 'disagree' : CLOSED.test(said) ? 'closed' : 'failed'
  const { port } = first
  const what = { none: 'does not speak TLS', disagree: 'does not agree to a TLS version or cipher', closed: 'closes the connection during the TLS handshake', failed: 'does not finish the TLS handshake' }[how]
  return [{
    rule: RULE, severity: 'warn', confidence: how === 'failed' ? 'medium' : 'high', ...ACCOUNTS[RULE], ...base(facts, NaN),
    title: `Port ${port} of ${hostAt(facts, first.address)}${found.length > 1 ? whereOf(facts, found) : ''} is open and ${what}.`,
    meaning: how === 'none' ? 'Something else listens there: plain HTTP, or another protocol.' : 'The connection opens, so network and port are fine; no client gets further over TLS.',
    evidence: [{ label: 'Handshake', value: 'failed', ...(first.ms === null ? {} : { detail: `after ${Math.round(first.ms)} ms` }) }, ...reasonRow(first), addressRow(found)],
    otherwise: [...(how === 'none' ? ['The service starts with plain text and changes to TLS later (STARTTLS).'] : ['The server wants a client certificate, or another name (SNI).', 'A firewall cuts TLS connections.']), ...(how === 'failed' ? ['The program behind the port hangs.', 'Large packets are lost on the way: measure the path MTU.'] : [])],
    next: runOrCopy(how === 'none' ? 'Look at it without TLS, or ask for the right port.' : 'Look at the handshake step by step.', how === 'none' ? { label: 'Try plain HTTP', tool: 'reach', options: { port, depth: 'http' } } : { label: 'Measure the path MTU', tool: 'pmtu', options: {} }, { label: 'Copy openssl', command: opensslCommand(facts, first) }),
  }]
}

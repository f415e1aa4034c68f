/** R-TLS-UNTRUSTED: nobody whom this vantage trusts signed the certificate: self-signed, an unknown issuer, or a link of the chain is missing. */
import { ACCOUNTS } from '../causes.ts'
import type { Finding } from '../finding.ts'
import { copyCommand } from '../next.ts'
import { NOTHING, type ReachRule } from '../rule.ts'
import { base } from './shared.ts'
import { addressRow, faulty, nameOf, opensslCommand, reasonRow, whereOf, type Tls } from './tls.ts'

const RULE = 'R-TLS-UNTRUSTED'

interface Words { title: string; meaning: string; otherwise: string; text: string }

export const tlsUntrusted: ReachRule = (facts) => {
  const found = faulty(facts, 'untrusted')
  const [first] = found
  if (!first) return NOTHING
  const [leaf] = first.chain
  const words = wordsOf(first)
  return [{
    rule: RULE, severity: 'warn', confidence: 'high', ...ACCOUNTS[RULE], ...base(facts, NaN),
    title: `The certificate of ${facts.run.target.host}${whereOf(facts, found)} ${words.title}.`, meaning: words.meaning,
    evidence: [...(leaf ? [{ label: 'Certificate', value: nameOf(leaf) }, { label: 'Issuer', value: leaf.selfIssued ? 'itself' : nameOf({ ...leaf, subject: leaf.issuer }) }] : []), { label: 'Sent', value: `${first.chain.length} ${first.chain.length === 1 ? 'certificate' : 'certificates'}`, definition: 'Certificates that the server sends: its own and those between it and a known issuer.' }, ...reasonRow(first), addressRow(found)],
    otherwise: [words.otherwise, 'Somebody on the way answers in place of the server.'],
    next: copyCommand(words.text, 'Copy openssl', opensslCommand(facts, first)),
  } satisfies Finding]
}

function wordsOf({ reason, chain }: Tls): Words {
  if (reason === 'DEPTH_ZERO_SELF_SIGNED_CERT' || chain[0]?.selfIssued === true) {
    return { title: 'is signed by itself', meaning: 'Only clients that were given this very certificate accept it.', otherwise: 'It is meant for a closed circle that knows it.', text: 'Have it signed by an issuer that the clients know, or give the certificate to them.' }
  }
  if (reason === 'SELF_SIGNED_CERT_IN_CHAIN') {
    return { title: 'leads to an issuer that this vantage does not know', meaning: 'The chain is whole and ends at a root of its own. Clients that have this root accept it; others do not.', otherwise: 'A company’s own issuer, whose root this vantage was not given.', text: 'Give the root to this vantage (NODE_EXTRA_CA_CERTS) if it is your own.' }
  }
  if (reason === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' && chain.length < 2) {
    return { title: 'comes without the certificate of its issuer', meaning: 'The server does not send the certificate between its own and a known root. Browsers may have it from elsewhere; programs fail.', otherwise: 'The issuer is one that this vantage does not know.', text: 'Have the server send the whole chain (fullchain.pem).' }
  }
  if (reason === 'CERT_REVOKED') return { title: 'has been revoked', meaning: 'Its issuer took it back.', otherwise: 'It was replaced, and the server still shows the old one.', text: 'Replace the certificate.' }
  return { title: 'is not signed by anybody this vantage trusts', meaning: 'Clients that do not know the issuer refuse the connection.', otherwise: 'A company’s own issuer, whose root this vantage was not given.', text: 'Check the chain, or give the issuer’s root to this vantage (NODE_EXTRA_CA_CERTS) if it is your own.' }
}

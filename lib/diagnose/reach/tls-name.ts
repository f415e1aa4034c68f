/** R-TLS-NAME: the certificate is for other names than the one that was asked for. */
import { ACCOUNTS } from '../causes.ts'
import { copyCommand } from '../next.ts'
import { NOTHING, type ReachRule } from '../rule.ts'
import { shown, some } from '../dns/words.ts'
import { base } from './shared.ts'
import { addressRow, faulty, nameOf, opensslCommand, reasonRow, whereOf } from './tls.ts'

const RULE = 'R-TLS-NAME'

export const tlsName: ReachRule = (facts) => {
  const found = faulty(facts, 'name')
  const [first] = found
  if (!first) return NOTHING
  const [leaf] = first.chain
  const { host } = facts.run.target
  const literal = first.serverName === null
  return [{
    rule: RULE, severity: literal ? 'warn' : 'crit', confidence: 'high', ...ACCOUNTS[RULE], ...base(facts, NaN),
    title: `The certificate${whereOf(facts, found)} is not for ${host}.`,
    meaning: literal ? 'Certificates are for names, and this was an address: a client that connects by name may well accept it.' : 'Every client that checks certificates refuses the connection: another server answers, or the certificate lacks this name.',
    evidence: [...(leaf ? [{ label: 'Is for', value: leaf.names.length === 0 ? nameOf(leaf) : some(leaf.names.map((name) => shown(name)), 3), ...(leaf.names.length > 3 ? { detail: `${leaf.names.length + (leaf.namesCut ?? 0)} names` } : {}) }] : []), { label: 'Asked for', value: host, detail: literal ? 'no name sent' : 'SNI' }, ...reasonRow(first), addressRow(found)],
    otherwise: ['The server shows its default certificate because it does not know the name.', ...(literal ? [] : ['DNS leads to the wrong server.'])],
    next: copyCommand(literal ? 'Ask by name.' : 'Add the name to the certificate, or have the server show the right one for it.', 'Copy openssl', opensslCommand(facts, first)),
  }]
}

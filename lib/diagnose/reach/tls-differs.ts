/** R-TLS-DIFFERS: the addresses of the host show different certificates. */
import { copyCommand } from '../next.ts'
import { NOTHING, type ReachRule } from '../rule.ts'
import { some } from '../dns/words.ts'
import { base } from './shared.ts'
import { dateWords, looksOf, opensslCommand, type Tls } from './tls.ts'

export const tlsDiffers: ReachRule = (facts) => {
  const all = looksOf(facts).filter(({ chain }) => chain.length > 0)
  const prints = new Map<string, Tls[]>()
  for (const tls of all) prints.set(tls.chain[0]?.sha256 ?? '', [...(prints.get(tls.chain[0]?.sha256 ?? '') ?? []), tls])
  const groups = [...prints.values()]
  const [first] = all
  if (groups.length < 2 || !first) return NOTHING
  return [{
    rule: 'R-TLS-DIFFERS', severity: 'info', confidence: 'high', ...base(facts, NaN),
    title: `The addresses of ${facts.run.target.host} show ${groups.length} different certificates.`,
    meaning: 'Each may be good, and a client gets one by chance. It is a mistake where one was renewed and another forgotten.',
    evidence: groups.slice(0, 4).map((group) => ({ label: some(group.map(({ address }) => address), 2), value: `until ${dateWords(group[0]?.chain[0]?.notAfterMs ?? NaN)}`, detail: (group[0]?.chain[0]?.sha256 ?? '').slice(0, 17) })),
    otherwise: ['Several machines have a certificate each on purpose.', 'The certificate is being replaced right now.'],
    next: copyCommand('Compare how long each is valid and what names it has.', 'Copy openssl', opensslCommand(facts, first)),
  }]
}

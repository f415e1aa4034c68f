/** R-REDIRECT: a redirect that leads in a circle, nowhere, out of encryption, or where this vantage must not follow. */
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import type { Finding } from '../finding.ts'
import { copyCommand } from '../next.ts'
import { NOTHING, type ReachFacts, type ReachRule } from '../rule.ts'
import { shownTo } from '../dns/words.ts'
import { base } from './shared.ts'

type Kind = 'loop' | 'too-many' | 'refused' | 'unresolved' | 'invalid' | 'not-http' | 'downgrade' | 'untrusted'
interface Found { kind: Kind; from: string; to: string; reason: string | null; hop: number; one: ReachAddress }

const SEVERITY: Readonly<Record<Kind, Finding['severity']>> = { loop: 'warn', 'too-many': 'warn', downgrade: 'warn', untrusted: 'warn', unresolved: 'warn', invalid: 'warn', refused: 'info', 'not-http': 'info' }
const ORDER: readonly Kind[] = ['loop', 'too-many', 'downgrade', 'untrusted', 'unresolved', 'invalid', 'refused', 'not-http']

export const redirect: ReachRule = (facts) => {
  const found = facts.reach.addresses.filter(({ last }) => last === null || last.state === 'open').flatMap((one) => { const trouble = troubleOf(facts, one); return trouble ? [trouble] : [] })
  const worst = found.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))[0]
  return worst ? [finding(facts, worst)] : NOTHING
}

function troubleOf({ run }: ReachFacts, one: ReachAddress): Found | null {
  const urls = one.http.map(({ url }) => url)
  const at = (kind: Kind, hop: number, to: string, reason: string | null = null): Found => ({ kind, hop, to, reason, one, from: urls[hop - 1] ?? urls.at(-1) ?? '' })
  const last = one.redirects.at(-1)
  const repeated = one.redirects.find(({ url, hop }) => urls.slice(0, hop).includes(url))
  if (repeated) return at('loop', repeated.hop, repeated.url)
  // None are followed where the person said so.
  if (last?.verdict === 'too-many' && run.options['redirects'] === 0) return null
  if (last && last.verdict !== 'followed') return at(last.verdict, last.hop, last.url, last.reason)
  const refused = one.http.find(({ hop, tlsReason }) => hop > 0 && typeof tlsReason === 'string')
  if (refused) return at('untrusted', refused.hop, refused.url, refused.tlsReason ?? null)
  const down = one.redirects.find(({ url, hop }) => url.startsWith('http://') && urls[hop - 1]?.startsWith('https://') === true)
  return down ? at('downgrade', down.hop, down.url) : null
}

function wordsOf({ kind, to, hop }: Found, host: string): { title: string; meaning: string; text: string } {
  const where = shownTo(to, 80)
  switch (kind) {
    case 'loop': return { title: `The redirects of ${host} run in a circle.`, meaning: 'Each page sends the browser to the other, so no client ever arrives.', text: 'Correct one of the two redirects; behind a proxy that ends TLS, tell the program that it is HTTPS.' }
    case 'too-many': return { title: `${host} redirects more than ${Math.max(1, hop - 1)} times.`, meaning: 'No more were followed. Browsers give up after about 20.', text: 'Shorten the chain, or follow more redirects.' }
    case 'downgrade': return { title: `${host} sends clients from HTTPS to plain HTTP.`, meaning: 'What follows is sent in the clear, and anybody on the way can read and change it.', text: 'Redirect to https:// instead.' }
    case 'untrusted': return { title: `${host} redirects to a server whose certificate clients refuse: ${where}.`, meaning: 'Whoever follows the redirect ends at a warning, or at nothing.', text: 'Mend the certificate there, or the redirect.' }
    case 'unresolved': return { title: `${host} redirects to a name that has no address: ${where}.`, meaning: 'Clients that follow it get nothing.', text: 'Correct the redirect, or the name.' }
    case 'invalid': return { title: `${host} redirects to something that is no URL.`, meaning: 'Clients cannot follow it.', text: 'Correct the Location header.' }
    case 'refused': return { title: `${host} redirects to where this vantage may not follow: ${where}.`, meaning: 'The target policy does not allow it, so nothing was sent there. A client without this policy would follow.', text: 'See whether the redirect is meant: addresses inside a network have no place in a public answer.' }
    case 'not-http': return { title: `${host} redirects to something other than HTTP.`, meaning: 'It was not followed: only HTTP and HTTPS are.', text: 'See whether the redirect is meant.' }
  }
}

function finding(facts: ReachFacts, found: Found): Finding {
  const { host } = facts.run.target
  const { title, meaning, text } = wordsOf(found, host)
  return {
    rule: 'R-REDIRECT', severity: SEVERITY[found.kind], confidence: 'high', ...base(facts, NaN), title, meaning,
    evidence: [
      { label: 'From', value: shownTo(found.from, 120) }, { label: 'To', value: shownTo(found.to, 120), detail: `redirect ${found.hop}` },
      ...(found.reason === null ? [] : [{ label: 'Reason', value: shownTo(found.reason, 160) }]), { label: 'At', value: found.one.address },
    ],
    otherwise: found.kind === 'loop' || found.kind === 'too-many' ? ['The server expects a cookie, which was not sent.'] : found.kind === 'refused' ? ['The server was made to lead clients inside (an attack on whoever follows).'] : [],
    next: copyCommand(text, 'Copy curl', `curl -sIL --max-redirs 10 http${found.one.http[0]?.url.startsWith('http://') === true ? '' : 's'}://${host.includes(':') ? `[${host}]` : host}:${found.one.port}/`),
  }
}

/** The DNS view's markup as made on the server: a real table, differences told in words, hostile text inert, no style attributes. */
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { createClock } from '#lib/format/time.ts'
import { createWindowStore } from '#lib/timeline/window-store.ts'
import type { NslookupRun } from '#lib/session/runs.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { DnsView } from '#lib/tools/dns/view.ts'
import { furtherTypes, optionsOf, typesOf, withoutServer, withoutType, withServer, withType } from '../../app/_components/dns/ask-options.ts'
import { asksServer, commandAt, isGetent } from '../../app/_components/dns/command-at.ts'
import { DnsPane } from '../../app/_components/dns/dns-pane.tsx'
import { NoDns } from '../../app/_components/dns/no-dns.tsx'
import { ignoredWords, nslookupRows } from '../../app/_components/dns/nslookup-words.ts'
import { NslookupPane } from '../../app/_components/dns/nslookup-pane.tsx'
import type { DnsPaneProps, RunFacts } from '../../app/_components/dns/pane-props.ts'
import { ReplyDetail } from '../../app/_components/dns/reply-detail.tsx'
import { StatusProvider } from '../../app/_components/ui/status.tsx'
import { BEGAN, cell, designView, makeView, NAME, NEW, NOW, OLD, os, record, reply, server } from './dns-views.ts'

const CLOCK = createClock('Europe/Berlin')
/** Guarantee: sixteen characters of base64url, as ids are. */
const ID = 'abcdefghijklmnop' as RunId
const RUN: RunFacts = { runId: ID, state: 'running', outcome: null, options: { recordType: 'A,AAAA,HTTPS' }, target: { host: NAME, port: 443, address: NEW, family: 4, addresses: [NEW] }, argv: [], steps: [] }

function pane(view: DnsView, more: Partial<DnsPaneProps> = {}): string {
  const store = createWindowStore()
  store.setExtent(BEGAN, NOW)
  store.setWindow(BEGAN, NOW)
  return renderToStaticMarkup(<StatusProvider><DnsPane run={RUN} view={view} nslookup={null} store={store} clock={CLOCK} nowMs={NOW} stale={false} asking={{ reason: null, ask: () => undefined }} onTerminal={() => undefined} {...more} /></StatusProvider>)
}
const text = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

describe('the pane', () => {
  const html = pane(designView())
  it('has no style attribute, and no address that could be followed', () => {
    expect(html).not.toMatch(/\sstyle=/)
    expect(html).not.toMatch(/\shref=/)
  })
  it('is a table with scopes, named after what was asked', () => {
    expect(html).toContain(`<table aria-label="Answers by resolver for ${NAME}"`)
    expect(html.match(/<th scope="col"/g)?.length).toBe(8)
    expect(html.match(/<th scope="row"/g)?.length).toBe(9)
  })
  it('one cell is in the tab order; every other is reached by arrows', () => {
    expect(html.match(/<button[^>]*data-row="\d+"[^>]*tabindex="0"/gi)?.length).toBe(1)
    expect(html.match(/<button[^>]*data-row="\d+"[^>]*tabindex="-1"/gi)?.length).toBeGreaterThan(40)
  })
  it('says in the name of a cell that it differs, and marks it with more than colour', () => {
    expect(html).toContain(`aria-label="A, ns2.example.com: ${OLD}, differs from the name servers of the zone"`)
    expect(html).toContain(`aria-label="A, ns1.example.com: ${NEW}"`)
    expect(html).toMatch(/shadow-\[inset_2px_0_0_var\(--warn-fill\)\]/)
  })
  it('draws strips with a sentence each, times with a summary, the walk as rows', () => {
    expect(html.match(/<svg role="img" aria-label="ns1: 198\.51\.100\.9, 13:56:02 to 14:02:08;/g)?.length).toBe(1)
    expect(html).toMatch(/aria-label="Answer times, logarithmic\. stub median 0\.\d\d/)
    expect(html).toMatch(/role="table" aria-label="Steps from the root down"/)
    expect(text(html)).toContain('59.4 ms in all')
  })
  it('has a list of servers for phones, with the words that the table has', () => {
    const list = html.slice(html.indexOf('<ul aria-label="Answers by resolver'))
    expect(text(list.slice(0, list.indexOf('</ul>')))).toMatch(/ns2\.example\.com 198\.51\.100\.9 , differs from the name servers of the zone 203\.0\.113\.53, authority, 2026112201 :443 refused/)
  })
  it('shows old figures at 72 %', () => {
    expect(html).not.toContain('opacity-[.72]')
    expect(pane(designView(), { stale: true })).toContain('opacity-[.72]')
  })
  it('can be asked again, and says why not where it cannot', () => {
    expect(html).toContain('aria-label="Do not ask for AAAA"')
    const viewer = pane(designView({ walk: [] }), { asking: { reason: 'You can look at this session, but not start runs in it.', ask: () => undefined } })
    expect(viewer).not.toContain('Do not ask for')
    expect(viewer.match(/<button[^>]*disabled=""[^>]*title="You can look/g)?.length).toBe(3)
    expect(text(viewer)).toMatch(/Walk from the root You can look at this session/)
  })
  it('what an answer holds is text and nothing else', () => {
    const evil = '<img src=x onerror=alert(1)>\u202e\u001b[2J'
    const view = makeView({ types: ['TXT'], servers: [server({ address: '1.1.1.1', role: 'authority', name: evil, cells: [cell({ type: 'TXT', reply: reply({ answers: [record('TXT', evil)] }) })] })] })
    const made = pane(view) + renderToStaticMarkup(<StatusProvider><ReplyDetail cell={cell({ type: 'TXT', reply: reply({ answers: [record('TXT', evil)], ede: [{ code: 0, text: evil }], text: evil }) })} clock={CLOCK} reference={undefined} command={['dig', evil]} /></StatusProvider>)
    expect(made).not.toContain('<img')
    expect([...made].some((letter) => letter === '\u202e' || letter === '\u001b')).toBe(false)
    expect(made).toContain('\\u{202e}\\u{1b}[2J')
  })
})

describe('states', () => {
  it('waits in the final heights and says for what', () => {
    const html = pane(makeView({ counts: { asked: 0, answered: 0, noReply: 0 }, rounds: 0 }))
    expect(text(html)).toContain('Looking for the servers to ask.')
    expect(html).toMatch(/aria-busy="true"/)
    expect(text(pane(makeView({ setup: null, types: [], name: '', counts: { asked: 0, answered: 0, noReply: 0 }, rounds: 0 })))).toContain('Reading how this host finds addresses.')
  })
  it('tells a refusal, a missing program, an end without an answer, silence', () => {
    const empty = makeView({ counts: { asked: 0, answered: 0, noReply: 0 }, rounds: 0, setup: null, types: [] })
    const of = (run: Partial<RunFacts>, view = empty): string => text(pane(view, { run: { ...RUN, ...run } }))
    expect(of({ state: 'refused', outcome: { kind: 'refused', code: 'policy', message: 'Rule 3 forbids it.' } })).toMatch(/Nobody was asked for checkout\.example\.com\. Rule 3 forbids it\. No packet was sent\./)
    expect(of({ state: 'failed', outcome: { kind: 'failed', code: 'tool-missing', message: 'Install it with apt.' } })).toContain('dig is not installed on the vantage. Install it with apt.')
    expect(of({ state: 'stopped' })).toContain('The run ended before anybody was asked.')
    expect(of({}, makeView({ counts: { asked: 4, answered: 0, noReply: 4 } }))).toContain('No server has answered any of 4 questions so far.')
  })
  it('nobody has asked: one button', () => {
    expect(text(renderToStaticMarkup(<NoDns host={NAME} reason={null} onAsk={() => undefined} />))).toMatch(/Nobody has asked for checkout.*Ask every resolver/)
    expect(renderToStaticMarkup(<NoDns host="" reason="This is a replay." onAsk={() => undefined} />)).toMatch(/disabled="" title="This is a replay\."/)
  })
})

describe('the whole reply', () => {
  const shown = reply({ answers: [record('A', OLD, 3600)], authority: [record('NS', 'ns1.example.com')], additional: [record('A', '192.0.2.1')], ede: [{ code: 3, text: 'Stale Answer' }], queryMs: 0, truncated: true, transport: 'tcp', cut: 3 })
  const words = text(renderToStaticMarkup(<StatusProvider><ReplyDetail cell={cell({ reply: shown, asked: 20, noReply: 2 })} clock={CLOCK} reference={undefined} command={['dig', '@10.20.0.53', NAME, 'A']} /></StatusProvider>))
  it('has all sections, errors, how it came and the exact command', () => {
    for (const part of ['Answer', 'Authority', 'Additional', '3600 A 198.51.100.9', 'NS ns1.example.com', 'Extended error 3: Stale Answer', 'cut over udp, then tcp, 113', '20 times, 2 without an answer', '3 more records were not kept', `dig @10.20.0.53 ${NAME} A`]) expect(words.replaceAll('\u00a0', ' ')).toContain(part)
  })
  it('says no finer than the tool does', () => expect(words).toMatch(/Query time &lt;1\u00a0ms|Query time &lt;1 ms/))
  it('finds the command that the answer came from', () => {
    const steps = [{ argv: ['/usr/bin/getent', 'ahosts', NAME], atMs: 1, line: 1 }, { argv: ['dig', '@10.0.0.1', NAME], atMs: 1, line: 4 }, { argv: ['dig', '@10.0.0.2', NAME], atMs: 1, line: 9 }, { argv: ['dig', '+cd', '@10.0.0.1', NAME], atMs: 2, line: 30 }]
    expect(commandAt({ argv: [], steps }, 12, asksServer('10.0.0.1'))).toEqual(['dig', '@10.0.0.1', NAME])
    expect(commandAt({ argv: [], steps }, 31, asksServer('10.0.0.1'))?.[1]).toBe('+cd')
    expect(commandAt({ argv: [], steps }, 31, isGetent)?.[1]).toBe('ahosts')
    expect(commandAt({ argv: ['dig', 'x'], steps: [] }, 31, asksServer('10.0.0.9'))).toBeNull()
  })
})

describe('the ask bar', () => {
  it('adds and removes types, at most six', () => {
    expect(typesOf(optionsOf({}))).toEqual(['A', 'AAAA'])
    expect([withType(['A'], 'MX'), withoutType(['A', 'MX'], 'A')]).toEqual([{ recordType: 'A,MX' }, { recordType: 'MX' }])
    expect(furtherTypes(['A', 'AAAA'])).not.toContain('A')
    expect(furtherTypes(['A', 'AAAA', 'MX', 'NS', 'TXT', 'SOA'])).toEqual([])
    expect(optionsOf({ nonsense: 1 })).toEqual(optionsOf({}))
  })
  it('takes addresses only, each once, at most eight', () => {
    expect(withServer('', '10.0.0.53, 2001:DB8::53')).toEqual({ ok: true, server: '10.0.0.53,2001:db8::53' })
    expect(withServer('10.0.0.53', '10.0.0.53')).toMatchObject({ ok: false, problem: '10.0.0.53 is asked already.' })
    expect(withServer('', 'dns.example')).toMatchObject({ ok: false })
    expect(withServer('', '  ')).toMatchObject({ ok: false })
    expect(withServer(Array.from({ length: 8 }, (_, i) => `10.0.0.${i}`).join(','), '10.0.1.1')).toMatchObject({ ok: false, problem: 'At most 8 servers can be chosen; 8 are.' })
    expect(withoutServer('10.0.0.1,10.0.0.2', '10.0.0.1')).toBe('10.0.0.2')
  })
})

describe('nslookup', () => {
  const answer = (address: string) => ({ atMs: NOW, line: 5, name: NAME, type: 'A', serverName: null, reply: reply({ server: { address: '127.0.0.53', port: 53 }, answers: [record('A', address, null)] }) })
  const view = { replies: [answer(NEW)], attempts: [{ atMs: NOW, line: 1, server: '10.0.0.1', error: 'timeout', text: 'communications error to 10.0.0.1#53: timed out' }], fatal: null, revision: 1 }
  it('says server, name, type, answer and whose it is; a silent server first', () => {
    expect(nslookupRows(view)).toMatchObject([{ server: '10.0.0.1', failed: true }, { server: '127.0.0.53', name: NAME, type: 'A', answers: [NEW], authority: 'not authoritative', failed: false }])
  })
  it('says what it ignores, and more where that matters', () => {
    expect(ignoredWords(view, null)).toMatchObject({ differs: false })
    expect(ignoredWords(view, os({ addresses: [NEW] })).text).toContain('Here both get the same.')
    expect(ignoredWords(view, os({ addresses: ['10.1.2.3'], source: '/etc/hosts line 7' }))).toMatchObject({ differs: true, text: expect.stringContaining(`programs get 10.1.2.3 from /etc/hosts line 7, nslookup ${NEW}.`) })
    expect(ignoredWords({ replies: [] }, os({ addresses: [NEW] }))).toMatchObject({ differs: false })
  })
  it('is shown beside the way to its transcript', () => {
    const run: Pick<NslookupRun, 'view' | 'state' | 'outcome' | 'target'> = { view, state: 'finished', outcome: null, target: RUN.target }
    const html = renderToStaticMarkup(<NslookupPane run={run} os={null} onTerminal={() => undefined} />)
    expect(text(html)).toMatch(/Raw .*127\.0\.0\.53 checkout\.example\.com A 198\.51\.100\.24 not authoritative/)
    expect(renderToStaticMarkup(<NslookupPane run={run} os={null} onTerminal={null} />)).not.toContain('Raw')
  })
})

/** A link that hides private things, over a session of names and reach: no byte of any answer to its holder holds an internal name, zone or address (S47). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Started } from '#lib/protocol/api.ts'
import type { Observed } from '#lib/protocol/events.ts'
import { startTestWeb, valueOf, type TestWeb } from '../helpers.ts'
import { share } from '../worlds.ts'

let site: TestWeb
beforeAll(async () => { site = await startTestWeb() })
afterAll(async () => { await site.close() })

const HIDDEN = /zqacme|zqhome|zqpartner|10\.1\.2\.|zqsecret/i

test('what was learned later is hidden from the first event on, in events, findings, exports and the glance', async () => {
  const owner = await site.person('operator')
  // The vantage did not find it, so nothing said yet that it is internal: its name servers do.
  const target = 'shop.zqacme.net'
  const { sessionId, runIds } = valueOf(await site.call<Started>('POST', '/api/v1/sessions', { cookie: owner.cookie, body: { target, runs: [{ tool: 'dns', options: { server: '10.1.2.53' } }, { tool: 'nslookup', options: {} }] } }))
  const [dns, nslookup] = runIds
  if (dns === undefined || nslookup === undefined) throw new Error('no runs')
  const answers = [{ name: target, type: 'CNAME', ttl: 60, value: 'lb.zqpartner.net' }, { name: 'lb.zqpartner.net', type: 'A', ttl: 60, value: '10.1.2.3' }]
  const reply = { status: 'NOERROR', server: { address: '10.1.2.53', port: 53 }, transport: 'udp' as const, flags: ['qr'], authoritative: false, answers, authority: [{ name: 'zqacme.net', type: 'NS', ttl: 60, value: 'ns1.zqacme.net' }], additional: [], queryMs: 3, bytes: 40, truncated: false, ede: [] }
  const of = { runId: dns, line: 1, atMs: Date.now() }
  const said: Observed[] = [
    { kind: 'dns.setup', runId: dns, name: target, types: ['A'], search: ['zqhome.net'], ndots: 1, services: ['files', 'dns'], servicesFrom: null, hosts: [], atMs: of.atMs },
    { kind: 'dns.server', runId: dns, server: '10.1.2.53', address: '10.1.2.53', port: 53, role: 'chosen', name: null, from: 'chosen', refused: null, atMs: of.atMs },
    { kind: 'dns.answer', ...of, round: 1, server: '10.1.2.53', purpose: 'matrix', name: target, type: 'A', reply },
    { kind: 'dns.answer', ...of, round: 1, server: '10.1.2.53', purpose: 'matrix', name: target, type: 'TXT', reply: { ...reply, answers: [{ name: target, type: 'TXT', ttl: 1, value: 'zqsecret', strings: ['zqsec', 'ret'] }] } },
    { kind: 'dns.os', ...of, round: 1, name: target, status: 'found', addresses: ['10.1.2.3'], ms: 1, source: null },
    { kind: 'dns.round', runId: dns, round: 1, nextInMs: 30_000, atMs: of.atMs },
  ]
  site.vantage.say(dns, said)
  site.vantage.say(nslookup, [{ kind: 'nslookup.reply', ...of, runId: nslookup, name: `${target}.zqhome.net`, type: 'A', serverName: '10.1.2.53', reply: { ...reply, status: 'NXDOMAIN', answers: [] } }])
  for (const runId of runIds) site.vantage.end(runId)
  await site.web.store.append(sessionId, [])
  const open = await share(site, { sessionId, runId: dns, owner })
  const hiding = await share(site, { sessionId, runId: dns, owner }, { transcript: false, hidePrivate: true, time: { mode: 'live' } })
  const paths = ['', '/events?after=0&limit=1000', '/findings', '/export.json', '/export.csv', `/export.csv?runId=${dns}`, `/export.csv?runId=${nslookup}`]
  for (const path of paths) {
    const [shown, hidden] = await Promise.all([open, hiding].map(({ cookie }) => site.ask({ path: `/api/v1/sessions/${sessionId}${path}`, cookie })))
    expect([path, shown?.status, hidden?.status]).toEqual([path, 200, 200])
    if (path !== '/findings') expect(shown?.text).toMatch(HIDDEN)
    expect([path, HIDDEN.exec(hidden?.text ?? '')?.[0] ?? null]).toEqual([path, null])
  }
})

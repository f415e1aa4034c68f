/** Markup of the Reach view: real tables, honest figures, hostile text inert, no style attributes, nothing that leads anywhere. */
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { createClock } from '#lib/format/time.ts'
import { CONNECT } from '#lib/timeline/words.ts'
import { createWindowStore } from '#lib/timeline/window-store.ts'
import { ReachBelow } from '../../app/_components/reach/reach-below.tsx'
import { ConnectStrip } from '../../app/_components/reach/connect-strip.tsx'
import { TargetPath } from '../../app/_components/latency/target-path.tsx'
import { StatusProvider } from '../../app/_components/ui/status.tsx'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { ConnectState } from '#lib/tools/reach/events.ts'
import { reachShown } from '#lib/tools/reach/shown.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import { blame, certificate, http, NOW, reachAddress, reachRun, redirect, START, tls } from './reach-views.ts'

const HOSTILE = '<img src=x onerror=alert(1)>\u001b[2J\u202e"javascript:alert(1)'
const clock = createClock('UTC')
const text = (html: string): string => html.replace(/<span[^>]*role="tooltip".*?<\/span>/gs, '').replace(/<[^>]+>/g, ' ').replaceAll('&#x27;', "'").replace(/\s+/g, ' ')

function below(addresses: readonly ReachAddress[], options: Record<string, unknown> = { depth: 'auto', intervalMs: 1000, checkS: 60 }): string {
  const store = createWindowStore()
  store.setExtent(START, NOW)
  const source = { view: () => addresses[0]?.series ?? null, subscribe: () => () => {}, words: CONNECT, reach: () => addresses[0] ?? null }
  return renderToStaticMarkup(<StatusProvider><ReachBelow run={reachRun(addresses, { options })} chosen={addresses[0] ?? null} nowMs={NOW} stale={false} onChoose={() => {}} {...{ source, store, clock }} /></StatusProvider>)
}

const good = reachAddress('open', { tls: tls(), http: [http({ status: 301, location: 'https://www.example.com/' }), http({ hop: 1, url: 'https://www.example.com/', phases: { dnsMs: 2.1, connectMs: 20, tlsMs: 40, firstByteMs: 12 } })], redirects: [redirect({ verdict: 'followed', reason: null, url: 'https://www.example.com/' })] })

describe('figures of connections', () => {
  const strip = (address: ReachAddress | null): string => text(renderToStaticMarkup(<ConnectStrip address={address} fromMs={START} toMs={NOW} stale={false} />))
  it('are unknown before the first connection', () => {
    expect(strip(null)).not.toMatch(/ \d/)
    expect(strip(reachAddress(null))).toContain('no connection yet')
  })
  it('time what was answered, count what came to nothing, and say what was accepted', () => {
    expect(strip(good)).toMatch(/Connect p50 1\d\.\d ms p90 .* p99 .* Failed 0\.0 % 0 of 120 Jitter .* Accepted 118 of 120/)
    expect(strip(reachAddress('timeout'))).toMatch(/Connect p50 \u2013 .*Failed 100\.0 % 120 of 120.*Accepted 0 of 120.*no answer/)
  })
  it('a refusal is an answer: not failed, and not accepted', () => expect(strip(reachAddress('refused', { blame: blame() }))).toMatch(/Failed 0\.0 % 0 of 120 .*Accepted 0 of 120.*refused by the target itself/))
})

describe('addresses, TLS and HTTP', () => {
  it('is a table with a row an address, the chosen one pressed', () => {
    const html = below([good, reachAddress('timeout', { address: '2001:db8::24', family: 6, blame: blame({ how: 'icmp', icmp: 'admin-prohibited', by: '192.0.2.9' }) })])
    expect(html).toMatch(/<table[^>]*aria-label="Addresses of checkout\.example\.com, port 443"/)
    expect(html.match(/scope="row"/g)?.length).toBe(2)
    expect(html.match(/aria-pressed="true"[^>]*>198\.51\.100\.24/)).not.toBeNull()
    expect(text(html)).toMatch(/2001:db8::24 .*v6.*filtered by 192\.0\.2\.9: admin prohibited/)
    expect(text(html)).toMatch(/valid, TLS 1\.3/)
  })
  it('shows the chain of requests with where its time went', () => {
    const words = text(below([good]))
    expect(words).toMatch(/301 Moved permanently nginx https:\/\/checkout\.example\.com\/ .*DNS \u2013 connect 31\.2 TLS 61\.4 first byte 40\.1 in all 132\.7.ms/)
    expect(words).toMatch(/200 OK .*redirect 1, at 198\.51\.100\.24:443.*DNS 2\.1/)
    expect(words).toMatch(/CN=checkout\.example\.com Issuer CN=Example CA Names checkout\.example\.com Valid .* 41 days left Key EC P-256/)
  })
  it('quotes the policy on a redirect that was not followed', () => {
    expect(text(below([reachAddress('open', { http: [http({ status: 302 })], redirects: [redirect()] })]))).toMatch(/Not followed: the target policy refuses where it leads\. https:\/\/10\.0\.0\.7\/ Rule 4 of the target policy refuses 10\.0\.0\.0\/8\./)
  })
  it('says why a client would refuse it, in our words and in those of the library', () => {
    const words = text(below([reachAddress('open', { tls: tls({ reason: 'DEPTH_ZERO_SELF_SIGNED_CERT', reasonText: 'self-signed certificate', chain: [certificate({ selfIssued: true })] }) })]))
    expect(words).toMatch(/A client would refuse it\. The server signed its certificate itself.* self-signed certificate \(DEPTH_ZERO_SELF_SIGNED_CERT\)/)
  })
  it('says why there is nothing rather than showing a dash alone', () => {
    expect(text(below([reachAddress('open')], { depth: 'tcp' }))).toMatch(/This run was not asked to look at TLS\. .*This run was not asked to look at HTTP\./)
    expect(text(below([]))).toContain('Addresses are listed once the first connection is over.')
  })
  it('shows hostile text as text: no element, no link, no control', () => {
    const names = Array.from({ length: 9 }, () => HOSTILE)
    const html = below([reachAddress('open', {
      tls: tls({ cipher: HOSTILE, alpn: HOSTILE, reason: 'X', reasonText: HOSTILE, chain: [certificate({ subject: HOSTILE, issuer: HOSTILE, names, key: HOSTILE })] }),
      http: [http({ url: HOSTILE, server: HOSTILE, location: HOSTILE, problem: HOSTILE, tlsReason: HOSTILE })], redirects: [redirect({ url: HOSTILE, reason: HOSTILE })],
    })])
    expect(html).not.toMatch(/<img|<a\b|href=|\sstyle=/)
    expect([...html].some((letter) => letter === '\u001b' || letter === '\u202e')).toBe(false)
    expect(html).toContain('\\u202e')
  })
})

it('a log of connections, folded, is drawn as it was', () => {
  const options = reachShown.decodeOptions({})
  if (!options.ok) throw new Error(options.error.message)
  const { target, runId } = reachRun([])
  const view = reachShown.fold.empty({ runId, target, options: options.value })
  const connect = (n: number, state: ConnectState, ms: number | null): SessionEvent => ({ kind: 'reach.connect', runId, line: n, seq: n, atMs: START + n * 1000 + (ms ?? 0), address: target.address, port: 443, n, sentAtMs: START + n * 1000, state, ms, code: null })
  for (let n = 1; n <= 40; n += 1) reachShown.fold.apply(view, n % 10 === 0 ? connect(n, 'timeout', 3000) : connect(n, 'open', 20))
  const words = text(renderToStaticMarkup(<ConnectStrip address={view.addresses[0] ?? null} fromMs={START} toMs={START + 60_000} stale={false} />))
  expect(words).toMatch(/Connect p50 20\.0 ms p90 20\.0 ms p99 20\.0 ms Failed 10\.0 % 4 of 40 Jitter 0\.00 ms Accepted 36 of 40 .*no answer.*36 of 40 open, 4 no answer/)
  expect(text(below(view.addresses))).toMatch(/198\.51\.100\.24 .*no answer/)
})

describe('the chart of connections', () => {
  const store = createWindowStore()
  store.setExtent(START, NOW)
  const source = { view: () => good.series, subscribe: () => () => {}, words: CONNECT, reach: () => good }
  const html = renderToStaticMarkup(<TargetPath {...{ source, store, clock }} address="198.51.100.24:443" run={{ state: 'running', outcome: null, target: 'x', tool: 'reach' }} />)
  it('speaks of connections, not of echoes, and has no TTL', () => {
    expect(html).toMatch(/<canvas[^>]*role="img"[^>]*aria-label="Connect time to [^"]*failed 0\.0/)
    expect(html).toContain('arrow keys move one connection')
    expect(text(html)).not.toMatch(/Round trip|Reply TTL|Routers out/)
    expect(html).toMatch(/<dd hidden=""[^>]*data-part="tip-ttl"/)
    expect(html).not.toMatch(/\sstyle=/)
  })
})

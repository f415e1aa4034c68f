/** What a reach run's facts are called: states with who said so, certificates, phases. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { phaseBars, sumOf } from '../../app/_components/reach/phases.ts'
import { placeText, refusalText, shortVersion, statusSeverity, tallyText, tlsVerdict, validityWords, verdictOf } from '../../app/_components/reach/reach-words.ts'
import { blame, certificate, NOW, reachAddress, tls } from './reach-views.ts'

const DAY = 86_400_000

describe('state of an address', () => {
  const words = (...args: Parameters<typeof reachAddress>): string => { const { word, who } = verdictOf(reachAddress(...args)); return who === '' ? word : `${word}, ${who}` }
  it('names who said so, and never guesses', () => {
    expect(words('open')).toBe('open')
    expect(words(null)).toBe('no connection yet')
    expect(words('refused')).toBe('refused')
    expect(words('refused', { blame: blame() })).toBe('refused, by the target itself')
    expect(words('refused', { blame: blame({ by: '192.0.2.1' }) })).toBe('refused, by 192.0.2.1')
    expect(words('refused', { blame: blame({ by: '192.0.2.1', how: 'icmp', icmp: 'port-unreachable' }) })).toBe('refused, by 192.0.2.1: port unreachable')
  })
  it('silence alone is not called filtered, nor down', () => {
    expect(words('timeout')).toBe('no answer')
    expect(words('timeout', { blame: blame({ how: 'silence', by: null }) })).toMatch(/^no answer, nobody says why/)
    expect(words('timeout', { blame: blame({ how: 'syn-ack' }) })).toBe('no answer, the target itself answered a trace to this port')
    expect(words('timeout', { blame: blame({ how: 'icmp', icmp: 'admin-prohibited', by: '192.0.2.9' }) })).toBe('filtered, by 192.0.2.9: admin prohibited')
    expect(words('unreachable', { blame: blame({ how: 'icmp', icmp: 'host-unreachable', by: '192.0.2.9' }) })).toBe('unreachable, by 192.0.2.9: host unreachable')
  })
  it('what the vantage itself forbids is not held against the target', () => {
    expect(words('denied')).toMatch(/^not sent, the vantage/)
    expect(words('timeout', { blame: blame({ how: 'local', by: null }) })).toMatch(/^not sent, the vantage/)
    expect(words('error', { last: { state: 'error', ms: null, code: 'EADDRNOTAVAIL', atMs: NOW, line: 1 } })).toBe('could not be tried, the vantage has no address of this family (EADDRNOTAVAIL)')
  })
  it('counts the whole run, most important first', () => {
    expect(tallyText(reachAddress('open'))).toBe('118 of 120 open, 2 no answer')
    expect(tallyText(reachAddress('refused'))).toBe('0 of 120 open, 120 refused')
    expect(tallyText(reachAddress(null))).toBe('none yet')
  })
  it('writes an address with its port', () => expect(['198.51.100.24', '2001:db8::1'].map((address) => placeText({ address, port: 443 }))).toEqual(['198.51.100.24:443', '[2001:db8::1]:443']))
})

describe('certificates', () => {
  const left = (ms: number): string => validityWords(certificate({ notAfterMs: NOW + ms }), NOW)
  it('count days down to the end and beyond', () => {
    expect([left(41 * DAY), left(2 * DAY), left(90_000_000), left(-3 * DAY)]).toEqual(['41 days left', '2 days left', '1\u00a0d 1\u00a0h left', 'expired 3\u00a0d ago'])
    expect(validityWords(certificate({ notBeforeMs: NOW + 2 * DAY }), NOW)).toBe('not valid before another 2\u00a0d')
    expect(validityWords(certificate({ notAfterMs: 0 }), NOW)).toContain('cannot be read')
  })
  it('are judged in one word', () => {
    const word = (change: Parameters<typeof tls>[0]) => tlsVerdict({ tls: tls(change) }, NOW)
    expect(word({})).toEqual({ severity: 'ok', word: 'valid, TLS 1.3' })
    expect(word({ chain: [certificate({ notAfterMs: NOW + 3 * DAY })] })).toEqual({ severity: 'warn', word: '3 days left' })
    expect(word({ chain: [certificate(), certificate({ notAfterMs: NOW + 12 * DAY })] })).toEqual({ severity: 'info', word: '12 days left' })
    expect(word({ reason: 'CERT_HAS_EXPIRED' })).toEqual({ severity: 'crit', word: 'expired' })
    expect(word({ reason: 'SOMETHING_NEW' })).toEqual({ severity: 'crit', word: 'refused' })
    expect(word({ shaken: false, version: null, reason: 'EPROTO' })).toEqual({ severity: 'crit', word: 'no handshake' })
    expect(tlsVerdict({ tls: null }, NOW)).toBeNull()
  })
  it('say why a client would refuse them, where we know', () => {
    expect(refusalText('ERR_TLS_CERT_ALTNAME_INVALID')).toMatch(/other names/)
    expect(refusalText('SOMETHING_NEW')).toBeNull()
    expect(['TLSv1.3', 'TLSv1', 'odd'].map(shortVersion)).toEqual(['TLS 1.3', 'TLS 1', 'odd'])
  })
})

describe('phases of a request', () => {
  const ms = fc.option(fc.double({ min: 0, max: 20_000, noNaN: true }))
  const phases = fc.record({ dnsMs: ms, connectMs: ms, tlsMs: ms, firstByteMs: ms })
  it('are drawn side by side, in order, within the bar, as long as they took', () => {
    fc.assert(fc.property(phases, fc.double({ min: 1, max: 4, noNaN: true }), (of, stretch) => {
      const longestMs = sumOf(of) * stretch
      const bars = phaseBars(of, { longestMs, width: 300 })
      expect(bars.map(({ name }) => name)).toEqual(longestMs > 0 ? (['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs'] as const).filter((name) => of[name] !== null) : [])
      bars.reduce((end, { x, w }) => { expect(x).toBeGreaterThanOrEqual(end - 1e-9); expect(w).toBeGreaterThanOrEqual(1); return x + w }, 0)
      const last = bars.at(-1)
      if (last) expect(last.x + last.w).toBeLessThanOrEqual(300 + 1e-9)
    }))
  })
  it('nothing known is nothing drawn', () => expect(phaseBars({ dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null }, { longestMs: 0, width: 300 })).toEqual([]))
  it('statuses are as bad as they are', () => expect([200, 301, 404, 503, null].map(statusSeverity)).toEqual(['ok', 'info', 'warn', 'crit', 'crit']))
})

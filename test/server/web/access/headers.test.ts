/** Cookies byte for byte, Host and Origin lists, and the caller's address behind proxies (S6, S8, S20, S21, S24). */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ShareId } from '#lib/protocol/ids.ts'
import { clientAddress, isHttps, plainAddress } from '#server/web/access/client.ts'
import { clearShareCookie, clearSurplusShares, clearUserCookie, readCookies, setShareCookie, setUserCookie } from '#server/web/access/cookies.ts'
import type { RequestFacts } from '#server/web/access/headers.ts'
import { hostAllowed, originAllowed, type OriginConfig } from '#server/web/access/origin.ts'
import { WEB_SESSION_MAX_S } from '#server/web/access/web-sessions.ts'

const config: OriginConfig = { host: '127.0.0.1', port: 3000, publicUrl: 'https://hopscope.example.net', trustedProxies: ['10.9.0.0/24', 'fd00::/64'] }
const request = (rawHeaders: readonly string[], remoteAddress: string | undefined = '127.0.0.1', encrypted = false): RequestFacts => ({ rawHeaders, remoteAddress, encrypted })
const shareId = ShareId.parse('SSSSSSSSSSSSSSSS')

describe('cookies', () => {
  it('are written exactly so', () => {
    const value = 'v'.repeat(43)
    expect(setUserCookie(value, { maxAgeS: WEB_SESSION_MAX_S, https: true })).toBe(`__Host-hopscope=${value}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure`)
    expect(setUserCookie(value, { maxAgeS: 60, https: false })).toBe(`hopscope-local=${value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax`)
    expect(clearUserCookie(true)).toBe('__Host-hopscope=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure')
    expect(clearUserCookie(false)).toBe('hopscope-local=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax')
    expect(setShareCookie({ shareId, value }, { maxAgeS: 60, https: true })).toBe(`__Host-hopscope-share-SSSSSSSSSSSSSSSS=${value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure`)
    expect(setShareCookie({ shareId, value }, { maxAgeS: 60, https: false })).toBe(`hopscope-local-share-SSSSSSSSSSSSSSSS=${value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax`)
    expect(clearShareCookie(true, shareId)).toBe('__Host-hopscope-share-SSSSSSSSSSSSSSSS=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure')
  })

  it('are read back; a name that came twice counts as absent', () => {
    const [a, b] = ['a'.repeat(43), 'b'.repeat(43)]
    expect(readCookies(`x=1; __Host-hopscope=${a};__Host-hopscope-share-${shareId}=${b}`, true)).toEqual({ user: a, shares: [{ shareId, value: b }] })
    expect(readCookies(`__Host-hopscope=${a}; __Host-hopscope=${b}`, true)).toEqual({ user: null, shares: [] })
    expect(readCookies(`__Host-hopscope=${a}; __Host-hopscope=junk`, true).user).toBeNull()
    expect(readCookies(`hopscope-local-share-short=${a}; hopscope-localx=${a}`, false)).toEqual({ user: null, shares: [] })
  })

  it('reads eight shares at most and clears the oldest to make room', () => {
    const many = Array.from({ length: 12 }, (_, i) => `__Host-hopscope-share-${String(i).padStart(16, 'A')}=${'c'.repeat(43)}`).join('; ')
    expect(readCookies(many, true).shares).toHaveLength(8)
    expect(clearSurplusShares(many, { shareId, https: true })).toEqual([clearShareCookie(true, 'AAAAAAAAAAAAAAA0')])
    expect(clearSurplusShares(many.split('; ').slice(0, 7).join('; '), { shareId, https: true })).toEqual([])
    expect(readCookies(`${'x'.repeat(8200)}; __Host-hopscope=${'a'.repeat(43)}`, true).user).toBeNull()
  })
})

describe('Host (S6)', () => {
  it.each([
    ['localhost:3000', true], ['LOCALHOST:3000', true], ['127.0.0.1:3000', true], ['[::1]:3000', true], ['hopscope.example.net', true],
    ['hopscope.example.net:443', true], ['localhost', false], ['localhost:3001', false], ['127.0.0.2:3000', false], ['evil.example', false],
    ['hopscope.example.net:8443', false], ['hopscope.example.net.evil.example', false], ['localhost:3000.evil.example', false], ['', false],
    ['localhost:3000 ', false], ['user@localhost:3000', false], ['localhost:3000/x', false], ['localhost.:3000', false], ['xn--lcalhost-9fb:3000', false],
    ['2130706433:3000', false], ['0:3000', false], ['[::ffff:127.0.0.1]:3000', false], ['localhost:03000', false],
  ])('%s: %s', (host, allowed) => {
    expect(hostAllowed(request(['Host', host]), config)).toBe(allowed)
  })

  it('refuses none, two, and everything but loopback without a publicUrl', () => {
    expect(hostAllowed(request([]), config)).toBe(false)
    expect(hostAllowed(request(['Host', 'localhost:3000', 'host', 'localhost:3000']), config)).toBe(false)
    expect(hostAllowed(request(['Host', 'hopscope.example.net']), { ...config, publicUrl: null })).toBe(false)
    expect(hostAllowed(request(['Host', '10.0.0.5:3000']), { ...config, host: '10.0.0.5' })).toBe(false)
  })

  it('knows ports that are left out, and a publicUrl with its own', () => {
    expect(hostAllowed(request(['Host', 'localhost']), { ...config, port: 80 })).toBe(true)
    const own = { ...config, publicUrl: 'https://h.example:8443/' }
    expect(['h.example:8443', 'h.example', 'h.example:443'].map((host) => hostAllowed(request(['Host', host]), own))).toEqual([true, true, false])
    expect(hostAllowed(request(['Host', '127.0.0.9:3000']), { ...config, host: '127.0.0.9' })).toBe(true)
  })
})

describe('Origin (S20, S24)', () => {
  const allowed = (origin: string, host = 'localhost:3000') => originAllowed(request(['Host', host, 'Origin', origin]), config, { bearer: false })
  it.each([
    ['http://localhost:3000', true], ['https://hopscope.example.net', true], ['null', false], ['', false], ['http://localhost', false],
    ['https://localhost:3000', false], ['http://localhost:3001', false], ['http://localhost:3000/', false], ['http://u@localhost:3000', false],
    ['http://hopscope.example.net', false], ['https://hopscope.example.net:443', false], ['https://HOPSCOPE.example.net', false],
    ['https://hopscope.example.net.evil.example', false], ['https://evil.example', false], ['file://', false], ['http://127.0.0.1:3000', false],
    ['https://hopscope.example.net, https://hopscope.example.net', false],
  ])('%s: %s', (origin, expected) => {
    expect(allowed(origin)).toBe(expected)
  })

  it('a loopback origin must be the one that Host names', () => {
    expect(allowed('http://127.0.0.1:3000', '127.0.0.1:3000')).toBe(true)
    expect(allowed('http://[::1]:3000', '127.0.0.1:3000')).toBe(false)
    expect(allowed('http://evil.example', 'evil.example')).toBe(false)
    expect(allowed('https://hopscope.example.net', '127.0.0.1:3000')).toBe(true)
  })

  it('none passes only with a bearer token; two never; a foreign one not even with a token', () => {
    const ask = (raw: readonly string[], bearer: boolean) => originAllowed(request(['Host', 'localhost:3000', ...raw]), config, { bearer })
    const ours = 'http://localhost:3000'
    expect([ask([], false), ask([], true)]).toEqual([false, true])
    expect([ask(['Origin', ours, 'Origin', ours], true), ask(['origin', 'https://evil.example'], true), ask(['ORIGIN', ours], true)]).toEqual([false, false, true])
  })

  it('junk is refused and never throws', () => {
    const headers = fc.array(fc.oneof(fc.constantFrom('Host', 'Origin', 'X-Forwarded-For', 'X_Forwarded_For', 'X-Forwarded-Proto', 'Connection', 'localhost:3000'), fc.string({ unit: 'binary' })), { maxLength: 12 })
    fc.assert(fc.property(headers, fc.option(fc.string(), { nil: undefined }), fc.option(fc.string(), { nil: null }), (raw, remote, publicUrl) => {
      const facts = request(raw, remote)
      const own = { ...config, publicUrl, trustedProxies: raw }
      const names = raw.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase())
      if (hostAllowed(facts, own)) expect(names.filter((name) => name === 'host')).toHaveLength(1)
      if (originAllowed(facts, own, { bearer: false })) expect(names.filter((name) => name === 'origin')).toHaveLength(1)
      clientAddress(facts, own)
      isHttps(facts, own)
    }), { numRuns: 2000 })
  })
})

describe('the caller\'s address (S21)', () => {
  const from = (raw: readonly string[], peer: string) => {
    const result = clientAddress(request(raw, peer), config)
    return result.ok ? result.value : result.error.code
  }
  it('believes nobody but the configured proxies', () => {
    expect(from(['X-Forwarded-For', '1.2.3.4'], '203.0.113.9')).toBe('203.0.113.9')
    expect(from(['X-Forwarded-For', '1.2.3.4'], '127.0.0.1')).toBe('127.0.0.1')
    expect(from(['X-Forwarded-For', '1.2.3.4'], '10.9.0.7')).toBe('1.2.3.4')
    expect(from(['X-Forwarded-For', '2001:db8::1'], 'fd00::5')).toBe('2001:db8::1')
    expect(from(['X-Forwarded-For', '1.2.3.4'], '::ffff:10.9.0.7')).toBe('1.2.3.4')
    expect(from([], '10.9.0.7')).toBe('10.9.0.7')
  })

  it('takes the last address that is not a proxy\'s: what a client wrote before it means nothing', () => {
    expect(from(['X-Forwarded-For', '6.6.6.6, 1.2.3.4, 10.9.0.3'], '10.9.0.7')).toBe('1.2.3.4')
    expect(from(['X-Forwarded-For', 'junk, 1.2.3.4'], '10.9.0.7')).toBe('1.2.3.4')
    expect(from(['X-Forwarded-For', '10.9.0.1, 10.9.0.2'], '10.9.0.7')).toBe('10.9.0.1')
    expect(from(['X-Forwarded-For', '1.2.3.4:5555'], '10.9.0.7')).toBe('1.2.3.4')
    expect(from(['X-Forwarded-For', '[2001:db8::1]:5555'], '10.9.0.7')).toBe('2001:db8::1')
  })

  it.each([
    ['twice', ['X-Forwarded-For', '1.2.3.4', 'x-forwarded-for', '5.6.7.8']],
    ['with underscores', ['X-Forwarded-For', '1.2.3.4', 'X_Forwarded_For', '5.6.7.8']],
    ['half with underscores', ['X_Forwarded-For', '5.6.7.8']],
    ['proto twice', ['X-Forwarded-Proto', 'https', 'X-Forwarded-Proto', 'http']],
    ['hop-by-hop', ['X-Forwarded-For', '1.2.3.4', 'Connection', 'close, X-Forwarded-For']],
    ['junk', ['X-Forwarded-For', '1.2.3.4, nonsense']],
    ['empty', ['X-Forwarded-For', '']],
    ['endless', ['X-Forwarded-For', '1.2.3.4,'.repeat(500)]],
  ])('refuses a trusted proxy\'s header %s', (_, raw) => {
    expect(from(raw, '10.9.0.7')).toBe('invalid')
    expect(from(raw, '203.0.113.9')).toBe('203.0.113.9')
  })

  it('a CIDR that does not parse trusts nobody', () => {
    for (const cidr of ['', '*', '0/0', '10.9.0.7/33', '10.9.0.7/', 'fe80::%x/999', '10.9.0.7/1e1']) {
      const result = clientAddress(request(['X-Forwarded-For', '1.2.3.4'], '10.9.0.7'), { ...config, trustedProxies: [cidr] })
      expect(result).toEqual({ ok: true, value: '10.9.0.7' })
    }
    expect(plainAddress('::FFFF:1.2.3.4')).toBe('1.2.3.4')
  })

  it('knows HTTPS from its own TLS, a trusted proxy, or publicUrl\'s host', () => {
    const ask = (raw: readonly string[], peer: string, encrypted = false) => isHttps(request(raw, peer, encrypted), config)
    expect(ask(['Host', 'localhost:3000'], '127.0.0.1')).toBe(false)
    expect(ask(['Host', 'localhost:3000'], '127.0.0.1', true)).toBe(true)
    expect(ask(['Host', 'localhost:3000', 'X-Forwarded-Proto', 'https'], '127.0.0.1')).toBe(false)
    expect(ask(['Host', 'localhost:3000', 'X-Forwarded-Proto', 'https'], '10.9.0.7')).toBe(true)
    expect(ask(['Host', 'hopscope.example.net', 'X-Forwarded-Proto', 'http'], '10.9.0.7')).toBe(false)
    expect(ask(['Host', 'hopscope.example.net'], '127.0.0.1')).toBe(true)
  })
})

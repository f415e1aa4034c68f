/** Pinning: every answer is judged, one literal is chosen, and every refusal says that nothing was sent. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pinTarget, type PinRequest } from '#lib/policy/pin.ts'
import { decodePolicy, DEFAULT_POLICY } from '#lib/policy/policy.ts'
import { parseTarget } from '#lib/policy/target.ts'
import type { Resolution } from '#lib/protocol/link.ts'
import { PinnedTarget, type Family, type ParsedTarget } from '#lib/protocol/target.ts'

function parsed(text: string): ParsedTarget {
  const result = parseTarget(text)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}
const answers = (host: string, list: readonly string[], more: Partial<Resolution> = {}): Resolution =>
  ({ host, addresses: list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })), by: '192.0.2.53', ms: 3, ...more })
const pin = (text: string, list: readonly string[] | null, more: Partial<PinRequest> = {}) => {
  const target = parsed(text)
  return pinTarget({ parsed: target, resolution: list && answers(target.host, list), policy: DEFAULT_POLICY, ...more })
}

describe('pinTarget', () => {
  it('pins a literal without a look-up', () => {
    expect(pin('192.0.2.7:80', null)).toEqual({ ok: true, value: { host: '192.0.2.7', port: 80, address: '192.0.2.7', family: 4, addresses: ['192.0.2.7'] } })
    expect(pin('2001:DB8::1', null)).toEqual({ ok: true, value: { host: '2001:db8::1', address: '2001:db8::1', family: 6, addresses: ['2001:db8::1'] } })
  })

  it('prefers IPv4, keeps every answer, and names the resolver', () => {
    const result = pin('münchen.example:443', ['2001:db8::1', '192.0.2.9', '192.0.2.8'])
    expect(result).toEqual({
      ok: true,
      value: {
        host: 'xn--mnchen-3ya.example', unicodeHost: 'münchen.example', port: 443, address: '192.0.2.9', family: 4,
        addresses: ['2001:db8::1', '192.0.2.9', '192.0.2.8'], resolvedBy: '192.0.2.53', resolveMs: 3,
      },
    })
    expect(result.ok && PinnedTarget.safeParse(result.value).success).toBe(true)
    expect(pin('a.example', ['2001:db8::1', '192.0.2.9'], { family: 6 })).toMatchObject({ ok: true, value: { address: '2001:db8::1', family: 6 } })
    expect(pin('a.example', ['2001:db8::1'])).toMatchObject({ ok: true, value: { address: '2001:db8::1', family: 6 } })
  })

  it('refuses if any answer is denied, with both halves of the message', () => {
    const result = pin('meta.corp.example', ['192.0.2.9', '169.254.169.254'])
    expect(result).toMatchObject({ ok: false, error: { code: 'target-refused', field: 'target', rule: 'rule 1: 169.254.169.254' } })
    expect(result.ok ? '' : result.error.message).toBe(
      '169.254.169.254 is not an allowed target. Rule 1 of the target policy refuses 169.254.169.254: cloud metadata addresses hand out credentials. No packet was sent. meta.corp.example resolved to it.',
    )
    expect(pin('a.example', ['192.0.2.9', '64:ff9b::a9fe:a9fe'], { family: 4 })).toMatchObject({ ok: false, error: { code: 'target-refused', rule: 'rule 8: 64:ff9b::/96' } })
    expect(pin('169.254.1.1', null)).toMatchObject({ ok: false, error: { code: 'target-refused', message: expect.stringMatching(/Rule 2 .*No packet was sent\.$/) } })
  })

  it('refuses an answer that is not an address at all', () => {
    expect(pin('a.example', ['192.0.2.9', 'b.example'])).toMatchObject({ ok: false, error: { code: 'target-refused' } })
  })

  it('judges a mapped answer by the address inside, and pins that one', () => {
    expect(pin('a.example', ['::ffff:169.254.169.254'])).toMatchObject({ ok: false, error: { code: 'target-refused', rule: 'rule 1: 169.254.169.254' } })
    expect(pin('a.example', ['::ffff:10.0.0.1'])).toMatchObject({ ok: true, value: { address: '10.0.0.1', family: 4 } })
  })

  it('says what is missing', () => {
    expect(pin('a.example', [])).toMatchObject({ ok: false, error: { code: 'target-unresolved', message: expect.stringMatching(/a\.example has no address.*No packet was sent\.$/) } })
    expect(pin('a.example', null)).toMatchObject({ ok: false, error: { code: 'target-unresolved' } })
    expect(pin('a.example', ['192.0.2.1'], { family: 6 })).toMatchObject({ ok: false, error: { code: 'target-unresolved', field: 'family', message: expect.stringContaining('has no IPv6 address') } })
    expect(pin('192.0.2.1', null, { family: 6 })).toMatchObject({ ok: false, error: { field: 'family', message: expect.stringContaining('is an IPv4 address') } })
    expect(pin('a.example', ['fe80::1'])).toMatchObject({ ok: false, error: { code: 'target-unresolved', message: expect.stringContaining('link-local') } })
    const half = answers('a.example', ['192.0.2.1'], { unanswered: [{ family: 6, why: '192.0.2.53 did not answer in 3 s.' }] })
    expect(pin('a.example', null, { resolution: half, family: 6 })).toMatchObject({ ok: false, error: { field: 'family', message: expect.stringContaining('is not known: 192.0.2.53 did not answer') } })
  })

  it('pins a zoned literal only once the vantage has answered for its interface', () => {
    expect(pin('fe80::1%eth0', null)).toMatchObject({ ok: false, error: { code: 'target-unresolved' } })
    expect(pin('fe80::1%eth0', ['fe80::1%eth0'])).toEqual({ ok: true, value: { host: 'fe80::1%eth0', address: 'fe80::1%eth0', family: 6, addresses: ['fe80::1%eth0'] } })
  })

  it('does not take the answer for another name', () => {
    expect(pin('a.example', null, { resolution: answers('b.example', ['192.0.2.1']) })).toMatchObject({ ok: false, error: { code: 'internal' } })
  })

  it('judges the name as well', () => {
    const policy = decodePolicy({ denyNames: [{ match: '*.secret.example' }] }, 'test')
    if (!policy.ok) throw new Error(policy.error.message)
    expect(pin('a.secret.example', ['192.0.2.1'], { policy: policy.value })).toMatchObject({ ok: false, error: { code: 'target-refused', rule: 'rule 11: *.secret.example', message: expect.stringContaining('No packet was sent.') } })
  })

  it('pins nothing that is denied, whatever the mixture and order', () => {
    const good = fc.constantFrom('192.0.2.1', '10.0.0.1', '2001:db8::1', '::1', '127.0.0.1')
    const bad = fc.constantFrom('169.254.169.254', '0.0.0.0', '255.255.255.255', 'ff02::1', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::', '::', 'fd00:ec2::254')
    fc.assert(fc.property(fc.array(good, { maxLength: 5 }), fc.array(bad, { maxLength: 2 }), fc.nat(), fc.constantFrom<Family | undefined>(4, 6, undefined), (fine, poor, at, family) => {
      const list: string[] = [...fine]
      list.splice(at % (fine.length + 1), 0, ...poor)
      const result = pin('a.example', list, { family })
      if (poor.length > 0) expect(result.ok).toBe(false)
      if (result.ok) expect(fine).toContain(result.value.address)
      if (!result.ok) expect(result.error.message).toContain('No packet was sent.')
    }))
  })
})

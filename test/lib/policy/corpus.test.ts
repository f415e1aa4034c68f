/** The hostile target corpus against grammar and default policy, row by row. */
import { describe, expect, it } from 'vitest'
import { needsResolution, pinTarget } from '#lib/policy/pin.ts'
import { decodePolicy, DEFAULT_POLICY, type Policy } from '#lib/policy/policy.ts'
import { parseTarget } from '#lib/policy/target.ts'
import type { Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { targetRows } from './corpus.ts'

/** Well-formed URLs of a denied literal: the policy refuses them, without a look-up and without a packet. */
const REFUSED_BY_POLICY = new Set(['http://[::ffff:a9fe:a9fe]/', 'http://169.254.169.254/latest/meta-data/'])
/** Well-formed; only the vantage knows that it has no such interface (see test/server/runner/resolve). */
const REFUSED_BY_VANTAGE = new Set(['fe80::1%nosuchif0'])

function pinLiteral(text: string, policy: Policy = DEFAULT_POLICY): Result<PinnedTarget> | 'needs-vantage' {
  const parsed = parseTarget(text)
  if (!parsed.ok) return parsed
  return needsResolution(parsed.value) ? 'needs-vantage' : pinTarget({ parsed: parsed.value, resolution: null, policy })
}

const rows = targetRows()
const show = (text: string): string => JSON.stringify(text).slice(0, 60)

describe('target corpus', () => {
  it('is there', () => expect(rows.length).toBeGreaterThan(300))

  it.each(rows.filter((row) => row.expect === 'reject' && row.layer === 'syntax').map((row) => [row.line, show(row.text), row] as const))('line %i refuses %s', (_line, _shown, row) => {
    const result = parseTarget(row.text)
    if (REFUSED_BY_VANTAGE.has(row.text)) {
      expect(result.ok && result.value.zone).toBe('nosuchif0')
      return expect(pinLiteral(row.text)).toBe('needs-vantage')
    }
    if (REFUSED_BY_POLICY.has(row.text)) {
      expect(result.ok && needsResolution(result.value)).toBe(false)
      return expect(pinLiteral(row.text)).toMatchObject({ ok: false, error: { code: 'target-refused' } })
    }
    expect(result).toMatchObject({ ok: false, error: { code: 'target-invalid', field: 'target' } })
    expect(result.ok ? '' : result.error.message).toMatch(/^.{20,260}\.$/su)
  })

  it.each(rows.filter((row) => row.expect !== 'reject').map((row) => [row.line, show(row.text), row] as const))('line %i takes %s as its row says', (_line, _shown, row) => {
    const result = parseTarget(row.text)
    const [kind, ...rest] = row.expect.split(':')
    if (!result.ok) return expect(kind).toBe('either')
    expect(['accept-as', 'either']).toContain(kind)
    expect(result.value.host).toBe(rest.join(':'))
  })

  it.each(rows.filter((row) => row.layer === 'policy' && row.group !== 'resolve').map((row) => [row.line, show(row.text), row] as const))('line %i is refused by policy: %s', (_line, _shown, row) => {
    const result = pinLiteral(row.text)
    expect(result).toMatchObject({ ok: false, error: { code: 'target-refused' } })
  })

  it('takes loopback by default, and refuses all of it once the admin denies 127.0.0.0/8', () => {
    const strict = decodePolicy({ denyAddresses: [{ match: '127.0.0.0/8' }] }, 'test')
    const loopback = rows.filter((row) => row.group === 'loopback')
    expect(loopback.length).toBeGreaterThan(0)
    for (const row of loopback) {
      expect(pinLiteral(row.text), row.text).toMatchObject({ ok: true })
      expect(strict.ok && pinLiteral(row.text, strict.value), row.text).toMatchObject({ ok: false, error: { code: 'target-refused' } })
    }
  })
})

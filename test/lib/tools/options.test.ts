/** Options as data: the decoder lets through exactly what the fields say. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MTR } from '#lib/tools/mtr/options.ts'
import { optionSet } from '#lib/tools/options.ts'
import { PATHPING } from '#lib/tools/pathping/options.ts'
import { PMTU } from '#lib/tools/pmtu/options.ts'
import { TRACEROUTE } from '#lib/tools/traceroute/options.ts'

const SETS = { mtr: MTR, traceroute: TRACEROUTE, pathping: PATHPING, pmtu: PMTU }

describe.each(Object.entries(SETS))('options of %s', (_, set) => {
  it('gives every field its default, and the same again for what it gave', () => {
    const decoded = set.decode({})
    if (!decoded.ok) throw new Error(decoded.error.message)
    expect(decoded.value).toEqual(Object.fromEntries(set.fields.map((field) => [field.name, field.fallback])))
    expect(set.decode(JSON.parse(JSON.stringify(decoded.value)))).toEqual(decoded)
  })

  it('lets through exactly what a field allows and names the field otherwise', () => {
    const anything = fc.oneof(fc.double(), fc.integer({ min: -5, max: 90_000 }), fc.string(), fc.constantFrom('icmp', 'udp', 'tcp', null, true, '80', '-f/etc/passwd'), fc.array(fc.nat()))
    fc.assert(fc.property(fc.constantFrom(...set.fields), anything, (field, value) => {
      const allowed = field.kind === 'choice'
        ? field.choices.some((choice) => choice.value === value)
        : field.kind === 'text' ? typeof value === 'string' && field.canonical(value) !== null : (value === null && field.fallback === null) || (typeof value === 'number' && Number.isSafeInteger(value) && value >= field.min && value <= field.max)
      const decoded = set.decode({ [field.name]: value })
      expect(decoded.ok).toBe(allowed)
      if (!decoded.ok) expect(decoded.error).toMatchObject({ code: 'invalid', field: `options.${field.name}` })
    }))
  })

  it('keeps to the edges of each range', () => {
    for (const field of set.fields) {
      if (field.kind !== 'number') continue
      for (const [value, ok] of [[field.min, true], [field.max, true], [field.min - 1, false], [field.max + 1, false]] as const) {
        expect(set.decode({ [field.name]: value }).ok).toBe(ok)
      }
    }
  })

  it('refuses foreign keys and what is no plain object', () => {
    for (const raw of [null, [], 'x', 5, { protokol: 'icmp' }, JSON.parse('{"__proto__":{"count":5}}')]) expect(set.decode(raw).ok).toBe(false)
    expect(set.decode(Object.create({ maxHops: 99 }))).toEqual(set.decode({}))
  })
})

it('says what is allowed', () => {
  const set = optionSet('Tool', {
    protocol: { kind: 'choice', name: 'protocol', label: 'Protocol', help: '', choices: [{ value: 'icmp', label: 'ICMP' }, { value: 'tcp', label: 'TCP' }], fallback: 'icmp' },
    port: { kind: 'number', name: 'port', label: 'Port', unit: '', min: 1, max: 9, step: 1, fallback: null, placeholder: 'the default', help: '' },
  })
  const message = (raw: unknown) => { const decoded = set.decode(raw); return decoded.ok ? '' : decoded.error.message }
  expect(message({ protocol: 'gre' })).toBe('Protocol must be one of icmp, tcp.')
  expect(message({ port: 10 })).toBe('Port must be a whole number from 1 to 9, or empty for the default.')
  expect(message({ x: 1 })).toBe('Tool has no option “x”. It has protocol, port.')
})

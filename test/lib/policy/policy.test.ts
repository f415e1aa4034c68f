/** The target policy: what is always refused, what an admin may change, and the words for both. */
import { BlockList } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePolicy, DEFAULT_POLICY, judgeAddress, judgeAll, judgeName, policySummary, type Policy } from '#lib/policy/policy.ts'

function policyOf(file: object): Policy {
  const result = decodePolicy(file, '/etc/hopscope/policy.json')
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const DENIED: readonly (readonly [string, string])[] = [
  ['169.254.169.254', 'rule 1: 169.254.169.254'], ['169.254.169.253', 'rule 1: 169.254.169.253'], ['169.254.170.2', 'rule 1: 169.254.170.2'],
  ['169.254.170.23', 'rule 1: 169.254.170.23'], ['100.100.100.200', 'rule 1: 100.100.100.200'], ['168.63.129.16', 'rule 1: 168.63.129.16'],
  ['192.0.0.192', 'rule 1: 192.0.0.192'], ['fd00:ec2::254', 'rule 1: fd00:ec2::254'], ['fd00:ec2::23', 'rule 1: fd00:ec2::23'], ['fd20:ce::254', 'rule 1: fd20:ce::254'],
  ['169.254.1.1', 'rule 2: 169.254.0.0/16'], ['0.0.0.0', 'rule 3: 0.0.0.0/8'], ['0.255.255.255', 'rule 3: 0.0.0.0/8'], ['::', 'rule 3: ::'],
  ['224.0.0.1', 'rule 4: 224.0.0.0/4'], ['239.255.255.255', 'rule 4: 224.0.0.0/4'], ['ff02::1', 'rule 4: ff00::/8'],
  ['240.0.0.1', 'rule 5: 240.0.0.0/4'], ['255.255.255.255', 'rule 5: 240.0.0.0/4'],
  ['2002:c000:201::1', 'rule 6: 2002::/16'], ['2001:0:1::1', 'rule 7: 2001::/32'], ['64:ff9b::192.0.2.1', 'rule 8: 64:ff9b::/96'], ['64:ff9b:1::1', 'rule 8: 64:ff9b:1::/48'],
  ['::192.0.2.1', 'rule 9: ::/96'], ['::2', 'rule 9: ::/96'], ['::ffff:0:192.0.2.1', 'rule 9: ::ffff:0:0:0/96'], ['100::1', 'rule 10: 100::/64'],
]
const ALLOWED = [
  '127.0.0.1', '127.255.255.254', '::1', '10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '100.100.100.201', '192.0.2.1', '198.51.100.1', '203.0.113.1',
  '1.1.1.1', '8.8.8.8', '223.255.255.255', '168.63.129.17', 'fd00::1', 'fc00::1', '2001:db8::1', '2606:4700::1111', 'fe80::1%eth0', '2001:1::1', '64:ff9b:2::1', '100:0:0:1::1',
]

describe('default policy', () => {
  it.each(DENIED)('refuses %s by %s', (address, rule) => expect(judgeAddress(DEFAULT_POLICY, address)).toMatchObject({ allowed: false, rule }))
  it.each(ALLOWED)('allows %s', (address) => expect(judgeAddress(DEFAULT_POLICY, address)).toMatchObject({ address, allowed: true, rule: 'rule 11: every other address' }))

  it('judges a mapped address by the one inside, whatever way it is written', () => {
    expect(judgeAddress(DEFAULT_POLICY, '::ffff:169.254.169.254')).toMatchObject({ address: '169.254.169.254', allowed: false, rule: 'rule 1: 169.254.169.254' })
    expect(judgeAddress(DEFAULT_POLICY, '0:0:0:0:0:FFFF:A9FE:A9FE')).toMatchObject({ address: '169.254.169.254', allowed: false })
    expect(judgeAddress(DEFAULT_POLICY, '::ffff:10.0.0.1')).toMatchObject({ address: '10.0.0.1', allowed: true })
  })

  it.each([
    ['64:ff9b::a9fe:a9fe', '169.254.169.254'], ['64:ff9b:1::a9fe:a9fe', '169.254.169.254'], ['2002:a9fe:a9fe::1', '169.254.169.254'],
    ['::a9fe:a9fe', '169.254.169.254'], ['::ffff:0:a9fe:a9fe', '169.254.169.254'], ['2001:0:4136:e378:8000:63bf:5601:5601', '169.254.169.254'], ['2002:e000:1::', '224.0.0.1'],
  ])('says that %s leads to %s', (address, inner) => {
    const verdict = judgeAddress(DEFAULT_POLICY, address)
    expect(verdict.allowed).toBe(false)
    expect(verdict.reason).toContain(`this one leads to ${inner}, which rule `)
  })

  it.each(['', 'example.com', '127.1', '0x7f000001', '10.0.0.1 ', '010.0.0.1', '::1%lo', 'fe80::1%', '1.2.3.4/8', '[::1]'])('refuses %j, which is no strict literal', (text) => {
    expect(judgeAddress(DEFAULT_POLICY, text)).toMatchObject({ allowed: false })
  })

  it('agrees with Node on every random address', () => {
    const list = new BlockList()
    for (const [network, bits] of [['169.254.0.0', 16], ['0.0.0.0', 8], ['224.0.0.0', 4], ['240.0.0.0', 4]] as const) list.addSubnet(network, bits, 'ipv4')
    for (const address of ['100.100.100.200', '168.63.129.16', '192.0.0.192']) list.addAddress(address, 'ipv4')
    fc.assert(fc.property(fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0, 169, 254, 224, 240, 100, 168, 192)), { minLength: 4, maxLength: 4 }), (octets) => {
      const text = octets.join('.')
      expect(judgeAddress(DEFAULT_POLICY, text).allowed).toBe(!list.check(text, 'ipv4'))
    }), { numRuns: 2000 })
  })

  it('gives one verdict for each address, in order', () => {
    expect(judgeAll(DEFAULT_POLICY, ['10.0.0.1', '169.254.169.254', '::1']).map((verdict) => verdict.allowed)).toEqual([true, false, true])
  })
})

describe("the admin's file", () => {
  const file = {
    denyAddresses: [{ match: '10.9.0.0/16', reason: 'the payment network has its own bastion' }, { match: '2001:db8:9::/48' }],
    allowAddresses: [{ match: '10.0.0.0/8' }, { match: '2001:db8::/32' }, { match: '169.254.0.0/16' }],
  }

  it('lets deny win over allow, and the built-in list over both', () => {
    const policy = policyOf(file)
    expect(judgeAddress(policy, '10.1.2.3')).toMatchObject({ allowed: true, rule: 'rule 13: 10.0.0.0/8' })
    expect(judgeAddress(policy, '10.9.2.3')).toMatchObject({ allowed: false, rule: 'rule 11: 10.9.0.0/16', reason: 'the payment network has its own bastion' })
    expect(judgeAddress(policy, '2001:db8:9::1')).toMatchObject({ allowed: false, rule: 'rule 12: 2001:db8:9::/48' })
    expect(judgeAddress(policy, '169.254.169.254')).toMatchObject({ allowed: false, rule: 'rule 1: 169.254.169.254' })
    expect(judgeAddress(policy, '8.8.8.8')).toMatchObject({ allowed: false, rule: 'rule 16: every other address' })
  })

  it('takes ::1 along when all of 127.0.0.0/8 is denied, and only then', () => {
    expect(judgeAddress(policyOf({ denyAddresses: [{ match: '127.0.0.0/8' }] }), '::1')).toMatchObject({ allowed: false })
    expect(judgeAddress(policyOf({ denyAddresses: [{ match: '127.0.0.1' }] }), '::1')).toMatchObject({ allowed: true })
  })

  it('judges names by pattern', () => {
    const policy = policyOf({ denyNames: [{ match: '*.secret.example', reason: 'not from here' }], allowNames: [{ match: '*.example' }, { match: 'localhost' }] })
    expect(judgeName(policy, 'a.example')).toMatchObject({ allowed: true, rule: 'rule 12: *.example' })
    expect(judgeName(policy, 'a.b.secret.example')).toMatchObject({ allowed: false, rule: 'rule 11: *.secret.example', reason: 'not from here' })
    expect(judgeName(policy, 'localhost').allowed).toBe(true)
    expect(judgeName(policy, 'example').allowed).toBe(false)
    expect(judgeName(policy, 'evilexample').allowed).toBe(false)
    expect(judgeName(policy, 'example.org')).toMatchObject({ allowed: false, rule: 'rules 12 to 13: *.example, localhost' })
    expect(judgeName(DEFAULT_POLICY, 'anything.example').allowed).toBe(true)
  })

  it.each([
    [{ denyAdresses: [] }, 'the file holds "denyAdresses", which is not a setting'],
    [{ denyAddresses: [{ match: '10.0.0.1/8' }] }, 'denyAddresses[0].match is not a network'],
    [{ denyAddresses: [{ match: '10.0.0/8' }] }, 'denyAddresses[0].match is not a network'],
    [{ denyAddresses: ['10.0.0.0/8'] }, 'denyAddresses[0] must be of type object'],
    [{ denyAddresses: [{ match: '10.0.0.0/8', reson: 'x' }] }, 'denyAddresses[0] holds "reson"'],
    [{ allowNames: [{ match: 'a*.example' }] }, 'allowNames[0].match is not a name'],
    [{ limits: { runsPerUser: 65 } }, 'limits.runsPerUser is above 64'],
    [{ limits: { minIntervalMs: 199 } }, 'limits.minIntervalMs is below 200'],
    [{ limits: { continuousMaxMs: 86_400_001 } }, 'limits.continuousMaxMs is above 86400000'],
    [{ limits: { runsPerUser: 1.5 } }, 'limits.runsPerUser must be a whole number'],
    [{ limits: { runsPerUser: '4' } }, 'limits.runsPerUser must be of type number'],
    [{ walkFromRoot: 'admin' }, 'walkFromRoot must be one of "admins", "everyone", "nobody"'],
    [{ publicResolvers: true }, 'publicResolvers must be one of "ask", "never"'],
    [{ publicResolvers: 'always' }, 'publicResolvers must be one of "ask", "never"'],
    [[], 'the file must be of type object'],
    [null, 'the file must be of type object'],
    ['{}', 'the file must be of type object'],
  ])('refuses %j and names the field', (json, message) => {
    const result = decodePolicy(json, '/etc/hopscope/policy.json')
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid' } })
    expect(result.ok ? '' : result.error.message).toContain(`/etc/hopscope/policy.json is not used: ${message}`)
  })

  it('has the limits of the specification unless the file moves them', () => {
    expect(DEFAULT_POLICY.limits).toEqual({ runsPerUser: 20, runsPerHost: 80, startsPerUserPerHour: 150, newTargetsPerMinute: 10, continuousMaxMs: 86_400_000, minIntervalMs: 200 })
    expect(policyOf({ limits: { runsPerUser: 1, minIntervalMs: 1000 } }).limits).toEqual({ ...DEFAULT_POLICY.limits, runsPerUser: 1, minIntervalMs: 1000 })
  })

  it('has an id that follows rules, limits and leave, not the source', () => {
    expect(policyOf({ walkFromRoot: 'admins', publicResolvers: 'ask' }).id).toBe(DEFAULT_POLICY.id)
    expect(DEFAULT_POLICY.id).toMatch(/^p-[0-9a-f]{16}$/)
    expect(policyOf({}).id).toBe(DEFAULT_POLICY.id)
    const ids = [policyOf(file), policyOf({ limits: { runsPerUser: 3 } }), policyOf({ allowAddresses: [] }), policyOf({ denyNames: [{ match: 'a.b' }] }), policyOf({ walkFromRoot: 'everyone' }), policyOf({ walkFromRoot: 'nobody' }), policyOf({ publicResolvers: 'never' }), DEFAULT_POLICY].map((policy) => policy.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(policyOf(structuredClone(file)).id).toBe(ids[0])
  })
})

describe('policySummary', () => {
  it('numbers every rule as the verdicts do, and words the limits', () => {
    const summary = policySummary(policyOf({ denyAddresses: [{ match: '127.0.0.0/8' }], limits: { continuousMaxMs: 5_400_000 } }))
    expect(summary.rules.map((rule) => rule.number)).toEqual(summary.rules.map((_, index) => index + 1))
    expect(summary.rules.at(-2)).toEqual({ number: 11, effect: 'refuse', what: '127.0.0.0/8, ::1', reason: 'the administrator refuses this network' })
    expect(summary.rules.at(-1)).toMatchObject({ number: 12, effect: 'allow', what: 'every other address' })
    expect(summary.limits).toContainEqual({ name: 'Longest continuous run', value: '90 min' })
    expect(summary.limits).toContainEqual({ name: 'Shortest time between probes', value: '200 ms' })
    expect(summary.limits.slice(-2)).toEqual([{ name: 'Walk from the root', value: 'admins' }, { name: 'Public resolvers', value: 'where a person asks for them' }])
    expect(policySummary(policyOf({ walkFromRoot: 'nobody', publicResolvers: 'never' })).limits.slice(-2).map(({ value }) => value)).toEqual(['nobody', 'never'])
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary)
  })
})

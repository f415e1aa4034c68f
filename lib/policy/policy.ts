/** The target policy: which addresses and names may be probed, how much, and the words for it. Pure; used by form, web and runner alike. */
import type { PolicySummary } from '#lib/protocol/api.ts'
import { ok, type Result } from '#lib/protocol/result.ts'
import type { AddressVerdict } from '#lib/protocol/target.ts'
import { covers, embeddedIpv4, formatAddress, inCidr, parseAddress, parseCidr, type Address, type Cidr } from './address.ts'
import { ALWAYS_REFUSED } from './always-refused.ts'
import { quote } from './characters.ts'
import { fnv1a64 } from './fnv.ts'
import { matchesName } from './name-pattern.ts'
import { decodePolicyFile, LIMITS, type PolicyFile, type PolicyLimits, type PUBLIC_RESOLVERS, type WALK_FROM_ROOT } from './policy-file.ts'

/** One numbered rule over addresses or names. Refusals come first and win. */
export interface PolicyRule {
  number: number
  effect: 'allow' | 'refuse'
  /** Address ranges it holds; empty for a rule over names. */
  ranges: readonly Cidr[]
  /** Name patterns it holds; empty for a rule over addresses. */
  names: readonly string[]
  /** The ranges or names in one line, for people. */
  what: string
  reason: string
}

export interface Policy {
  /** Stable short name of rules, limits and leave: "p-" and 16 hexadecimal digits, FNV-1a 64 of their canonical JSON. Stored with each run (S32). */
  id: string
  /** Where it came from: `built-in default`, or the file. */
  source: string
  rules: readonly PolicyRule[]
  /** The last address rule: what holds when no other does. */
  otherwise: { number: number; effect: 'allow' | 'refuse'; what: string; reason: string }
  limits: PolicyLimits
  /** Who may have a names run walk from the root. */
  walkFromRoot: (typeof WALK_FROM_ROOT)[number]
  /** May a person choose public resolvers for a names run? */
  publicResolvers: (typeof PUBLIC_RESOLVERS)[number]
}

/** Policy's word on a name before it is resolved. */
export interface NameVerdict { name: string; allowed: boolean; rule: string; reason: string }

const V4_LOOPBACK = { text: '127.0.0.0/8', v6: '::1' } as const

/** Parses a range that was checked before (by the decoder, or a literal of ours). Throws on a bug only. */
function checkedCidr(text: string): Cidr {
  const range = parseCidr(text)
  if (!range) throw new Error(`not a range: ${text}`)
  return range
}

/** Denying all of 127.0.0.0/8 means "not this machine", so ::1 goes with it. */
function deniedRanges(text: string): string[] {
  return covers(checkedCidr(text), checkedCidr(V4_LOOPBACK.text)) ? [text, V4_LOOPBACK.v6] : [text]
}

type Draft = Omit<PolicyRule, 'number' | 'ranges' | 'what'> & { ranges: readonly string[] }

function drafts(file: PolicyFile): Draft[] {
  const always = ALWAYS_REFUSED.map((row): Draft => ({ effect: 'refuse', ranges: row.ranges, names: [], reason: row.reason }))
  const deny = (file.denyAddresses ?? []).map((row): Draft => ({ effect: 'refuse', ranges: deniedRanges(row.match), names: [], reason: row.reason ?? 'the administrator refuses this network' }))
  const denyNames = (file.denyNames ?? []).map((row): Draft => ({ effect: 'refuse', ranges: [], names: [row.match], reason: row.reason ?? 'the administrator refuses this name' }))
  const allowNames = (file.allowNames ?? []).map((row): Draft => ({ effect: 'allow', ranges: [], names: [row.match], reason: row.reason ?? 'the administrator allows this name' }))
  const allow = (file.allowAddresses ?? []).map((row): Draft => ({ effect: 'allow', ranges: [row.match], names: [], reason: row.reason ?? 'the administrator allows this network' }))
  return [...always, ...deny, ...denyNames, ...allowNames, ...allow]
}

function build(file: PolicyFile, source: string): Policy {
  const rules = drafts(file).map((draft, index): PolicyRule => {
    const ranges = draft.ranges.map(checkedCidr)
    return { ...draft, number: index + 1, ranges, what: [...ranges.map((range) => range.text), ...draft.names].join(', ') }
  })
  const limits: PolicyLimits = {
    runsPerUser: file.limits?.runsPerUser ?? LIMITS.runsPerUser.fallback,
    runsPerHost: file.limits?.runsPerHost ?? LIMITS.runsPerHost.fallback,
    startsPerUserPerHour: file.limits?.startsPerUserPerHour ?? LIMITS.startsPerUserPerHour.fallback,
    newTargetsPerMinute: file.limits?.newTargetsPerMinute ?? LIMITS.newTargetsPerMinute.fallback,
    continuousMaxMs: file.limits?.continuousMaxMs ?? LIMITS.continuousMaxMs.fallback,
    minIntervalMs: file.limits?.minIntervalMs ?? LIMITS.minIntervalMs.fallback,
  }
  const number = rules.length + 1
  const otherwise = file.allowAddresses
    ? { number, effect: 'refuse' as const, what: 'every other address', reason: 'the administrator allows only the networks listed above' }
    : { number, effect: 'allow' as const, what: 'every other address', reason: 'public, private and loopback addresses may be probed from this vantage' }
  const { walkFromRoot = 'admins', publicResolvers = 'ask' } = file
  const facts = [
    rules.map(({ effect, ranges, names, reason }) => [effect, ranges.map((range) => range.text), names, reason]), otherwise.effect,
    Object.entries(limits).sort(([a], [b]) => (a < b ? -1 : 1)), walkFromRoot, publicResolvers,
  ]
  return { id: `p-${fnv1a64(JSON.stringify(facts))}`, source, rules, otherwise, limits, walkFromRoot, publicResolvers }
}

/** The policy when the admin gives none (S30): everything that is one host, but what is always refused. */
export const DEFAULT_POLICY: Policy = build({}, 'built-in default')

/** Makes a policy of the admin's JSON file. Strict; fails with `invalid` and the name of the field. */
export function decodePolicy(json: unknown, source: string): Result<Policy> {
  const file = decodePolicyFile(json, source)
  return file.ok ? ok(build(file.value, source)) : file
}

const ruleName = (number: number, what: string): string => `rule ${number}: ${what}`

/** Judges one literal. Text that is no strict literal is refused: nobody could say where it leads. */
export function judgeAddress(policy: Policy, text: string): AddressVerdict {
  const address = parseAddress(text)
  if (!address) return { address: text.slice(0, 64), allowed: false, rule: 'rule 0: not an address', reason: `${quote(text)} is not an address that can be judged` }
  const verdict = judge(policy, address)
  const wrapped = verdict.allowed ? null : embeddedIpv4(address.ip)
  if (!wrapped) return verdict
  const inner = judge(policy, { family: 4, text: wrapped.toString(), ip: wrapped })
  return inner.allowed ? verdict : { ...verdict, reason: `${verdict.reason}; this one leads to ${inner.address}, which ${inner.rule} refuses` }
}

function judge(policy: Policy, address: Address): AddressVerdict {
  const shown = formatAddress(address)
  for (const rule of policy.rules) {
    const hit = rule.ranges.find((range) => inCidr(address.ip, range))
    // ::1 lies inside ::/96 only on paper: it is the loopback address, not an IPv4-compatible one.
    if (!hit || (hit.text === '::/96' && address.text === V4_LOOPBACK.v6)) continue
    return { address: shown, allowed: rule.effect === 'allow', rule: ruleName(rule.number, hit.text), reason: rule.reason }
  }
  const { number, effect, what, reason } = policy.otherwise
  return { address: shown, allowed: effect === 'allow', rule: ruleName(number, what), reason }
}

/** Judges each literal in order. */
export const judgeAll = (policy: Policy, addresses: readonly string[]): AddressVerdict[] => addresses.map((address) => judgeAddress(policy, address))

/** Judges a canonical name by the admin's name patterns; allowed if there are none. */
export function judgeName(policy: Policy, name: string): NameVerdict {
  const hit = policy.rules.find((rule) => rule.names.some((pattern) => matchesName(pattern, name)))
  if (hit) return { name, allowed: hit.effect === 'allow', rule: ruleName(hit.number, hit.what), reason: hit.reason }
  const allowed = policy.rules.filter((rule) => rule.effect === 'allow' && rule.names.length > 0)
  const last = allowed.at(-1)
  if (!last) return { name, allowed: true, rule: 'no rule names it', reason: 'the policy has no rules that hold for this name' }
  const numbers = allowed.length === 1 ? `rule ${last.number}` : `rules ${allowed[0]?.number ?? 0} to ${last.number}`
  return { name, allowed: false, rule: `${numbers}: ${allowed.slice(0, 5).map((rule) => rule.what).join(', ')}`, reason: 'the administrator allows only these names' }
}

const duration = (ms: number): string => (ms % 3_600_000 === 0 ? `${ms / 3_600_000} h` : ms % 60_000 === 0 ? `${ms / 60_000} min` : ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`)

/** The whole policy in plain words, for the policy page and the start page. */
export function policySummary(policy: Policy): PolicySummary {
  const { limits, otherwise } = policy
  return {
    policyId: policy.id,
    source: policy.source,
    rules: [...policy.rules.map(({ number, effect, what, reason }) => ({ number, effect, what, reason })), otherwise],
    limits: [
      { name: 'Runs at once, per person', value: String(limits.runsPerUser) },
      { name: 'Runs at once, on this vantage', value: String(limits.runsPerHost) },
      { name: 'Starts per person and hour', value: String(limits.startsPerUserPerHour) },
      { name: 'New targets per person and minute', value: String(limits.newTargetsPerMinute) },
      { name: 'Longest continuous run', value: duration(limits.continuousMaxMs) },
      { name: 'Shortest time between probes', value: duration(limits.minIntervalMs) },
      { name: 'Walk from the root', value: policy.walkFromRoot },
      { name: 'Public resolvers', value: policy.publicResolvers === 'ask' ? 'where a person asks for them' : 'never' },
    ],
  }
}

/** The admin's policy file: JSON decoded strictly. Errors name the field and what it may hold. */
import * as z from 'zod/mini'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { parseCidr } from './address.ts'
import { isNamePattern } from './name-pattern.ts'

/** Bounds and defaults of each limit (S38, S39). A file may move a limit only between `min` and `max`. */
export const LIMITS = {
  runsPerUser: { min: 1, max: 64, fallback: 20 },
  runsPerHost: { min: 1, max: 256, fallback: 80 },
  startsPerUserPerHour: { min: 1, max: 3600, fallback: 150 },
  newTargetsPerMinute: { min: 1, max: 120, fallback: 10 },
  continuousMaxMs: { min: 10_000, max: 86_400_000, fallback: 86_400_000 },
  minIntervalMs: { min: 200, max: 60_000, fallback: 200 },
} as const

/** Who may have a names run walk from the root, which asks servers all over the Internet. */
export const WALK_FROM_ROOT = ['admins', 'everyone', 'nobody'] as const
/** `ask`: a person may choose public resolvers for a run. `never`: nobody may. */
export const PUBLIC_RESOLVERS = ['ask', 'never'] as const

export type LimitName = keyof typeof LIMITS
/** What one person and the whole vantage may do at most. Times in ms. */
export type PolicyLimits = Readonly<Record<LimitName, number>>

const text = z.string().check(z.minLength(1), z.maxLength(200))
const range = z.string().check(z.maxLength(64), z.refine((value) => parseCidr(value) !== null, 'is not a network such as 10.20.0.0/16 or 2001:db8::/32 (the bits behind the prefix must be zero)'))
const pattern = z.string().check(z.maxLength(253), z.refine(isNamePattern, 'is not a name such as db.example.com, nor a pattern such as *.example.com, in lower case'))
const bound = (name: LimitName) => z.optional(z.int().check(z.gte(LIMITS[name].min, `is below ${LIMITS[name].min}`), z.lte(LIMITS[name].max, `is above ${LIMITS[name].max}`)))
const entry = <T extends z.core.$ZodType>(what: T) => z.array(z.strictObject({ match: what, reason: z.optional(text) })).check(z.maxLength(500))

const PolicyFile = z.strictObject({
  denyAddresses: z.optional(entry(range)),
  /** If present: only these, within what is not refused. */
  allowAddresses: z.optional(entry(range)),
  denyNames: z.optional(entry(pattern)),
  /** If present: only these names; addresses typed as such are judged by the address rules alone. */
  allowNames: z.optional(entry(pattern)),
  walkFromRoot: z.optional(z.enum(WALK_FROM_ROOT)),
  publicResolvers: z.optional(z.enum(PUBLIC_RESOLVERS)),
  limits: z.optional(z.strictObject({
    runsPerUser: bound('runsPerUser'), runsPerHost: bound('runsPerHost'), startsPerUserPerHour: bound('startsPerUserPerHour'),
    newTargetsPerMinute: bound('newTargetsPerMinute'), continuousMaxMs: bound('continuousMaxMs'), minIntervalMs: bound('minIntervalMs'),
  })),
})
export type PolicyFile = z.infer<typeof PolicyFile>

/** Decodes the parsed JSON of a policy file; `source` is how messages name the file. Fails with `invalid` and the field. */
export function decodePolicyFile(json: unknown, source: string): Result<PolicyFile> {
  const decoded = PolicyFile.safeParse(json)
  if (decoded.success) return ok(decoded.data)
  const issue = decoded.error.issues[0]
  const path = (issue?.path ?? []).map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('').replace(/^\./, '')
  const what = issue ? describe(issue) : 'does not decode'
  const field = path === '' ? 'the file' : path
  return fail({ code: 'invalid', field, message: `The target policy in ${source} is not used: ${field} ${what}. Mend it and start again.` })
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `holds ${issue.keys.slice(0, 5).map((key) => `"${key.slice(0, 60)}"`).join(', ')}, which is not a setting`
  if (issue.code === 'invalid_type') return `must be ${issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`}`
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map((value) => `"${String(value)}"`).join(', ')}`
  if (issue.code === 'too_big' && issue.origin !== 'number') return `is longer than ${String(issue.maximum)}`
  if (issue.code === 'too_small' && issue.origin !== 'number') return 'is empty'
  return issue.message
}

/** Policy's word on what a run may reach beside its target: servers that its options name, and options that need an admin. Pure. */
import type { Role } from '#lib/protocol/access.ts'
import type { Problem } from '#lib/protocol/result.ts'
import { judgeAll, type Policy } from './policy.ts'

/** Null when every literal address may be asked; else the first that may not, with its rule. `field`: the option that names them. */
export function contactProblem(policy: Policy, contacts: readonly string[], field: string): Problem | null {
  const denied = judgeAll(policy, contacts).find((verdict) => !verdict.allowed)
  if (denied === undefined) return null
  const message = `${denied.address} is not a server that may be asked. The target policy (${denied.rule}) refuses it: ${denied.reason}. No packet was sent. Choose another server, or leave it out.`
  return { code: 'target-refused', field, rule: denied.rule, message }
}

/** What somebody wants that not everybody may: `why` is the tool's sentence, without a full stop. */
export interface Privilege { why: string; role: Role; field: string }

/** Null when this role may have the run walk from the root; else why not and who may. */
export function privilegeProblem(policy: Pick<Policy, 'walkFromRoot'>, { why, role, field }: Privilege): Problem | null {
  if (policy.walkFromRoot === 'everyone' || (policy.walkFromRoot === 'admins' && role === 'admin')) return null
  return { code: 'not-allowed', field, rule: walkRule(policy), message: `${why}, so the target policy leaves it to ${policy.walkFromRoot === 'admins' ? 'admins. Ask one of them, or run it without.' : 'nobody. Run it without.'}` }
}

/** Null when the options ask for nothing that the policy gives to nobody; else the option at fault. Known by name, so that the vantage can ask too. */
export function leaveProblem(policy: Partial<Pick<Policy, 'walkFromRoot' | 'publicResolvers'>>, options: Readonly<Record<string, unknown>>): Problem | null {
  const { walkFromRoot, publicResolvers } = policy
  if (publicResolvers === 'never' && options['publicServers'] === 'yes') {
    return { code: 'target-refused', field: 'options.publicServers', rule: 'publicResolvers: never', message: 'The target policy (publicResolvers: never) lets nobody ask public resolvers from here. No packet was sent. Ask the servers of this vantage only.' }
  }
  if (walkFromRoot === 'nobody' && options['walk'] === 'yes') {
    return { code: 'not-allowed', field: 'options.walk', rule: walkRule({ walkFromRoot }), message: 'The target policy (walkFromRoot: nobody) lets nobody walk from the root. No packet was sent. Run it without.' }
  }
  return null
}

const walkRule = ({ walkFromRoot }: Pick<Policy, 'walkFromRoot'>): string => `walkFromRoot: ${walkFromRoot}`

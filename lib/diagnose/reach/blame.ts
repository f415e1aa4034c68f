/** Whose word it is that a connection failed: the target's own, somebody's in between, or the vantage's. */
import { latestPing } from '#lib/session/runs.ts'
import type { ReachFacts } from '../rule.ts'
import type { Tried } from './shared.ts'

/** A round trip this much shorter than ping's least one cannot have been made by the same host. [own] */
const NEARER_SHARE = 0.5
const NEARER_MS = 5

/** The one who rejected in the target's place; null: the target itself, or nobody knows. `code`: of the ICMP error, else RST. */
export function rejectedBy(facts: ReachFacts, one: Tried): { by: string | null; code: string } | null {
  const { blame, last } = one
  if (blame?.how === 'icmp' && blame.icmp === 'port-unreachable') return { by: blame.by, code: 'ICMP port unreachable' }
  if (last.state !== 'refused') return null
  if (blame?.how === 'rst' && blame.by !== null && blame.by !== one.address) return { by: blame.by, code: 'RST' }
  return isNearer(facts, one) ? { by: null, code: 'RST' } : null
}

/** The refusal comes back from nearer than the target is. */
function isNearer({ session }: ReachFacts, one: Tried): boolean {
  const ping = latestPing(session, one.address)
  const least = ping?.view.rtt.minMs ?? NaN
  return one.last.ms !== null && least - one.last.ms > NEARER_MS && one.last.ms < least * NEARER_SHARE
}

/** The vantage's own kernel had no way there: told at once, nothing was sent. */
export const isNoWay = ({ last, blame }: Tried): boolean => blame?.how === 'local' ? last.state === 'unreachable' : last.state === 'unreachable' && (last.code === 'ENETUNREACH' || last.code === 'EADDRNOTAVAIL') && (blame === null || blame.by === null)

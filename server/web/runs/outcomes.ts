/** The outcomes that web itself writes, with their sentences: a run refused by the vantage, or cut off by us. */
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { Problem, ProblemCode } from '#lib/protocol/result.ts'

const BLAME: Partial<Record<ProblemCode, NonNullable<Outcome['blame']>>> = {
  'target-invalid': 'policy',
  'target-refused': 'policy',
  'target-unresolved': 'resolver',
  'tool-unavailable': 'tool',
}

/** The vantage would not start it: no process, no packet. */
export function refusedBy(problem: Problem): Outcome {
  return { kind: 'refused', code: problem.code, message: problem.message, blame: BLAME[problem.code] ?? 'hopscope' }
}

/** The link to the vantage broke; its reaper has ended the process by now. */
export const LINK_LOST: Outcome = {
  kind: 'interrupted', code: 'link-lost', blame: 'hopscope',
  message: 'The connection to the vantage was lost, so this run was ended. Everything up to here is kept; start it again when the vantage is back.',
}

/** Found unfinished when the server started: the process before this one died under it. */
export const FOUND_UNFINISHED: Outcome = {
  kind: 'interrupted', code: 'server-died', blame: 'hopscope',
  message: 'Hopscope was ended while this run was live. Everything up to here is kept; start it again to go on measuring.',
}

/** The server is being stopped or updated on purpose. */
export const SERVER_STOPPED: Outcome = {
  kind: 'interrupted', code: 'server-stopped', blame: 'hopscope',
  message: 'Hopscope was stopped or restarted while this run was live. Everything up to here is kept; start it again to go on measuring.',
}

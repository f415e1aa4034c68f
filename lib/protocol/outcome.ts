/** How a run ended, and whose doing it was. */
import * as z from 'zod/mini'

/** Whose fault a failure is. `target`: the far host; `path`: something between; `tool`: the program on the vantage. */
export const Blame = z.enum(['target', 'path', 'resolver', 'tool', 'policy', 'hopscope'])
export type Blame = z.infer<typeof Blame>

/**
 * finished: the tool ran to its own end (no reply at all is also finished: it is an answer);
 * failed: the tool could not do its work; stopped: a person stopped it; timed-out: its deadline ended it;
 * interrupted: Hopscope or the vantage died or restarted under it; refused: never started.
 */
export const OutcomeKind = z.enum(['finished', 'failed', 'stopped', 'timed-out', 'interrupted', 'refused'])
export type OutcomeKind = z.infer<typeof OutcomeKind>

export const Outcome = z.object({
  kind: OutcomeKind,
  /** Stable word for the cause: `exit`, `signal`, `no-route`, `permission`, `unknown-host`, `tool-missing`, `output-limit`, `deadline`, `link-lost`, … */
  code: z.string(),
  /** One sentence a person can act on. */
  message: z.string(),
  blame: z.optional(Blame),
  exitCode: z.optional(z.int()),
  signal: z.optional(z.string()),
  /** The person who stopped it. */
  by: z.optional(z.string()),
})
export type Outcome = z.infer<typeof Outcome>

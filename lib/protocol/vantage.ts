/** What a vantage says of itself: the host, its tools, what is missing and the one command that mends it. */
import * as z from 'zod/mini'
import { ToolId } from './events.ts'

/** `ready`: opened what it needs in the self-test. `missing`: not installed. `no-privilege`: installed, may not open what it needs. `untried`: its self-test is still going on (the first seconds after a start); a run may be started. `broken`: anything else. */
export const ToolState = z.enum(['ready', 'missing', 'no-privilege', 'untried', 'broken'])

export const ToolStatus = z.object({
  tool: ToolId,
  state: ToolState,
  path: z.nullable(z.string()),
  version: z.nullable(z.string()),
  /** One sentence: what was tried and what happened. */
  message: z.string(),
  /** The tool's or kernel's own words, quoted exactly. */
  quote: z.optional(z.string()),
  /** The one command that mends it. */
  remedy: z.optional(z.string()),
})
export type ToolStatus = z.infer<typeof ToolStatus>

export const VantageFacts = z.object({
  /** Name shown everywhere; the host name unless configured. */
  name: z.string(),
  hostname: z.string(),
  addresses: z.array(z.string()),
  kernel: z.string(),
  node: z.string(),
  /** Account and uid the tools run as. */
  user: z.string(), uid: z.int(),
  /** Capabilities kept, e.g. ["cap_net_raw"]; empty = none. */
  capabilities: z.array(z.string()),
  noNewPrivileges: z.boolean(),
  checkedAtMs: z.number(),
  tools: z.array(ToolStatus),
})
export type VantageFacts = z.infer<typeof VantageFacts>

/** A verdict derived from folded facts by one rule, and its life over the session. */
import type { RunId } from '#lib/protocol/ids.ts'
import type { Severity } from '#lib/protocol/api.ts'
import type { ToolId } from '#lib/protocol/events.ts'

export type Confidence = 'low' | 'medium' | 'high'

/** One row of evidence: what was measured and its value, with its definition where the name alone could mislead. */
export interface Evidence {
  label: string
  value: string
  /** Smaller text before the value: `20 of 624`. */
  detail?: string
  definition?: string
}

/** What to do next. At most two actions; the first one can be run or copied. */
export interface NextStep {
  /** One sentence. */
  text: string
  actions?: readonly (
    | { kind: 'copy'; label: string; command: string }
    | { kind: 'copy-ticket'; label: string }
    | { kind: 'run'; label: string; tool: ToolId; options: Record<string, unknown> }
  )[]
}

/** Where in the session the evidence lies: the page sets its window and crosshair to it. */
export interface EvidenceSpan {
  runId: RunId; fromMs: number; toMs: number; probes?: readonly number[]
  /** TTLs of the hops it is about: the hop table selects them. */
  hops?: readonly number[]
}

/** What a rule returns while its condition holds. A rule with no evidence cannot fire. */
export interface Finding {
  /** `P-LOSS-BURST`, as in docs/findings.md. One rule can hold once per `subject`. */
  rule: string
  /** What it is about, within the rule: run id, run id + responder. Stable, so that the finding keeps its identity. */
  subject: string
  severity: Severity
  confidence: Confidence
  /** One sentence: what is wrong. Ends with a full stop. */
  title: string
  /** What it means, one or two sentences. */
  meaning: string
  evidence: readonly Evidence[]
  /** Other explanations that the evidence does not rule out. */
  otherwise: readonly string[]
  next: NextStep
  /** Rules whose findings on the same target this one is the cause of: they become notes, and it is as severe as the worst of them (causes.ts). */
  explains?: readonly string[]
  /** Rules whose findings on the same target are not as bad as they look, now that this is known: they become notes. */
  settles?: readonly string[]
  /** The address it is about, where that is not the one its run is pinned to: of a run that tries every address of a host. */
  about?: string
  /** When the condition began (not when it was noticed). */
  sinceMs: number
  span: EvidenceSpan
}

/** A finding never disappears: when it clears it becomes "until". */
export interface FindingRecord extends Finding {
  id: string
  /** When the rule first fired, event time. */
  noticedMs: number
  /** Id of the finding that accounts for it; its severity is then `info`. */
  explainedBy?: string
  /** Event time at which it cleared; null while it holds. */
  untilMs: number | null
}

/** A negative result: what was checked and is fine. */
export interface FineCheck { rule: string; subject: string; title: string; value: string }

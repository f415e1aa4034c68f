/** Small pieces every ping rule uses. */
import { formatFixed } from '#lib/format/number.ts'
import type { EvidenceSpan, NextStep } from '../finding.ts'
import type { PingFacts } from '../rule.ts'

/** The span from `fromMs` to the last event, as evidence of this run. */
export function spanSince(facts: PingFacts, fromMs: number): EvidenceSpan {
  return { runId: facts.run.runId, fromMs, toMs: Math.max(fromMs, facts.nowMs) }
}

export const runStartMs = (facts: PingFacts): number => facts.run.startedAtMs ?? facts.run.queuedAtMs

/** `3.2 %` with one decimal. */
export const percent = (part: number, of: number): string => `${formatFixed((100 * part) / of, 1)}\u00a0%`

/** The name a person typed, with the address where they differ. */
export function targetName(facts: PingFacts): string {
  const { host, address } = facts.run.target
  return host === address ? address : `${host} (${address})`
}

/** `n probe` / `n probes`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${formatFixed(n, 0)} ${n === 1 ? one : many}`

/** A command for the person's own shell; target text went through the grammar, so it holds nothing a shell would read. */
export function copyCommand(text: string, label: string, command: string): NextStep {
  return { text, actions: [{ kind: 'copy', label, command }, { kind: 'copy-ticket', label: 'Copy for a ticket' }] }
}

export const ticketOnly = (text: string): NextStep => ({ text, actions: [{ kind: 'copy-ticket', label: 'Copy for a ticket' }] })

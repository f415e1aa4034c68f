/** Next steps: what a finding offers to run, to copy, or to hand on. */
import type { ToolId } from '#lib/protocol/events.ts'
import type { SessionView } from '#lib/session/view.ts'
import { DEFAULT_TCP_PORT } from '#lib/tools/path/fields.ts'
import type { NextStep } from './finding.ts'
import type { OfRun } from './shared.ts'

/** A run that one click starts. */
export interface Offer { label: string; tool: ToolId; options: Record<string, unknown> }

const TICKET = { kind: 'copy-ticket', label: 'Copy for a ticket' } as const

export const ticketOnly = (text: string): NextStep => ({ text, actions: [TICKET] })

/** A command for the person's own shell; target text went through the grammar, so it holds nothing a shell would read. */
export function copyCommand(text: string, label: string, command: string): NextStep {
  return { text, actions: [{ kind: 'copy', label, command }, TICKET] }
}

/** Offers the first of `offers` that the session has not run towards this address yet; the first one again when it has run them all. */
export function runNext(facts: OfRun & { session: SessionView }, text: string, offers: readonly [Offer, ...Offer[]]): NextStep {
  const offer = offers.find((candidate) => !hasRun(facts, candidate)) ?? offers[0]
  return { text, actions: [{ kind: 'run', ...offer }, TICKET] }
}

/** As `runNext`, with a command to copy in place of the ticket. */
export function runOrCopy(text: string, offer: Offer, copy: { label: string; command: string }): NextStep {
  return { text, actions: [{ kind: 'run', ...offer }, { kind: 'copy', ...copy }] }
}

function hasRun({ session, run }: OfRun & { session: SessionView }, offer: Offer): boolean {
  return session.runs.some((other) => other.tool === offer.tool && other.target.address === run.target.address
    && Object.entries(offer.options).every(([name, value]) => other.options[name] === value))
}

/**
 * The path over TCP to the port that was asked for: what filters of ICMP let through. By traceroute, which may go on beside the session's mtr;
 * an mtr over TCP may not (lib/tools/mtr/clash.ts).
 */
export function tcpPath({ run }: Pick<OfRun, 'run'>): Offer {
  const port = run.target.port ?? DEFAULT_TCP_PORT
  return { label: `Run TCP path :${port}`, tool: 'traceroute', options: { protocol: 'tcp', port, queries: 5 } }
}

export const ICMP_PATH: Offer = { label: 'Run ICMP path', tool: 'mtr', options: { protocol: 'icmp' } }
export const UDP_TRACE: Offer = { label: 'Run UDP traceroute', tool: 'traceroute', options: { protocol: 'udp' } }
export const LONG_TRACE: Offer = { label: 'Run traceroute, 64 hops', tool: 'traceroute', options: { protocol: 'icmp', maxHops: 64 } }
export const PATHPING_RUN: Offer = { label: 'Run pathping', tool: 'pathping', options: {} }
export const PING_RUN: Offer = { label: 'Run ping', tool: 'ping', options: {} }
export const PMTU_RUN: Offer = { label: 'Measure the path MTU', tool: 'pmtu', options: {} }

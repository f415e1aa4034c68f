/** What a ping run's state means for the person looking: one sentence, why, what next. Pure. */
import { formatCount } from '#lib/format/number.ts'
import { formatDuration } from '#lib/format/time.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { ToolId } from '#lib/protocol/events.ts'
import type { RunState } from '#lib/session/view.ts'
import type { PingView } from '#lib/tools/ping/view.ts'

export interface RunFacts {
  state: RunState
  outcome: Outcome | null
  target: string
  /** Whose measurements the chart shows; default ping. */
  tool?: ToolId
  /** Of a reach run: why it gave up, in the tool's own words. */
  quote?: string | undefined
}

export interface RunNotice {
  severity: 'crit' | 'warn' | 'info'
  title: string
  text: string
  /** The tool's own words, exactly. */
  quote?: string
}

/** The notice over the chart; null once there are replies to look at and nothing stands in the way. */
export function runNotice(view: PingView | null, run: RunFacts): RunNotice | null {
  if (run.tool === 'reach') return connectNotice(view, run)
  if (run.state === 'refused') return { severity: 'crit', title: `${run.target} was not probed.`, text: `${run.outcome?.message ?? 'The run was refused.'} No packet was sent.` }
  if (view?.fatal) return fatal(view, run)
  const { sent = 0, answered = 0, judged = 0, late = 0 } = view?.counts ?? {}
  if (answered + late > 0) return null
  if (run.tool !== undefined && run.tool !== 'ping') return notReached(run)
  if (run.state === 'failed') return { severity: 'crit', title: 'ping could not do its work.', text: run.outcome?.message ?? 'It ended without a reason.' }
  if (run.state === 'queued') return { severity: 'info', title: 'The run waits for a free place.', text: 'It starts by itself when another run ends.' }
  if (run.state === 'interrupted' && judged === 0) return { severity: 'warn', title: 'The run was interrupted before a reply came.', text: run.outcome?.message ?? 'The vantage or the console went away.' }
  if (judged === 0) return ended(run.state) ? { severity: 'info', title: 'The run ended before a probe was answered or lost.', text: 'Nothing was measured.' } : waiting(view, sent)
  return silent(view, run, judged)
}

/** A path run draws the target's own answers: until it gives one there is nothing to draw, and that alone is no loss. */
function notReached(run: RunFacts): RunNotice {
  if (run.tool === 'pmtu') return { severity: 'info', title: 'Nobody pings this target here.', text: 'The path MTU run measures sizes, not times. Start a ping or a path run to see round trips.' }
  if (run.state === 'failed') return { severity: 'crit', title: 'The path could not be probed.', text: run.outcome?.message ?? 'It ended without a reason.' }
  return ended(run.state)
    ? { severity: 'info', title: 'The target did not answer this path run.', text: 'So there is no round trip to draw. The hops that did answer are below; a ping, or probes of another protocol, may reach it.' }
    : { severity: 'info', title: 'Waiting for the first answer of the target.', text: 'Round trips are drawn once the target itself answers. The hops below are shown as they come.' }
}

/** Connections that nobody answers say little; the address table says who stands in the way. */
function connectNotice(view: PingView | null, run: RunFacts): RunNotice | null {
  if (run.state === 'refused') return { severity: 'crit', title: `${run.target} was not connected to.`, text: `${run.outcome?.message ?? 'The run was refused.'} No packet was sent.` }
  const { answered = 0, judged = 0, awaited = 0 } = view?.counts ?? {}
  if (answered > 0) return null
  if (run.state === 'failed') return { severity: 'crit', title: 'The probe could not do its work.', text: run.outcome?.message ?? 'It ended without a reason.', ...(run.quote !== undefined && { quote: run.quote }) }
  if (run.state === 'queued') return { severity: 'info', title: 'The run waits for a free place.', text: 'It starts by itself when another run ends.' }
  if (judged === 0) return ended(run.state) ? { severity: 'info', title: 'The run ended before a connection was made.', text: 'Nothing was measured.' } : { severity: 'info', title: awaited > 0 ? 'Waiting for the first answer.' : 'Waiting for the first connection.', text: view ? `A connection has failed only after ${formatDuration(view.timeoutMs)}.` : 'The tool is starting.' }
  const tried = `${formatCount(judged)} ${judged === 1 ? 'connection' : 'connections'}`
  return { severity: 'warn', title: `None of ${tried} was answered${ended(run.state) ? '.' : ' so far.'}`, text: 'Neither accepted nor refused, so there is no time to draw. Something on the way drops them, or nothing is there.' }
}

const ended = (state: RunState): boolean => state !== 'running' && state !== 'queued'

function waiting(view: PingView | null, sent: number): RunNotice {
  const timeout = view ? `A probe is lost only after ${formatDuration(view.timeoutMs)}.` : ''
  return { severity: 'info', title: sent === 0 ? 'Waiting for the first probe.' : 'Waiting for the first reply.', text: sent === 0 ? 'The tool is starting.' : `${formatCount(sent)} ${sent === 1 ? 'probe' : 'probes'} sent. ${timeout}` }
}

function silent(view: PingView | null, run: RunFacts, judged: number): RunNotice {
  const probes = `${formatCount(judged)} ${judged === 1 ? 'probe' : 'probes'}`
  const error = view?.icmpErrors.at(-1)
  if (error) return { severity: 'warn', title: `No reply to ${probes}${ended(run.state) ? '' : ' so far'}; ${error.from} answers instead.`, text: 'A router or host on the way reports why the probes do not arrive.', quote: `From ${error.from}: ${error.text}` }
  return { severity: 'info', title: `No reply to ${probes}${ended(run.state) ? '.' : ' so far.'}`, text: 'Many hosts ignore ping and still work, and firewalls drop it. This alone does not say that the host is down. Try the service itself from the vantage.' }
}

const FATAL_TITLES: Record<string, string> = {
  'unknown-host': 'The name does not resolve.', 'dns-temporary': 'The name could not be resolved right now.', 'no-address': 'The name has no address of this family.',
  'address-family': 'The address is of the other family.', 'network-unreachable': 'The vantage has no route to this network.', 'host-unreachable': 'The vantage has no way to this host.',
  broadcast: 'This is a broadcast address.', permission: 'ping may not open a raw socket here.', usage: 'ping did not accept its arguments.', 'invalid-argument': 'ping did not accept an argument.',
  'no-interface': 'The interface does not exist on the vantage.',
}

function fatal(view: PingView, run: RunFacts): RunNotice {
  const { error = '', text = '' } = view.fatal ?? {}
  const cannot = error === 'permission' ? 'Nothing is known about the target: this is a limit of the vantage, not an outage.' : run.outcome?.message ?? 'No probe was sent.'
  return { severity: error === 'permission' || error.endsWith('unreachable') ? 'crit' : 'warn', title: FATAL_TITLES[error] ?? 'ping gave up before probing.', text: cannot, quote: text }
}

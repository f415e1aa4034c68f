/** `/metrics` in Prometheus text form (version 0.0.4). Figures only: no target, name or address. */
import type { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Web } from '../context.ts'

export interface MetricSources {
  sockets(): { sockets: number; watches: number }
  /** Delay of this process's event loop since it was last read, nanoseconds. */
  loopDelay: ReturnType<typeof monitorEventLoopDelay>
  /** The runner's own event-loop lag, ms; null before its first pulse. */
  runnerLagMs(): number | null
}

interface Metric { name: string; type: 'gauge' | 'counter'; help: string; samples: { labels?: string; value: number }[] }

export function metricsText(web: Web, sources: MetricSources): string {
  return `${metrics(web, sources).map(lines).join('\n')}\n`
}

function metrics(web: Web, sources: MetricSources): Metric[] {
  const runs = web.runs.live.all()
  const writer = web.runs.figures()
  const { sockets, watches } = sources.sockets()
  const memory = process.memoryUsage()
  const runnerLagMs = sources.runnerLagMs()
  const inState = (state: string): number => runs.filter((run) => run.state === state).length
  const one = (name: string, type: Metric['type'], help: string, value: number): Metric => ({ name, type, help, samples: [{ value }] })
  const delay = sources.loopDelay
  const all = [
    one('hopscope_sessions_live', 'gauge', 'Sessions with a run that is alive.', new Set(runs.map((run) => run.sessionId)).size),
    { name: 'hopscope_runs', type: 'gauge' as const, help: 'Runs that are alive, by state.', samples: ['queued', 'running'].map((state) => ({ labels: `state="${state}"`, value: inState(state) })) },
    one('hopscope_sockets', 'gauge', 'Open live connections.', sockets),
    one('hopscope_watches', 'gauge', 'Sessions watched, summed over live connections.', watches),
    one('hopscope_events_appended_total', 'counter', 'Events handed to the session log since the start.', writer.eventsAppended),
    one('hopscope_transcript_bytes_total', 'counter', 'Bytes of tool output handed to the session log since the start.', writer.transcriptBytes),
    one('hopscope_append_failures_total', 'counter', 'Appends that the session log refused.', writer.failed),
    one('hopscope_appends_pending', 'gauge', 'Appends not yet committed.', writer.pending),
    one('hopscope_append_lag_seconds', 'gauge', 'Time from hand-over to commit of the newest append.', writer.lastLagMs / 1000),
    one('hopscope_append_lag_max_seconds', 'gauge', 'Longest such time since the start.', writer.maxLagMs / 1000),
    one('hopscope_loop_lag_p99_seconds', 'gauge', '99th percentile of the event loop delay of web since the last reading.', delay.percentile(99) / 1e9),
    one('hopscope_loop_lag_max_seconds', 'gauge', 'Longest event loop delay of web since the last reading.', delay.max / 1e9),
    one('hopscope_vantage_online', 'gauge', '1 while the vantage is connected.', web.vantage.online() ? 1 : 0),
    one('hopscope_storage_ok', 'gauge', '1 while the session log can be written.', web.store.state().ok ? 1 : 0),
    one('hopscope_audit_ok', 'gauge', '1 while the audit log can be written.', web.audit.available() ? 1 : 0),
    one('process_resident_memory_bytes', 'gauge', 'Resident memory of web.', memory.rss),
    one('nodejs_heap_size_used_bytes', 'gauge', 'JavaScript heap in use of web.', memory.heapUsed),
    one('process_uptime_seconds', 'gauge', 'Time since web started.', process.uptime()),
  ]
  if (runnerLagMs !== null) all.push(one('hopscope_runner_loop_lag_seconds', 'gauge', 'Event loop lag of the runner, as of its last pulse.', runnerLagMs / 1000))
  delay.reset()
  return all
}

function lines({ name, type, help, samples }: Metric): string {
  const values = samples.map(({ labels, value }) => `${name}${labels === undefined ? '' : `{${labels}}`} ${Number.isFinite(value) ? value : 0}`)
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...values].join('\n')
}

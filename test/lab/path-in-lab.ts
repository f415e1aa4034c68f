/** Sessions of path tools in a lab, as a person would start them over the API: their events folded, their findings, and what really happened. */
import { setTimeout as pause } from 'node:timers/promises'
import type { EventsPage, FindingsPage, Inspection, Started } from '#lib/protocol/api.ts'
import type { SessionEvent, ToolId } from '#lib/protocol/events.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { paneOf } from '#lib/session/panes.ts'
import { isPath, isPing, isPmtu, type PathRun, type PingRun, type PmtuRun } from '#lib/session/runs.ts'
import type { RunView, SessionView } from '#lib/session/view.ts'
import { value, type LabServer } from './server-in-lab.ts'

const POLL_MS = 250

export interface Wanted { tool: ToolId; options: Record<string, unknown> }
export interface StartOptions {
  target: string
  family?: 4 | 6
  /** Absent: what the start page has ticked for the path, with its options. */
  runs?: readonly Wanted[] | undefined
}

/** One session and what has been read of it so far. */
export class LabSession {
  readonly view: SessionView = emptySession()
  readonly events: SessionEvent[] = []
  readonly server: LabServer
  readonly id: SessionId

  private constructor(server: LabServer, id: SessionId) {
    this.server = server
    this.id = id
  }

  static async start(server: LabServer, options: StartOptions): Promise<LabSession> {
    const { sessionId } = value(await server.call<Started>('POST', '/api/v1/sessions', await requestOf(server, options)))
    return new LabSession(server, sessionId)
  }

  /** More runs in the same session. */
  async add(options: StartOptions): Promise<void> {
    value(await this.server.call<Started>('POST', `/api/v1/sessions/${this.id}/runs`, await requestOf(this.server, options)))
  }

  /** Reads what was committed since, and folds it. */
  async read(): Promise<SessionView> {
    for (;;) {
      const page = value(await this.server.call<EventsPage>('GET', `/api/v1/sessions/${this.id}/events?after=${this.view.seq}&limit=10000`))
      for (const event of page.events) applyEvent(this.view, event)
      this.events.push(...page.events)
      if (page.events.length === 0 || this.view.seq >= page.headSeq) return this.view
    }
  }

  /** Resolves once the session so far is as wanted; fails with the state of its runs when that takes too long. */
  async until(what: string, test: (view: SessionView) => boolean, limitMs = 75_000): Promise<void> {
    const end = performance.now() + limitMs
    while (!test(await this.read())) {
      if (performance.now() > end) throw new Error(`${this.view.target}: no “${what}” within ${limitMs / 1000} s. Runs: ${this.view.runs.map((run) => `${run.tool} ${run.state}`).join(', ')}\n${this.server.log()}`)
      await pause(POLL_MS)
    }
  }

  /** Stops what is still running and waits for every end. */
  async stop(): Promise<void> {
    for (const run of this.view.runs.filter((one) => one.state === 'running' || one.state === 'queued')) {
      value(await this.server.call('POST', `/api/v1/sessions/${this.id}/runs/${run.runId}/stop`))
    }
    await this.until('every run ended', (view) => view.runs.every((run) => run.endedAtMs !== null))
  }

  /** What the findings endpoint says. */
  async findings(): Promise<FindingsPage> {
    return value(await this.server.call<FindingsPage>('GET', `/api/v1/sessions/${this.id}/findings`))
  }

  /** The newest path run of a tool, or of any. */
  path(tool?: ToolId): PathRun { return found(this.view.runs.findLast((run): run is PathRun => isPath(run) && (tool === undefined || run.tool === tool))) }
  ping(): PingRun { return found(this.view.runs.findLast((run): run is PingRun => isPing(run))) }
  pmtu(): PmtuRun { return found(this.view.runs.findLast((run): run is PmtuRun => isPmtu(run))) }
}

function found<T>(run: T | undefined): T {
  if (run === undefined) throw new Error('The session has no such run.')
  return run
}

/** The request for what was asked, or for what the start page proposes. */
async function requestOf(server: LabServer, { target, family, runs }: StartOptions): Promise<object> {
  const pins = { target, ...(family !== undefined && { family }) }
  if (runs !== undefined) return { ...pins, runs }
  const { runs: proposed } = value(await server.call<Inspection>('POST', '/api/v1/targets/inspect', pins))
  return { ...pins, runs: proposed.filter((run) => run.ticked && paneOf(run) === 'path').map(({ tool, options }) => ({ tool, options })) }
}

/** Rounds that a path run has sent to its first hop. */
export const rounds = (run: RunView): number => (isPath(run) ? run.view.hops[0]?.total.sent ?? 0 : Number.POSITIVE_INFINITY)

/** Has every endless run enough, and has everything else ended? */
export const hasEnough = (count: number) => (view: SessionView): boolean =>
  view.runs.length > 0 && view.runs.every((run) => run.endedAtMs !== null || (run.tool === 'mtr' && rounds(run) >= count) || (isPing(run) && run.view.counts.sent >= count))

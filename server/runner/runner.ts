/** The runner: answers web's requests over the link, and says by itself what web should know (events, clock steps, pulse). */
import type { Policy } from '#lib/policy/policy.ts'
import type { LinkReply, LinkRequest, Resolution } from '#lib/protocol/link.ts'
import type { Problem, Result } from '#lib/protocol/result.ts'
import type { VantageFacts } from '#lib/protocol/vantage.ts'
import type { NameSetup } from '#lib/tools/tool.ts'
import { dialLink, type DialledLink } from '../link/dial.ts'
import { createLagMeter, watchClock } from './clocks.ts'
import { gatherFacts } from './facts.ts'
import type { Located } from './locate.ts'
import { createRunNames, type NameSources } from './names/run-names.ts'
import type { Privileges } from './privileges.ts'
import type { Processes } from './process/processes.ts'
import { eventFrames } from './runs/frames.ts'
import type { OutputLimits } from './runs/output-gate.ts'
import { createRuns, type Runs, type Tools } from './runs/runs.ts'
import { ToolTests } from './self-test.ts'

const PULSE_MS = 5_000

export interface RunnerOptions {
  /** Name of the vantage. */
  name: string
  /** Socket that web listens on. */
  socketPath: string
  tools: Tools
  processes: Processes
  privileges: Privileges
  policy: Policy
  resolve(host: string): Promise<Result<Resolution>>
  /** Who says what the routers of a path are called; absent: nobody. */
  names?: NameSources
  log(line: string): void
  /** Tests hand their own programs and smaller limits. */
  locate?: (binary: string) => Located
  limits?: OutputLimits
  /** Absent: as the files of this host say. */
  nameSetup?: (host: string) => Promise<NameSetup>
}

export interface Runner {
  facts(): VantageFacts
  /** Stops every run, tells their ends, closes the link and the reaper. */
  close(): Promise<void>
}

/** Tools that are slower to test are told as soon as they are; the others must not wait for them. */
const DIAL_AFTER_MS = 1_000

/** Runs the self-tests, dials web when they are over (a second later at most) and serves it until `close`. */
export async function createRunner(options: RunnerOptions): Promise<Runner> {
  const parts = { tools: options.tools, processes: options.processes, ...(options.locate === undefined ? {} : { locate: options.locate }) }
  const { names } = options
  const tested = new ToolTests({ ...parts, privileges: options.privileges })
  const facts = (): VantageFacts => gatherFacts({ name: options.name, privileges: options.privileges, tools: tested.statuses() })

  const runs = createRuns({
    ...parts, user: options.privileges.user, policy: options.policy, resolve: (host) => options.resolve(host),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.nameSetup === undefined ? {} : { nameSetup: options.nameSetup }),
    ...(names === undefined ? {} : { names: (run, tell) => createRunNames(names, run, tell) }),
    send(run, events, transcript) { for (const frame of eventFrames(run, events, transcript)) link.send(frame) },
  })
  const retest = async (): Promise<VantageFacts> => { await tested.run(); return facts() }
  const first = tested.run().then(() => { for (const line of tested.complaints()) options.log(line) })
  const inTime = await within(first, DIAL_AFTER_MS)
  const link = dialLink({
    path: options.socketPath, facts, log: options.log,
    onRequest: (request) => { void answer({ request, runs, retest, resolve: (host) => options.resolve(host), send: (reply) => link.send(reply) }) },
    onUp: () => options.log('link: connected'),
    onDown(reason) {
      if (runs.count() > 0) options.log(`link: lost, ${runs.count()} runs are stopped. ${reason}`)
      // Nobody records what these would still measure, and nobody could stop them.
      void runs.stopAll({ kind: 'link-lost' })
    },
  })
  if (!inTime) void first.then(() => { link.send({ type: 'facts', call: null, facts: facts() }) })
  const stopWatching = startWatches(link, runs)

  return {
    facts,
    async close() {
      stopWatching()
      await runs.stopAll({ kind: 'shutdown' })
      await link.close()
      options.processes.close()
    },
  }
}

/** True when the work is done before the time is over. */
async function within(work: Promise<void>, ms: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, ms, false)
  void work.then(() => resolve(true))
  return promise.finally(() => clearTimeout(timer))
}

function startWatches(link: DialledLink, runs: Runs): () => void {
  const lag = createLagMeter()
  const stopClock = watchClock((step) => { link.send({ type: 'clock', ...step }) })
  const pulse = setInterval(() => { link.send({ type: 'pulse', atMs: Date.now(), loopLagMs: lag.worstMs(), runs: runs.count() }) }, PULSE_MS)
  return () => { stopClock(); clearInterval(pulse); lag.stop() }
}

interface Answering {
  request: LinkRequest
  runs: Runs
  retest(): Promise<VantageFacts>
  resolve(host: string): Promise<Result<Resolution>>
  send(reply: LinkReply): void
}

async function answer({ request, runs, retest, resolve, send }: Answering): Promise<void> {
  switch (request.type) {
    case 'hello': return
    case 'stop': runs.stop(request.runId, request.by); return
    case 'check': send({ type: 'facts', call: request.call, facts: await retest() }); return
    case 'resolve': {
      const resolved = await resolve(request.host)
      send(resolved.ok ? { type: 'resolved', call: request.call, resolution: resolved.value } : problemReply(request.call, resolved.error))
      return
    }
    case 'start': {
      const started = runs.start(request)
      send(started.ok ? { type: 'accepted', call: request.call, runId: request.runId } : problemReply(request.call, started.error))
    }
  }
}

function problemReply(call: number, { code, message, field, rule }: Problem): LinkReply {
  return { type: 'problem', call, code, message, ...(field === undefined ? {} : { field }), ...(rule === undefined ? {} : { rule }) }
}

/** A runner and web's end of the link in one process, with the fake tool: what a test needs to start runs and watch their events. */
import { join } from 'node:path'
import { DEFAULT_POLICY, type Policy } from '#lib/policy/policy.ts'
import type { Observed } from '#lib/protocol/events.ts'
import { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { listenForRunner } from '#server/link/listen.ts'
import type { Vantage } from '#server/link/vantage.ts'
import type { NameSetup, Tool } from '#lib/tools/tool.ts'
import type { Located } from '#server/runner/locate.ts'
import type { NameSources } from '#server/runner/names/run-names.ts'
import { readPrivileges } from '#server/runner/privileges.ts'
import { createProcesses, type Processes } from '#server/runner/process/processes.ts'
import { createRunner, type Runner } from '#server/runner/runner.ts'
import type { OutputLimits } from '#server/runner/runs/output-gate.ts'
import { fakeTool, LOCALHOST, locateFake, tempRunDir, until } from './fake.ts'

export const SESSION = SessionId.parse('sessionsessionAA')
let serial = 0
export const nextRunId = (): RunId => RunId.parse(`run${String(++serial).padStart(13, '0')}`)

export interface Rig {
  dir: string
  vantage: Vantage
  runner: Runner
  processes: Processes
  events: Observed[]
  transcript(runId: RunId): string
  transcriptBytes(): number
  start(mode: string[], more?: { target?: PinnedTarget; runId?: RunId; deadlineMs?: number }): Promise<{ runId: RunId; result: Result<null> }>
  ended(runId: RunId, limitMs?: number): Promise<Extract<Observed, { kind: 'run.ended' }>>
  close(): Promise<void>
}

export async function startRig(options: { transport?: 'pty' | 'pipe'; limits?: OutputLimits; probe?: string[]; policy?: Policy; tool?: Tool<object, unknown>; locate?: (binary: string) => Located; names?: NameSources; nameSetup?: (host: string) => Promise<NameSetup> } = {}): Promise<Rig> {
  const dir = tempRunDir()
  const socketPath = join(dir.path, 'link.sock')
  const listening = await listenForRunner({ path: socketPath, log: () => undefined })
  if (!listening.ok) throw new Error(listening.error.message)
  const vantage = listening.value
  const events: Observed[] = []
  const transcripts = new Map<RunId, Buffer[]>()
  let bytes = 0
  vantage.on('output', (output) => {
    events.push(...output.events)
    bytes += output.transcript.length
    const parts = transcripts.get(output.runId) ?? []
    parts.push(Buffer.from(output.transcript))
    transcripts.set(output.runId, parts)
  })
  const processes = createProcesses({ runDir: dir.path, log: () => undefined })
  const runner = await createRunner({
    name: 'rig', socketPath, tools: { ping: options.tool ?? fakeTool(options.transport, options.probe) }, processes, privileges: readPrivileges(), policy: options.policy ?? DEFAULT_POLICY, locate: options.locate ?? locateFake,
    resolve: async (host) => host === 'known.test' ? ok({ host, addresses: [{ address: '127.0.0.1', family: 4 }], by: 'hosts file', ms: 1 }) : fail({ code: 'target-unresolved', message: `${host} does not resolve.` }),
    log: () => undefined, ...(options.limits === undefined ? {} : { limits: options.limits }), ...(options.names === undefined ? {} : { names: options.names }), ...(options.nameSetup === undefined ? {} : { nameSetup: options.nameSetup }),
  })
  await until('online', () => vantage.online())
  return {
    dir: dir.path, vantage, runner, processes, events,
    transcript: (runId) => Buffer.concat(transcripts.get(runId) ?? []).toString('latin1'),
    transcriptBytes: () => bytes,
    async start(mode, more = {}) {
      const runId = more.runId ?? nextRunId()
      const result = await vantage.start({ runId, sessionId: SESSION, tool: 'ping', target: more.target ?? LOCALHOST, options: { mode, deadlineMs: more.deadlineMs ?? 30_000 } })
      return { runId, result }
    },
    ended: (runId, limitMs) => until('run.ended', () => events.find((event) => event.kind === 'run.ended' && event.runId === runId), limitMs).then(asEnded),
    async close() {
      await runner.close()
      await vantage.close()
      dir.remove()
    },
  }
}

function asEnded(event: Observed): Extract<Observed, { kind: 'run.ended' }> {
  if (event.kind !== 'run.ended') throw new Error('not an end')
  return event
}

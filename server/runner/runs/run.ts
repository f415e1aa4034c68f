/** One run: the process, its output through the gate and the parser, its events in order, its outcome last. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import { ok, type Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Parser, Tool } from '#lib/tools/tool.ts'
import type { Processes } from '../process/processes.ts'
import type { ProcessEnd, RunningProcess } from '../process/types.ts'
import { createBatcher } from './batcher.ts'
import { createOutputGate, type OutputLimits } from './output-gate.ts'
import { outcomeOf } from './outcome.ts'

/** Enough of the beginning to recognise what a wrapper says. */
const HEAD_BYTES = 512

export interface RunSpec {
  runId: RunId
  /** Any tool of the registry, generic over its options. */
  tool: Tool<object, unknown>
  /** Options as the tool's own decoder returned them. */
  options: object
  target: PinnedTarget
  /** Absolute path of the program. */
  path: string
  /** The account it runs as. */
  user: string
  /** It is ended after this long: the tool's own bound, or the policy's. */
  deadlineMs: number
  limits?: OutputLimits
  /** Events in order with the transcript bytes they came from. The last batch ends with `run.ended`. */
  send(events: Observed[], transcript: Uint8Array): void
  /** Called after the last `send`. */
  onOver(): void
}

/** Starts the program and everything that follows from it. Fails as `Processes.start` does; then nothing was sent. */
export function startRun(processes: Processes, spec: RunSpec): Result<RunningProcess> {
  const { runId, tool, options, target, deadlineMs } = spec
  const args = tool.argv(options, target)
  const parser = tool.parser({ runId, target, options })
  const batcher = createBatcher((events, transcript) => spec.send(events, transcript))
  const gate = createOutputGate(spec.limits)
  let head = ''

  const told = (all: boolean): Observed[] => gate.truncations(all).map((truncation) => ({ kind: 'run.truncated', runId, atMs: Date.now(), ...truncation }))
  const started = processes.start({
    transport: tool.transport, file: spec.path, args, deadlineMs,
    onData(bytes) {
      if (head.length < HEAD_BYTES) head += Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1')
      const { parse, keep } = gate.push(bytes, performance.now())
      const events = parse.length > 0 ? parser.push(parse, Date.now()) : []
      batcher.add([...events, ...told(false)], keep)
      if (gate.flooded() && started.ok) started.value.stop({ kind: 'output-limit' })
    },
    onExit(end) {
      batcher.add([...closing({ parser, spec, end, head, deadlineMs }, told(true))], new Uint8Array(0))
      batcher.flush()
      spec.onOver()
    },
  })
  if (!started.ok) return started
  const began: Observed = { kind: 'run.started', runId, argv: [spec.path, ...args], pid: started.value.pid, user: spec.user, deadlineMs, atMs: Date.now() }
  // After the caller has answered the request, and before any output can arrive.
  queueMicrotask(() => batcher.add([began], new Uint8Array(0)))
  return ok(started.value)
}

interface Closing { parser: Parser; spec: RunSpec; end: ProcessEnd; head: string; deadlineMs: number }

function closing({ parser, spec, end, head, deadlineMs }: Closing, truncated: Observed[]): Observed[] {
  const nowMs = Date.now()
  const last = parser.end(nowMs)
  const outcome = outcomeOf({ binary: spec.tool.binary, path: spec.path, end, deadlineMs, head, verdict: (exit) => parser.verdict(exit) })
  return [...last, ...truncated, { kind: 'run.ended', runId: spec.runId, outcome, atMs: nowMs }]
}

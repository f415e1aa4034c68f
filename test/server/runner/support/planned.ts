/** A tool that plans itself as a test says, and a run of it on programs that start and end when the test says so. */
import type { Observed } from '#lib/protocol/events.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Move, NameSetup, News, Step, StepEnd, Tool } from '#lib/tools/tool.ts'
import type { Located } from '#server/runner/locate.ts'
import type { ProcessSpec, StopCause } from '#server/runner/process/types.ts'
import type { OutputLimits } from '#server/runner/runs/output-gate.ts'
import { startRun } from '#server/runner/runs/run.ts'
import type { RunningRun, RunWorld } from '#server/runner/runs/run-spec.ts'
import { FAKE, fakeTool, lineParser, LOCALHOST, locateFake, until } from './fake.ts'
import { nextRunId } from './rig.ts'

export const NO_NAMES: NameSetup = { servers: [], upstream: [], search: [], ndots: 1, services: [], servicesFrom: null, hosts: [] }

/** What the plan was told, in order. */
export type Heard = { news: News } | { began: Step } | { text: string } | { ended: Step; how: StepEnd } | 'end' | 'verdict'
export type Script = (news: News, turn: number) => Move

export const step = (...args: string[]): Step => ({ binary: 'fake-tool', args })
/** The moves in order, then done. */
export const moves = (...list: Move[]): Script => (_, turn) => list[turn] ?? { kind: 'done' }

export function plannedTool(script: Script, heard: Heard[] = [], events: (turn: number) => Observed[] = () => []): Tool<object, unknown> {
  return {
    ...fakeTool('pipe'), helpers: ['fake-helper'], optional: ['fake-extra'],
    parser({ runId }) {
      const lines = lineParser(runId)
      let turn = -1
      return {
        push(bytes, nowMs) { heard.push({ text: Buffer.from(bytes).toString('latin1') }); return lines.push(bytes, nowMs) },
        end(nowMs) { heard.push('end'); return lines.end(nowMs) },
        verdict(exit) { heard.push('verdict'); return lines.verdict({ ...exit, code: exit.code ?? 0 }) },
        plan: {
          next(news) { heard.push({ news }); turn += 1; return { move: script(news, turn), events: events(turn) } },
          began(step) { heard.push({ began: step }) },
          ended(step, how) { heard.push({ ended: step, how }); return [] },
        },
      }
    },
  }
}

export interface FakeProgram {
  spec: ProcessSpec
  /** The arguments in one string. */
  args: string
  stopped: StopCause[]
  say(text: string): void
  end(code?: number): void
  /** As a program that heeds the interrupt. */
  endStopped(): void
}

export interface PlannedRig {
  run: RunningRun
  programs: FakeProgram[]
  program(args: string): Promise<FakeProgram>
  events: Observed[]
  transcript(): string
  heard: Heard[]
  over: Promise<void>
  isOver(): boolean
}

interface PlannedOptions {
  script: Script
  world?: Partial<RunWorld>
  locate?: (binary: string) => Located
  deadlineMs?: number
  limits?: OutputLimits
  target?: PinnedTarget
  events?: (turn: number) => Observed[]
  cannotStart?: (args: string) => boolean
  onStart?: () => void
}

/** Policy's word in these tests: 10.6.6.6 is refused. */
const judge: RunWorld['judge'] = (address) => ({ address, allowed: address !== '10.6.6.6', rule: 'rule 9: 10.6.6.6', reason: 'it is not ours' })
const pin = async (host: string): Promise<Result<PinnedTarget>> =>
  judge(host).allowed ? ok({ host, address: host, family: 4, addresses: [host] }) : fail({ code: 'target-refused', message: `${host} is refused.` })

export function plannedRun(options: PlannedOptions): PlannedRig {
  const programs: FakeProgram[] = []
  const events: Observed[] = []
  const heard: Heard[] = []
  const kept: Uint8Array[] = []
  const over = Promise.withResolvers<void>()
  let isOver = false
  const started = startRun({
    start(spec) {
      const args = spec.args.join(' ')
      if (options.cannotStart?.(args)) return fail({ code: 'tool-unavailable', message: 'The vantage cannot start a program now.' })
      const stopped: StopCause[] = []
      let hasEnded = false
      const end = (code: number, cause: StopCause | null): void => {
        if (!hasEnded) spec.onExit({ exit: { code, signal: null }, stopped: cause === null ? null : { cause, endedBy: 'SIGINT' }, stragglers: 0 })
        hasEnded = true
      }
      programs.push({ spec, args, stopped, say: (text) => spec.onData(Buffer.from(text)), end: (code = 0) => end(code, null), endStopped: () => end(0, stopped[0] ?? null) })
      options.onStart?.()
      return ok({ pid: programs.length, stop: (cause) => { stopped.push(cause) } })
    },
  }, {
    runId: nextRunId(), tool: plannedTool(options.script, heard, options.events), options: { mode: [] }, target: options.target ?? LOCALHOST, program: { kind: 'found', path: FAKE },
    locate: options.locate ?? locateFake, user: 'nobody', deadlineMs: options.deadlineMs ?? 60_000, ...(options.limits && { limits: options.limits }),
    world: { judge, pin, nameSetup: async () => NO_NAMES, ...options.world },
    send: (more, transcript) => { events.push(...more); kept.push(Buffer.from(transcript)) }, onOver: () => { isOver = true; over.resolve() },
  })
  if (!started.ok) throw new Error(started.error.message)
  return {
    run: started.value, programs, events, heard, over: over.promise, isOver: () => isOver,
    program: (args) => until(`program ${args}`, () => programs.find((one) => one.args === args)),
    transcript: () => Buffer.concat(kept).toString('latin1'),
  }
}

export const outcomeOf = (rig: PlannedRig): unknown => rig.events.flatMap((event) => (event.kind === 'run.ended' ? [event.outcome] : []))[0]

/** Everything that the plan was told, a word or a text each. */
export const heardWords = ({ heard }: PlannedRig): string[] => heard.map((one) => {
  if (typeof one === 'string') return one
  if ('news' in one) return one.news.kind
  if ('began' in one) return `began ${one.began.args.join(' ')}`
  return 'text' in one ? one.text : `${one.how.kind} ${one.ended.args.join(' ')}`
})

/** What the parser read. */
export const heardText = ({ heard }: PlannedRig): string => heard.flatMap((one) => (typeof one === 'object' && 'text' in one ? [one.text] : [])).join('')

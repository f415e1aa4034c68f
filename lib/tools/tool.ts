/** The shape of a tool: data. Runner, form, fold and UI are generic over it. */
import type { EventBody, Observed, SessionEvent, ToolId } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'

/** One option as the form shows it; the server's decoder enforces the same range. */
export type OptionField = NumberField | ChoiceField | TextField

/** One of a few words. */
export interface ChoiceField {
  kind: 'choice'
  name: string
  label: string
  choices: readonly { value: string; label: string }[]
  /** What an absent value means. */
  fallback: string
  /** One sentence: what the option does. */
  help: string
}

/** A short text with a grammar of its own: record types, addresses. */
export interface TextField {
  kind: 'text'
  name: string
  label: string
  maxLength: number
  /** What an absent value means; canonical. */
  fallback: string
  placeholder?: string
  /** One sentence: what the option does. */
  help: string
  /** The canonical form; null when it is not allowed. Never throws. */
  canonical(text: string): string | null
  /** What is allowed, as the end of "NAME must be ". */
  grammar: string
}

/** A whole number. */
export interface NumberField {
  kind: 'number'
  name: string
  label: string
  /** `ms`, `bytes`, `probes`; shown behind the number. */
  unit: string
  min: number
  max: number
  step: number
  /** What an absent value means. `null`: no limit within policy (shown as `placeholder`). */
  fallback: number | null
  placeholder?: string
  /** One sentence: what the option does. */
  help: string
}

/** How the process ended, as the runner saw it. */
export interface Exit {
  code: number | null
  signal: string | null
}

/** Incremental parser of one run's output. Cost is linear in the new bytes; state is explicit; never throws. */
export interface Parser {
  /** Takes the next bytes as read at `nowMs` (epoch ms, used where the tool prints no stamp of its own). */
  push(bytes: Uint8Array, nowMs: number): Observed[]
  /** No more bytes will come. */
  end(nowMs: number): Observed[]
  /**
   * Of a run of several programs: called after each one ended by itself and all its bytes were pushed; answers what to run next,
   * or null when the run is done. Never called once somebody stopped the run. Absent: one program.
   */
  next?(exit: Exit, nowMs: number): Step | null
  /** Of a run that decides as it goes what to ask and whom: then the runner follows it in place of `argv` and `next`. */
  plan?: Planner
  /**
   * How the run ended in the tool's own terms, for an exit nobody asked for. Call after `end`. Of a run that plans itself: the exit of the program that
   * ended last, code and signal null where none ran.
   */
  verdict(exit: Exit): Outcome
}

/**
 * A run that plans itself. The runner calls `next` with what became of the last move and does what it answers, until `done` or a stop. Every host
 * that a step will talk to must have been pinned by a `pin` move (or be the run's own target): the runner judges each `to` once more before it starts
 * the step. A step alone streams as it writes; steps side by side are told whole, one after the other, as they end. Each begins with `$ ARGV`.
 */
export interface Planner {
  next(news: News, nowMs: number): Planned
  /** What is pushed from here until `ended` is this step's output, its line `$ ARGV` first. */
  began(step: Step, nowMs: number): void
  ended(step: Step, how: StepEnd, nowMs: number): Observed[]
}

export type News =
  | { kind: 'begin'; names: NameSetup }
  /** Every step of the last `run` move has ended. */
  | { kind: 'ran' }
  /** Policy's word and the addresses, by host as it was asked. */
  | { kind: 'pinned'; answers: ReadonlyMap<string, Result<PinnedTarget>> }
  | { kind: 'waited' }

export type Move =
  /** Side by side; `limit` of them at once (absent: the runner's own limit). */
  | { kind: 'run'; steps: readonly Step[]; limit?: number }
  /** Resolve (where it is a name) and judge. */
  | { kind: 'pin'; hosts: readonly string[] }
  | { kind: 'wait'; ms: number }
  | { kind: 'done' }

export interface Planned { move: Move; events: Observed[] }

/**
 * `absent`: the program is not there, could not be started, or may not talk to one of `to`; `message` says so. Then `began` and `ended` are called with
 * nothing pushed in between (but for what a wrapper said). `stopped`: the run was ended meanwhile; steps that had not begun are not told at all.
 */
export type StepEnd = { kind: 'ended'; exit: Exit } | { kind: 'absent'; message: string } | { kind: 'stopped' }

/** How this vantage finds addresses of names, as its files say at the beginning of a run. Read by the runner, for tools that plan themselves. */
export interface NameSetup {
  /** `nameserver` lines in order. */
  servers: readonly { address: string; file: string; line: number }[]
  /** Servers that systemd-resolved asks, where it is the one in resolv.conf. */
  upstream: readonly { address: string; file: string; line: number }[]
  search: readonly string[]
  ndots: number
  /** Words of `hosts:` in nsswitch.conf, in order; [] where there is no such line. */
  services: readonly string[]
  servicesFrom: { file: string; line: number } | null
  /** Lines of the hosts file that name the target, or the target with a search domain. */
  hosts: readonly { address: string; names: readonly string[]; file: string; line: number }[]
}

/**
 * One more program of a run. The runner writes a line `$ ARGV` into the transcript before its output, pushes that same line
 * through the parser (so that line numbers stay true), and logs `run.step`.
 */
export interface Step {
  /** Program name, one of the tool's `binaries`. */
  binary: string
  args: readonly string[]
  /** Of a planned run: literal addresses that it talks to. */
  to?: readonly string[]
}

export interface ParserContext<Options> {
  runId: RunId
  target: PinnedTarget
  options: Options
}

/** The tool's part of the session fold: mutable accumulator, deterministic, bounded memory. */
export interface ToolFold<Options, View> {
  empty(context: ParserContext<Options>): View
  /** Applies one event of this run, in seq order. Also gets the run's `run.*` events. No clock, no randomness. */
  apply(view: View, event: SessionEvent): void
  /** JSON-safe snapshot; `decode(encode(view))` behaves exactly like `view` ever after. */
  encode(view: View): unknown
  decode(snapshot: unknown, context: ParserContext<Options>): View
  /** Behaves exactly like `view` ever after and shares nothing with it that changes; far cheaper than encoding. */
  copy(view: View): View
}

/** What showing a run needs of its tool. */
export interface ShownTool<Options extends object, View> {
  id: ToolId
  label: string
  /** Unknown keys, wrong types and values out of range are refused with `field: options.NAME`. */
  decodeOptions(raw: unknown): Result<Options>
  fold: ToolFold<Options, View>
}

/** A run as far as another one beside it is concerned. */
export interface RunParts { tool: ToolId; options: object; target: PinnedTarget }

export interface Tool<Options extends object, View> extends ShownTool<Options, View> {
  /** Program that a run begins with, looked up only in the runner's fixed tool directories. */
  binary: string
  /** Further programs that its steps need. */
  helpers?: readonly string[]
  /** Programs that its steps use where they are there. */
  optional?: readonly string[]
  /** Its steps may ask about a name that has no address: it starts without one. */
  takesUnresolved?: boolean
  /** Literal addresses beside the target that the options name: judged as the target is. */
  contacts?(options: Options): readonly string[]
  /** Why these options need an admin (or the policy's leave), in a sentence; null when they do not. */
  privileged?(options: Options): string | null
  /** Debian package that brings it, for the remedy line. */
  package: string
  /** How the process is attached. Line tools: pty. Anything binary or flooding: pipe. */
  transport: 'pty' | 'pipe'
  fields: readonly OptionField[]
  /** Arguments after argv[0]; only literals of ours, checked numbers and the pinned address (S34). */
  argv(options: Options, target: PinnedTarget): string[]
  /** Why a run of this tool and another that is going on would falsify each other, in a sentence with what to do instead; null when they would not. */
  clash?(mine: RunParts, other: RunParts): string | null
  /** Why this tool cannot probe this target with these options, in a sentence with what to do instead; null when it can. */
  cannot?(options: Options, target: PinnedTarget): string | null
  /** The runner ends the process after this long. */
  deadlineMs(options: Options): number
  /** "1 h at most", for the start form. */
  bound(options: Options): string
  /** Start-up self-test: arguments that print the version, and a run that needs what the tool needs but sends nothing off the host. */
  selfTest: { versionArgs: readonly string[]; version(output: string): string | null; probeArgs: readonly string[]; needs: string; /** Output that shows it worked, for a tool whose exit code does not say. */ proof?: RegExp }
  parser(context: ParserContext<Options>): Parser
}

export type { EventBody }

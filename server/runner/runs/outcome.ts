/** How a run ended, in words a person can act on, and whose doing it was. */
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { Exit, Tool } from '#lib/tools/tool.ts'
import type { Problem } from '#lib/protocol/result.ts'
import type { LadderSignal, ProcessEnd, StopCause } from '../process/types.ts'
import type { Lacking } from '../programs.ts'

/** Enough of the beginning of an output to recognise what a wrapper says. */
export const HEAD_BYTES = 512

interface Stopped { cause: StopCause; endedBy: LadderSignal | null }

export interface Ending {
  /** Program name as people know it. */
  binary: string
  path: string
  /** `endedBy` null: it was stopped between two programs, so that no signal was needed. */
  end: Omit<ProcessEnd, 'stopped'> & { stopped: Stopped | null }
  deadlineMs: number
  /** The first bytes of output, to recognise a wrapper that could not become the tool. */
  head: string
  /** The tool's own verdict; asked only when nobody ended it. */
  verdict(exit: Exit): Outcome
}

/** Signals that a program's own fault raises. */
const FAULTS: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGSYS', 'SIGTRAP'])

/** The outcome of a process that ended. First cause wins: who stopped it, else how it died, else what the tool says. */
export function outcomeOf(ending: Ending): Outcome {
  const { end } = ending
  const base = end.stopped !== null ? stoppedOutcome(end.stopped, ending) : (faultOf(ending) ?? ending.verdict(end.exit))
  const signal = end.stopped === null ? end.exit.signal : end.stopped.endedBy
  return {
    ...base,
    ...(end.exit.code === null ? {} : { exitCode: end.exit.code }),
    ...(signal === null ? {} : { signal }),
  }
}

/** What went wrong with the program itself, in whose words it never had a say: it could not be started, or something ended it. Null: ask the tool. */
export const faultOf = (ending: Ending): Outcome | null => wrapperOutcome(ending) ?? signalOutcome(ending)

/** The outcome of a run that somebody, or its deadline, ended. `endedBy`: the worst signal that was needed. */
export function stoppedRun(stopped: Stopped, about: Pick<Ending, 'binary' | 'deadlineMs'>): Outcome {
  const outcome = stoppedOutcome(stopped, about)
  return stopped.endedBy === null ? outcome : { ...outcome, signal: stopped.endedBy }
}

/** The next program of a run could not be started: where it was looked for (null: it is none of the tool's programs), or what the system said. */
export function noStart({ label }: Pick<Tool<object, unknown>, 'label'>, binary: string, why: Lacking | Problem | null): Outcome {
  const kept = 'What was measured before is kept.'
  if (why === null) return { kind: 'failed', code: 'internal', blame: 'hopscope', message: `${label} asked for ${binary}, which is none of its programs, so the run ended here. This is a bug in Hopscope. ${kept}` }
  if ('code' in why) return { kind: 'failed', code: 'cannot-start', blame: 'tool', message: `${binary}, which ${label} needs for its next step, could not be started. ${why.message} ${kept}` }
  return { kind: 'failed', code: 'tool-missing', blame: 'tool', message: `${label} could not go on: ${why.message} ${kept} On the vantage: ${why.remedy}` }
}

function stoppedOutcome(stopped: Stopped, { binary, deadlineMs }: Pick<Ending, 'binary' | 'deadlineMs'>): Outcome {
  const { cause } = stopped
  const how = stopped.endedBy === 'SIGINT' || stopped.endedBy === null ? '' : ` It did not heed the interrupt and was ended with ${stopped.endedBy}.`
  switch (cause.kind) {
    case 'stop': return { kind: 'stopped', code: 'stopped', by: cause.by, message: `Stopped by ${cause.by}.${how}` }
    case 'deadline': return { kind: 'timed-out', code: 'deadline', message: `Ended after ${duration(deadlineMs)}, the longest this run was allowed to last.${how} Start it again to go on.` }
    case 'output-limit': return { kind: 'failed', code: 'output-limit', blame: 'tool', message: `${binary} wrote more than 64 MiB and was stopped.${how} What was read before is kept; use a longer interval or fewer probes.` }
    case 'link-lost': return { kind: 'interrupted', code: 'link-lost', blame: 'hopscope', message: `The vantage lost its connection to Hopscope and stopped the run.${how} Start it again once the vantage is back.` }
    case 'shutdown': return { kind: 'interrupted', code: 'shutdown', blame: 'hopscope', message: `Hopscope was stopped or restarted under this run.${how} Start it again to go on.` }
  }
}

/** A wrapper in front of the program could not become it, and why; null: the program itself ran. */
export function wrapperOutcome({ end, head, binary, path }: Pick<Ending, 'head' | 'binary' | 'path'> & { end: Pick<ProcessEnd, 'exit'> }): Outcome | null {
  const words = /^(?:env|prlimit): .*$/m.exec(head)?.[0]
  if (words === undefined || (end.exit.code !== 126 && end.exit.code !== 127 && end.exit.code !== 1)) return null
  if (/Operation not permitted|Permission denied/.test(words)) {
    return { kind: 'failed', code: 'permission', blame: 'tool', message: `${path} may not be executed here: the kernel said "${words}". No packet was sent; run the doctor command to see what the vantage lacks.` }
  }
  if (/No such file/.test(words)) {
    return { kind: 'failed', code: 'tool-missing', blame: 'tool', message: `${binary} is gone from ${path}. No packet was sent; install it again.` }
  }
  return { kind: 'failed', code: 'cannot-start', blame: 'tool', message: `${binary} could not be started: "${words}". No packet was sent.` }
}

function signalOutcome({ end, binary }: Ending): Outcome | null {
  const { signal } = end.exit
  if (signal === null) return null
  if (FAULTS.has(signal)) return { kind: 'failed', code: 'signal', blame: 'tool', message: `${binary} crashed (${signal}). What it printed before is kept; update or reinstall it.` }
  if (signal === 'SIGXCPU') return { kind: 'failed', code: 'cpu-limit', blame: 'tool', message: `${binary} used more processor time than a run is allowed and was ended by the kernel.` }
  return { kind: 'failed', code: 'signal', blame: 'tool', message: `Somebody or something on the vantage ended ${binary} with ${signal}: an administrator, or the kernel for want of memory. Look into its system log.` }
}

/** `90 s`, `15 min`, `24 h`: the largest unit that gives a whole number. */
function duration(ms: number): string {
  const s = Math.round(ms / 1000)
  if (s >= 3600 && s % 3600 === 0) return `${s / 3600} h`
  if (s >= 60 && s % 60 === 0) return `${s / 60} min`
  return ms < 1000 ? `${ms} ms` : `${s} s`
}

/** Sentences that the verdicts of several tools share. */
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Exit } from './tool.ts'

export const failed = (code: string, blame: NonNullable<Outcome['blame']>, message: string): Outcome => ({ kind: 'failed', code, blame, message })

/** The fields of an outcome that say how the process ended. */
export const endOf = (exit: Exit): Pick<Outcome, 'exitCode' | 'signal'> =>
  ({ ...(exit.code === null ? {} : { exitCode: exit.code }), ...(exit.signal === null ? {} : { signal: exit.signal }) })

/** Ended by a signal that nobody of ours sent. */
export const endedBySignal = (program: string, signal: string): Outcome =>
  failed('signal', 'tool', `${program} was ended by ${signal}, which Hopscope did not send. What it had measured until then is kept; start it again.`)

/** An exit code that means failure, with the last thing the program said. */
export const endedWithCode = (program: string, exit: Exit, remark: string | null): Outcome =>
  failed('exit', 'tool', `${program} ended with exit code ${exit.code ?? 'unknown'}. ${saidOf(remark)}`)

export const saidOf = (remark: string | null): string => (remark === null || remark === '' ? 'It gave no reason.' : `It said: ${quoted(remark)}`)

/** `why` is one or more whole sentences. */
export const cannotProbe = (why: string): Outcome => failed('permission', 'tool', `Hopscope cannot probe from here. ${why} This says nothing about the target.`)

export const noRoute = ({ address }: PinnedTarget): Outcome =>
  failed('no-route', 'path', `The vantage has no route to ${address}, or its next hop does not answer. Look at \`ip route get ${address}\` on the vantage.`)

/** The tool's own words, short, and as a sentence of their own. */
export function quoted(text: string): string {
  const words = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return `“${words}”.`
}

/** The program call that an answer came from. Pure. */
import type { RunFacts } from './pane-props.ts'

/** `line` is where the answer stands in the transcript; of the programs that fit and had begun by then the newest. Null: not known. */
export function commandAt({ argv, steps }: Pick<RunFacts, 'argv' | 'steps'>, line: number, fits: (argv: readonly string[]) => boolean): readonly string[] | null {
  const own = steps.findLast((step) => step.line <= line && fits(step.argv))
  if (own !== undefined) return own.argv
  return argv.length > 0 && fits(argv) ? argv : null
}

/** Asks this server. */
export const asksServer = (address: string) => (argv: readonly string[]): boolean => argv.includes(`@${address}`)

export const isGetent = ([program = '']: readonly string[]): boolean => program === 'getent' || program.endsWith('/getent')

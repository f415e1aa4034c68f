/** The command line of Reach, and how long it may take. */
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { ReachOptions } from './options.ts'

export const reachArgv = (_options: ReachOptions, target: PinnedTarget): string[] => [target.host]
export const reachDeadlineMs = (_options: ReachOptions): number => 3_600_000
export const reachBound = (_options: ReachOptions): string => '1 h at most'

/** The command line of nslookup, and how long it may take. */
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { NslookupOptions } from './options.ts'

export const nslookupArgv = (_options: NslookupOptions, target: PinnedTarget): string[] => [target.host]
export const nslookupDeadlineMs = (_options: NslookupOptions): number => 3_600_000
export const nslookupBound = (_options: NslookupOptions): string => '1 h at most'

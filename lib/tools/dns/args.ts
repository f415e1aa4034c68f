/** The command line of Names, and how long it may take. */
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { DnsOptions } from './options.ts'

export const dnsArgv = (_options: DnsOptions, target: PinnedTarget): string[] => [target.host]
export const dnsDeadlineMs = (_options: DnsOptions): number => 3_600_000
export const dnsBound = (_options: DnsOptions): string => '1 h at most'

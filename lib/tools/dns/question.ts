/** What a names run asks for. */
import { parseAddress } from '#lib/policy/address.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { DnsOptions } from './options.ts'
import { reverseName } from './reverse-name.ts'

export interface Question {
  name: string
  types: readonly string[]
  /** The target is an address, so its name is asked for. */
  ofAddress: boolean
}

export function questionOf({ recordType }: DnsOptions, { host }: PinnedTarget): Question {
  const reverse = parseAddress(host) === null ? null : reverseName(host)
  return reverse === null ? { name: host, types: recordType.split(','), ofAddress: false } : { name: reverse, types: ['PTR'], ofAddress: true }
}

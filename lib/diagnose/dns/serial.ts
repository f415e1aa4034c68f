/** Versions of a zone: serial numbers count in a circle (RFC 1982). */
import type { DnsServerView } from '#lib/tools/dns/view.ts'

const HALF = 2 ** 31
const WHOLE = 2 ** 32

/** How many steps `a` is ahead of `b`; negative: behind. */
export function serialDistance(a: string, b: string): number {
  const ahead = (((Number(a) - Number(b)) % WHOLE) + WHOLE) % WHOLE
  return ahead < HALF ? ahead : ahead - WHOLE
}

export interface SerialOrder { newest: string; ahead: readonly DnsServerView[]; behind: readonly DnsServerView[] }

/** Null unless two of these have different versions. */
export function serialOrder(servers: readonly DnsServerView[]): SerialOrder | null {
  const known = servers.filter(({ serial }) => serial !== null)
  const newest = known.reduce<string | null>((best, { serial }) => (serial !== null && (best === null || serialDistance(serial, best) > 0) ? serial : best), null)
  const behind = known.filter(({ serial }) => serial !== newest)
  return newest === null || behind.length === 0 ? null : { newest, ahead: known.filter(({ serial }) => serial === newest), behind }
}

/** Record types that can be asked for, and how a list of them is written. */

/** The ones of the form first. AXFR and IXFR hand out whole zones and are not here. */
export const RECORD_TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT', 'SOA', 'PTR', 'SRV', 'CAA', 'HTTPS', 'SVCB', 'DS', 'DNSKEY', 'TLSA', 'SSHFP', 'NAPTR', 'ANY'] as const
export type RecordType = (typeof RECORD_TYPES)[number]

export const isRecordType = (text: string): text is RecordType => RECORD_TYPES.some((type) => type === text)

const TYPES_MAX = 6

/** `a, aaaa` as `A,AAAA`: one to six known types, each once, in the order given; null for anything else. */
export function canonicalTypes(text: string): string | null {
  const types = text.split(',').map((part) => part.trim().toUpperCase())
  return types.length <= TYPES_MAX && types.every(isRecordType) && new Set(types).size === types.length ? types.join(',') : null
}

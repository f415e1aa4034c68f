/** A make-believe corp.example: two name servers of its own, one resolver, names that go both ways. */
import type { Answer, Query } from './dig-says.ts'

export const SOA = 'corp.example. 300 IN SOA ns1.corp.example. admin.corp.example. 2026112201 7200 3600 1209600 300'
const NS = ['corp.example. 3600 IN NS ns1.corp.example.', 'corp.example. 3600 IN NS ns2.corp.example.']
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'www.corp.example/A': ['www.corp.example. 300 IN A 192.0.2.10'], 'www.corp.example/AAAA': ['www.corp.example. 300 IN AAAA 2001:db8::10'],
  'ns1.corp.example/A': ['ns1.corp.example. 300 IN A 192.0.2.53'], 'ns2.corp.example/A': ['ns2.corp.example. 300 IN A 192.0.2.54'],
  'corp.example/SOA': [SOA], 'corp.example/NS': NS,
  '10.2.0.192.in-addr.arpa/PTR': ['10.2.0.192.in-addr.arpa. 300 IN PTR www.corp.example.'],
}

/** Answers of every server alike; a name it does not have is NXDOMAIN, a type it does not have NODATA, both with the SOA. */
export function corp({ name, type }: Query): Answer {
  const answers = ADDRESSES[`${name}/${type}`]
  if (answers !== undefined) return { answers }
  const exists = Object.keys(ADDRESSES).some((key) => key.startsWith(`${name}/`))
  return { status: exists ? 'NOERROR' : 'NXDOMAIN', authority: [SOA] }
}

export const AHOSTS = ['192.0.2.10      STREAM www.corp.example', '192.0.2.10      DGRAM  ', '192.0.2.10      RAW    ']

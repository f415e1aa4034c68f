/** What `getent ahosts` prints. */
import { expect, it } from 'vitest'
import { GETENT_ADDRESSES_MAX, GetentReader } from '#lib/tools/dns/getent.ts'

function read(printed: string): GetentReader & { strange: string[] } {
  const reader = new GetentReader()
  const strange = printed.split('\n').filter((line) => line !== '' && !reader.line(line))
  return Object.assign(reader, { strange })
}

it('every address once, in order, with the canonical name', () => {
  const { addresses, canonicalName, found, strange } = read(`2001:db8::1     STREAM web.example.net
2001:db8::1     DGRAM  \n2001:db8::1     RAW    \n192.0.2.7       STREAM \n192.0.2.7       DGRAM  \n192.0.2.7       RAW    \n`)
  expect({ addresses, canonicalName, found, strange }).toEqual({ addresses: ['2001:db8::1', '192.0.2.7'], canonicalName: 'web.example.net', found: true, strange: [] })
})

it('addresses are canonical: an IPv4 address inside IPv6 is itself, a zone stays', () => {
  expect(read('::ffff:192.0.2.7 STREAM a\nfe80:0:0::1%eth0 STREAM a\n127.0.0.1 5 a').addresses).toEqual(['192.0.2.7', 'fe80::1%eth0', '127.0.0.1'])
})

it('prints nothing for a name that it does not know', () => {
  const { addresses, canonicalName, found } = read('')
  expect({ addresses, canonicalName, found }).toEqual({ addresses: [], canonicalName: null, found: false })
})

it.each(['192.0.2 STREAM a', 'a.example STREAM a', '192.0.2.7', '192.0.2.7 STREAM a b', ' 192.0.2.7 STREAM', 'getent: x', '999.0.2.7 STREAM'])('%j is none of its lines', (line) => {
  const { strange, found } = read(line)
  expect([strange, found]).toEqual([[line], false])
})

it('more addresses than it keeps are counted', () => {
  const { addresses, beyond } = read(Array.from({ length: 1000 }, (_, n) => `10.0.${n >> 8}.${n & 255} STREAM a`).join('\n'))
  expect([addresses.length, beyond]).toEqual([GETENT_ADDRESSES_MAX, 1000 - GETENT_ADDRESSES_MAX])
})

/** Reading hosts and resolv.conf. */
import { describe, expect, it } from 'vitest'
import { formatAddress } from '#lib/policy/address.ts'
import { hostsEntries, resolverSettings } from '#server/runner/resolve/files.ts'

describe('hosts file', () => {
  const text = '# comment\n127.0.0.1 localhost\n10.0.0.7\tdb.internal DB  db2 # 10.0.0.8 db\n::ffff:10.0.0.9 db\n2001:DB8::7 db.internal\nfe80::1%eth0 gw\n010.0.0.1 bad\n10.0.0.7 db\nnot-an-address db\n'
  it.each([
    ['db.internal', ['10.0.0.7', '2001:db8::7']], ['db', ['10.0.0.7', '10.0.0.9']], ['db2', ['10.0.0.7']], ['gw', ['fe80::1%eth0']], ['bad', []], ['10.0.0.8', []], ['comment', []],
  ])('gives %s its addresses', (host, wanted) => expect(hostsEntries(text, host).map(formatAddress)).toEqual(wanted))
})

describe('resolv.conf', () => {
  it('takes three servers, six search domains, and the last of domain and search', () => {
    const many = ['1', '2', '3', '4', '5', '6', '7'].map((n) => `d${n}.example`)
    expect(resolverSettings(`domain old.example\nnameserver 192.0.2.1\nnameserver 2001:DB8::1 ; second\nnameserver x\nnameserver 192.0.2.3\nnameserver 192.0.2.4\nsearch ${many.join(' ')}\n`))
      .toEqual({ servers: ['192.0.2.1', '2001:db8::1', '192.0.2.3'], search: many.slice(0, 6) })
  })
  it('falls back to this host as glibc does, and drops domains that are none', () => {
    expect(resolverSettings('search . $(id) Corp.Example. -x\n')).toEqual({ servers: ['127.0.0.1'], search: ['corp.example'] })
    expect(resolverSettings('')).toEqual({ servers: ['127.0.0.1'], search: [] })
  })
})

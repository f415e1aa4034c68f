/** Names of routers: hostile records, dead servers, one question for many runs, bounded everywhere, nothing after the end. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import { dnsOrigins, plainName, asnIn, tableOrigins } from '#server/runner/names/as-origin.ts'
import { hostNameOf } from '#server/runner/names/host-name.ts'
import { createLookups, type Lookups } from '#server/runner/names/lookups.ts'
import { createReverseDns, type DnsOptions, type Named } from '#server/runner/names/reverse-dns.ts'
import { bareAddress, isPublic, reverseName } from '#server/runner/names/reverse-zone.ts'
import { createRunNames } from '#server/runner/names/run-names.ts'
import { nameData, startDnsServer, textData, type DnsServer, type OtherReply } from '../resolve/dns-server.ts'

const V6 = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'
const POINTERS: ReadonlyMap<string, readonly Buffer[]> = new Map([
  ['1.0.0.10.in-addr.arpa', [nameData('CORE-1', 'Vie', 'Example', 'NET')]],
  ['2.0.0.10.in-addr.arpa', [nameData('zz', 'example', 'net'), nameData('aa', 'example', 'net')]],
  ['3.0.0.10.in-addr.arpa', [nameData('<img src=x onerror=alert(1)>')]],
  ['4.0.0.10.in-addr.arpa', [nameData('\u001b[31mred', 'example')]],
  ['5.0.0.10.in-addr.arpa', [nameData('8', '8', '8', '8')]],
  ['6.0.0.10.in-addr.arpa', [nameData('\u00fc', 'example'), nameData('good_1', 'example')]],
  [V6, [nameData('six', 'example', 'net')]],
])
const TEXTS: ReadonlyMap<string, string> = new Map([
  ['8.8.8.8.origin.asn.cymru.com', '15169 | 8.8.8.0/24 | US | arin | 2023-12-28'], ['as15169.asn.cymru.com', '15169 | US | arin | 2000-03-30 | GOOGLE - Google LLC, US'],
  ['9.9.9.9.origin.asn.cymru.com', '19281 42 | 9.9.9.0/24 | US | arin | 2017-09-13'], ['as19281.asn.cymru.com', '19281 | US | arin | 2000 | bad\u001b[2Jname'],
  ['1.1.1.1.origin.asn.cymru.com', '<script>'],
])

function answer(name: string, type: 'PTR' | 'TXT'): OtherReply {
  if (name.startsWith('99.0.0.10')) return 'silence'
  if (name.startsWith('98.0.0.10')) return { rcode: 2 }
  const text = TEXTS.get(name)
  if (type === 'TXT') return text === undefined ? { rcode: 3 } : { records: [textData(text)] }
  const records = POINTERS.get(name)
  return records === undefined ? { rcode: 3 } : { records }
}

let server: DnsServer
let folder: string
let options: DnsOptions
beforeAll(async () => {
  server = await startDnsServer(() => ({ rcode: 3 }), answer)
  folder = await mkdtemp(join(tmpdir(), 'hopscope-names-'))
  await writeFile(join(folder, 'hosts'), '10.0.0.50 Printer.Lan printer # the one upstairs\n10.0.0.51 bad<name>\n')
  options = { hostsFile: join(folder, 'hosts'), resolvConf: join(folder, 'none'), servers: [server.address], timeoutMs: 400 }
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const looked = <T>(lookups: Lookups<T>, key: string): Promise<T | null> => new Promise((resolve) => { lookups.look(key, resolve) })

describe('what a name server says', () => {
  it.each([
    ['10.0.0.1', 'core-1.vie.example.net'], ['10.0.0.2', 'aa.example.net'], ['10.0.0.3', null], ['10.0.0.4', null], ['10.0.0.5', null], ['10.0.0.6', 'good_1.example'],
    ['10.0.0.7', null], ['2001:db8::1', 'six.example.net'], ['10.0.0.50', 'printer.lan'], ['10.0.0.51', null], ['not an address', null],
  ])('%s: %s', async (address, name) => {
    expect(await looked(createReverseDns(options), address)).toEqual({ name })
  })
  it('a server that is silent or fails leaves it unknown, which is not "none"', async () => {
    expect(await looked(createReverseDns(options), '10.0.0.98')).toBeNull()
    expect(await looked(createReverseDns(options), '10.0.0.99')).toBeNull()
  })
  it('the next server is asked within the same two seconds', async () => {
    const dead = await startDnsServer(() => 'silence', () => 'silence')
    expect(await looked(createReverseDns({ ...options, servers: [dead.address, server.address], timeoutMs: 2_000 }), '10.0.0.1')).toEqual({ name: 'core-1.vie.example.net' })
    await dead.close()
  })
})

it('a host name is letters, digits, dash, underscore and dot within DNS lengths, and never looks like an address', () => {
  expect(hostNameOf(`${'a'.repeat(63)}.b.`)).toBe(`${'a'.repeat(63)}.b`)
  for (const bad of ['', '.', 'a..b', `${'a'.repeat(64)}.b`, `${'abcdefgh.'.repeat(29)}x`, 'a b', '1.2.3.4', 'x.1', 'a\u0000b', '\u202egnp.exe', 'ä.de']) expect(hostNameOf(bad), bad).toBeNull()
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
    const name = hostNameOf(text)
    if (name !== null) expect(name).toMatch(/^(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/)
  }))
})

describe('look-ups', () => {
  it('each question once, however many ask; kept for as long as it is good, then asked again; unknown for less', async () => {
    let now = 0
    const asked: string[] = []
    const lookups = createLookups<string>({ nowMs: () => now, unknownForMs: 10, ask: async (key) => { asked.push(key); return key === 'lost' ? null : { value: key.toUpperCase(), goodForMs: 100 } } })
    expect(await Promise.all(['a', 'a', 'lost', 'a'].map((key) => looked(lookups, key)))).toEqual(['A', 'A', null, 'A'])
    now = 50
    expect(await Promise.all(['a', 'lost'].map((key) => looked(lookups, key)))).toEqual(['A', null])
    expect(asked).toEqual(['a', 'lost', 'lost'])
    now = 101
    await looked(lookups, 'a')
    expect(asked).toEqual(['a', 'lost', 'lost', 'a'])
  })
  it('what is known is handed over at once', async () => {
    const lookups = createLookups<string>({ unknownForMs: 10, ask: async (key) => ({ value: key, goodForMs: 1e6 }) })
    await looked(lookups, 'a')
    let got: string | null = null
    lookups.look('a', (value) => { got = value })
    expect(got).toBe('a')
  })
  it('eight at once, no more; those that wait are bounded; the least recently used answer goes first', async () => {
    const held: (() => void)[] = []
    let active = 0
    let most = 0
    const lookups = createLookups<string>({
      unknownForMs: 1e6, most: 3, waitingMost: 20,
      ask: async (key) => {
        most = Math.max(most, active += 1)
        await new Promise<void>((resolve) => { held.push(resolve) })
        active -= 1
        return { value: key, goodForMs: 1e6 }
      },
    })
    const all = Array.from({ length: 40 }, (_, i) => looked(lookups, `k${i}`))
    const drain = async (): Promise<void> => {
      for (let next = held.shift(); next !== undefined; next = held.shift()) {
        next()
        await new Promise(setImmediate)
      }
    }
    await drain()
    const values = await Promise.all(all)
    expect(most).toBe(8)
    expect(values.filter((value) => value === null)).toHaveLength(12)
    let again: string | null = 'not asked'
    lookups.look('k0', (value) => { again = value })
    expect(again).toBe('not asked')
    await drain()
  })
})

describe('names of a run', () => {
  const runId = RunId.parse('RRRRRRRRRRRRRRRR')
  const target = { host: 'x.test', address: '10.0.0.9', family: 4 as const, addresses: ['10.0.0.9'] }
  const reply = (from: string | null, probe = 1): Observed => ({ kind: 'path.reply', runId, line: 1, ttl: 1, probe, rttMs: 1, from, atMs: 5 })
  /** Names that the test gives when it likes. */
  function held(): { lookups: Lookups<Named>; asked: string[]; give(address: string, name: string | null): void } {
    const waiting = new Map<string, (value: Named | null) => void>()
    const asked: string[] = []
    return {
      asked,
      lookups: { look: (key, done) => { asked.push(key); waiting.set(key, done) } },
      give: (address, name) => waiting.get(address)?.(name === null ? null : { name }),
    }
  }

  it('each address once, the target\'s own first; nothing for a run that shows no path', () => {
    const { lookups, asked, give } = held()
    const told: Observed[] = []
    const names = createRunNames({ reverse: lookups, origins: null }, { runId, target }, (event) => told.push(event))
    names.saw([{ kind: 'unrecognised', runId, line: 1, text: 'x', atMs: 1 }])
    expect(asked).toEqual([])
    names.saw([reply('10.0.0.1'), reply('10.0.0.1', 2), reply(null, 3), reply('10.0.0.9', 4), reply('fe80::1%eth0', 5)])
    expect(asked).toEqual(['10.0.0.9', '10.0.0.1', 'fe80::1%eth0'])
    give('10.0.0.1', 'a.b')
    give('fe80::1%eth0', null)
    expect(told).toEqual([{ kind: 'path.name', runId, address: '10.0.0.1', name: 'a.b', source: 'dns', atMs: expect.any(Number) }])
    expect(names.waiting()).toBe(true)
    names.end()
    give('10.0.0.9', 'late.example')
    expect(told).toHaveLength(1)
  })
  it('the end may wait for what is under way, not for ever', async () => {
    const { lookups, give } = held()
    const names = createRunNames({ reverse: lookups, origins: null }, { runId, target }, () => undefined)
    await names.settled(60_000)
    names.saw([reply('10.0.0.1')])
    const settled = names.settled(60_000)
    give('10.0.0.9', 'a')
    give('10.0.0.1', 'b')
    await settled
    expect(names.waiting()).toBe(false)
    names.saw([reply('10.0.0.2')])
    await names.settled(1)
    expect(names.waiting()).toBe(true)
  })
  it('a responder that makes up addresses is asked about a thousand times, not for ever', () => {
    const { lookups, asked } = held()
    const names = createRunNames({ reverse: lookups, origins: null }, { runId, target }, () => undefined)
    for (let i = 0; i < 5000; i += 1) names.saw([reply(`10.1.${i >> 8}.${i & 255}`)])
    expect(asked).toHaveLength(1024)
  })
  it('AS numbers come with their source', () => {
    const told: Observed[] = []
    const table = { rows: 1, find: () => ({ asn: 64500, asName: 'TEST' }) }
    const names = createRunNames({ reverse: null, origins: tableOrigins(table) }, { runId, target }, (event) => told.push(event))
    names.saw([reply('8.8.8.8')])
    expect(told).toMatchObject([{ kind: 'path.as', address: '10.0.0.9', asn: null, asName: null, source: 'table' }, { kind: 'path.as', address: '8.8.8.8', asn: 64500, asName: 'TEST', source: 'table' }])
  })
})

describe('AS numbers from DNS', () => {
  it.each([['8.8.8.8', { asn: 15169, asName: 'GOOGLE - Google LLC, US' }], ['9.9.9.9', { asn: 19281, asName: null }], ['1.1.1.1', { asn: null, asName: null }], ['8.8.4.4', { asn: null, asName: null }]])('%s', async (address, origin) => {
    expect(await looked(dnsOrigins(options), address)).toEqual(origin)
  })
  it('no private address is ever asked for', async () => {
    const before = server.asked.length
    const origins = dnsOrigins(options)
    for (const address of ['10.0.0.1', '192.168.1.1', '127.0.0.1', '169.254.1.1', '100.64.0.1', '198.18.0.1', 'fd00::1', 'fe80::1%eth0', '::1', '224.0.0.1', 'x']) expect(await looked(origins, address), address).toEqual({ asn: null, asName: null })
    expect(server.asked.length).toBe(before)
  })
  it('only a plain number is one, only plain text a name', () => {
    expect(['1 | x', ' 4294967295|', '0 | x', '4294967296 |', '12a |', '', '-1'].map(asnIn)).toEqual([1, 4_294_967_295, null, null, null, null, null])
    expect([' A B ', '', 'a\u0007', '\u202eabc', 'x'.repeat(300)].map(plainName)).toEqual(['A B', null, null, null, 'x'.repeat(100)])
  })
})

it('reverse names and the bounds of the public internet', () => {
  const of = (text: string) => bareAddress(text) ?? expect.fail(text)
  expect(reverseName(of('192.0.2.1'))).toBe('1.2.0.192.in-addr.arpa')
  expect(reverseName(of('2001:db8::1'))).toBe(V6)
  expect(['8.8.8.8', '2001:4860:4860::8888', '10.0.0.1', '172.31.0.1', '100.64.0.1', 'fd00::1', 'fe80::1%eth0', '127.0.0.1', '198.18.0.1'].map((text) => isPublic(of(text)))).toEqual([true, true, false, false, false, false, false, false, false])
})

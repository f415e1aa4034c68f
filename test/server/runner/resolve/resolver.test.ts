/** The runner's resolver against a name server of our own that answers, fails, lies, hangs and changes its mind. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pinTarget } from '#lib/policy/pin.ts'
import { DEFAULT_POLICY } from '#lib/policy/policy.ts'
import { parseTarget } from '#lib/policy/target.ts'
import { Resolution } from '#lib/protocol/link.ts'
import { createResolver, type HostResolver, type ResolverOptions } from '#server/runner/resolve/resolver.ts'
import { targetRows } from '#test/lib/policy/corpus.ts'
import { startDnsServer, type DnsServer, type Reply } from './dns-server.ts'

const GOOD4 = '10.99.0.2'
const META = '169.254.169.254'
const FIXED: ReadonlyMap<string, readonly string[]> = new Map([
  ['ok.evil.test', [GOOD4]], ['both.evil.test', [GOOD4, '10.99.0.3', 'fd99::2']], ['ok6.evil.test', ['fd99::2']], ['meta.evil.test', [META]], ['meta6.evil.test', ['fd00:ec2::254']],
  ['mixed.evil.test', [GOOD4, META]], ['mapped.evil.test', [`::ffff:${META}`]], ['bcast.evil.test', ['255.255.255.255']], ['mcast.evil.test', ['224.0.0.1', 'ff02::1']],
  ['zero.evil.test', ['0.0.0.0', '::']], ['nat64.evil.test', ['64:ff9b::a9fe:a9fe']], ['empty.evil.test', []], ['web.corp.example', ['10.99.0.80']], ['bare', ['10.99.0.81']],
  ['many.evil.test', Array.from({ length: 65 }, (_, index) => `10.98.0.${index}`)], ['half.evil.test', [GOOD4]], ['halfbad.evil.test', [GOOD4]],
])

function script(name: string, family: 4 | 6, asked: number): Reply {
  if (name.startsWith('void') || (name === 'half.evil.test' && family === 6)) return 'silence'
  if (name.startsWith('servfail') || (name === 'halfbad.evil.test' && family === 6)) return { rcode: 2 }
  if (name.startsWith('refused')) return { rcode: 5 }
  if (name.startsWith('broken')) return { raw: Buffer.from('no dns at all') }
  if (name === 'rebind.evil.test') return { addresses: [[GOOD4], ['127.0.0.1'], [META]][asked] ?? [META] }
  const addresses = FIXED.get(name)
  return addresses ? { addresses } : { rcode: 3 }
}

let server: DnsServer
let folder: string
const build = (more: ResolverOptions = {}): HostResolver =>
  createResolver({ hostsFile: join(folder, 'hosts'), resolvConf: join(folder, 'resolv.conf'), servers: [server.address], ...more })
const pin = async (text: string, resolver = build()) => {
  const parsed = parseTarget(text)
  if (!parsed.ok) return parsed
  const resolution = await resolver.resolve(parsed.value.host)
  return resolution.ok ? pinTarget({ parsed: parsed.value, resolution: resolution.value, policy: DEFAULT_POLICY }) : resolution
}

beforeAll(async () => {
  server = await startDnsServer(script)
  folder = await mkdtemp(join(tmpdir(), 'hopscope-resolve-'))
  await writeFile(join(folder, 'hosts'), '127.0.0.1 localhost\n10.9.9.9 localhost\n10.99.7.7 files.example files\n')
  await writeFile(join(folder, 'resolv.conf'), 'nameserver 192.0.2.1\nsearch corp.example lab.example\n')
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

describe('answers', () => {
  it('gives both families, the server and the time', async () => {
    const result = await build().resolve('both.evil.test')
    expect(result).toMatchObject({ ok: true, value: { host: 'both.evil.test', by: server.address, addresses: [{ address: GOOD4, family: 4 }, { address: '10.99.0.3', family: 4 }, { address: 'fd99::2', family: 6 }] } })
    expect(result.ok && Resolution.safeParse(result.value).success).toBe(true)
    expect(await build().resolve('ok6.evil.test')).toMatchObject({ ok: true, value: { addresses: [{ address: 'fd99::2', family: 6 }] } })
  })

  it('asks the hosts file first and DNS not at all then', async () => {
    const before = server.asked.length
    expect(await build().resolve('files.example')).toMatchObject({ ok: true, value: { by: 'hosts file', addresses: [{ address: '10.99.7.7', family: 4 }] } })
    expect(server.asked.length).toBe(before)
  })

  it('answers localhost itself, whatever the files say (RFC 6761)', async () => {
    const before = server.asked.length
    const loopback = [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }]
    expect(await build().resolve('localhost')).toMatchObject({ ok: true, value: { addresses: loopback } })
    expect(await build().resolve('app.localhost')).toMatchObject({ ok: true, value: { addresses: loopback } })
    expect(server.asked.length).toBe(before)
  })

  it('tries the search list for single-label names only, and says which name it was', async () => {
    expect(await build().resolve('web')).toMatchObject({ ok: true, value: { host: 'web', foundAs: 'web.corp.example', addresses: [{ address: '10.99.0.80' }] } })
    const bare = await build().resolve('bare')
    expect(bare).toMatchObject({ ok: true, value: { addresses: [{ address: '10.99.0.81' }] } })
    expect(bare.ok && bare.value.foundAs).toBeUndefined()
    const before = server.asked.length
    await build().resolve('absent.evil.test')
    expect(new Set(server.asked.slice(before))).toEqual(new Set(['absent.evil.test/4', 'absent.evil.test/6']))
  })

  it('answers with what one family gave when the other fails, and says so', async () => {
    expect(await build().resolve('halfbad.evil.test')).toMatchObject({ ok: true, value: { addresses: [{ address: GOOD4 }], unanswered: [{ family: 6, why: expect.stringContaining('SERVFAIL') }] } })
    expect(await build().resolve('half.evil.test')).toMatchObject({ ok: true, value: { addresses: [{ address: GOOD4 }], unanswered: [{ family: 6, why: expect.stringContaining('did not answer') }] } })
  })
})

describe('failures name the resolver and what it said', () => {
  it.each([
    ['absent.evil.test', /absent\.evil\.test could not be resolved\. 127\.0\.0\.1:\d+ answered NXDOMAIN: absent\.evil\.test does not exist\. No packet was sent to it\. Check the spelling\./],
    ['empty.evil.test', /knows empty\.evil\.test, but it has neither an IPv4 nor an IPv6 address/],
    ['servfail.evil.test', /127\.0\.0\.1:\d+ answered SERVFAIL.*The fault lies with the resolver/],
    ['refused.evil.test', /answered REFUSED.*The fault lies with the resolver/],
    ['nothing', /nothing\.corp\.example does not exist.*nothing\.lab\.example does not exist.*nothing does not exist/],
    ['many.evil.test', /has 65 addresses/],
  ])('%s', async (host, words) => {
    expect(await build().resolve(host)).toMatchObject({ ok: false, error: { code: 'target-unresolved', field: 'target', message: expect.stringMatching(words) } })
  })

  it('gives up on a silent server at the deadline and on a closed port at once', async () => {
    expect(await build({ timeoutMs: 300 }).resolve('void.evil.test')).toMatchObject({ ok: false, error: { code: 'target-unresolved', message: expect.stringMatching(/127\.0\.0\.1:\d+ did not answer when asked for IPv4 addresses within 0\.3 s/) } })
    const closed = await startDnsServer(script)
    await closed.close()
    expect(await build({ servers: [closed.address] }).resolve('ok.evil.test')).toMatchObject({ ok: false, error: { message: expect.stringContaining('could not be reached') } })
    expect(await build({ timeoutMs: 300 }).resolve('broken.evil.test')).toMatchObject({ ok: false, error: { code: 'target-unresolved' } })
  })

  it('asks the next server when one fails, within the same deadline', async () => {
    const dead = await startDnsServer(() => 'silence')
    const angry = await startDnsServer(() => ({ rcode: 5 }))
    try {
      expect(await build({ servers: [angry.address, server.address] }).resolve('ok.evil.test')).toMatchObject({ ok: true, value: { by: server.address } })
      expect(await build({ servers: [dead.address, server.address], timeoutMs: 1000 }).resolve('ok.evil.test')).toMatchObject({ ok: true, value: { by: server.address } })
      const both = await build({ servers: [dead.address, angry.address], timeoutMs: 600 }).resolve('ok.evil.test')
      expect(both.ok ? '' : both.error.message).toMatch(new RegExp(`${dead.address} did not answer.*${angry.address} answered REFUSED`))
    } finally {
      await dead.close()
      await angry.close()
    }
  })

  it.each(['', 'EXAMPLE.com', 'example.com.', '10.0.0.1/8', 'a b', '127.1', '-x', 'a\u0000b', 'x'.repeat(300), 'münchen.de'])('refuses %j, which is not canonical, without asking anybody', async (host) => {
    const before = server.asked.length
    expect(await build().resolve(host)).toMatchObject({ ok: false, error: { code: 'target-invalid' } })
    expect(server.asked.length).toBe(before)
  })
})

describe('literals', () => {
  it('answer for themselves, and a zone must be an interface of this host', async () => {
    const resolver = build({ interfaces: () => ['lo', 'eth0'] })
    expect(await resolver.resolve('192.0.2.1')).toMatchObject({ ok: true, value: { by: 'literal', addresses: [{ address: '192.0.2.1', family: 4 }] } })
    expect(await resolver.resolve('fe80::1%eth0')).toMatchObject({ ok: true, value: { addresses: [{ address: 'fe80::1%eth0', family: 6 }] } })
    expect(await resolver.resolve('fe80::1%nosuchif0')).toMatchObject({ ok: false, error: { code: 'target-invalid', message: expect.stringContaining('no network interface nosuchif0') } })
    expect(await build().resolve('fe80::1%nosuchif0')).toMatchObject({ ok: false, error: { code: 'target-invalid' } })
  })
})

describe('hostile resolvers', () => {
  const rows = targetRows().filter((row) => row.group === 'resolve')
  it('are in the corpus', () => expect(rows.length).toBeGreaterThan(0))
  it.each(rows.map((row) => row.text))('%s is refused by policy after the look-up', async (text) => {
    expect(await pin(text)).toMatchObject({ ok: false, error: { code: 'target-refused', message: expect.stringContaining('No packet was sent.') } })
  })
  it.each(['meta.evil.test', 'mapped.evil.test', 'zero.evil.test', 'mixed.evil.test'])('%s is refused too', async (text) => {
    expect(await pin(text)).toMatchObject({ ok: false, error: { code: 'target-refused' } })
  })
  it('gains nothing from changing its answer: the literal judged is the literal pinned', async () => {
    const resolver = build()
    expect(await pin('rebind.evil.test', resolver)).toMatchObject({ ok: true, value: { address: GOOD4, addresses: [GOOD4] } })
    expect(await pin('rebind.evil.test', resolver)).toMatchObject({ ok: true, value: { address: '127.0.0.1' } })
    expect(await pin('rebind.evil.test', resolver)).toMatchObject({ ok: false, error: { code: 'target-refused' } })
  })
})

describe('load', () => {
  it('answers others while 64 look-ups hang', async () => {
    const slow = await startDnsServer(script)
    try {
      const resolver = build({ servers: [slow.address], timeoutMs: 3000 })
      let over = 0
      const hung = Array.from({ length: 64 }, (_, index) => resolver.resolve(`void${index}.evil.test`).finally(() => { over += 1 }))
      await slow.received(128)
      expect(await resolver.resolve('ok.evil.test')).toMatchObject({ ok: true, value: { addresses: [{ address: GOOD4 }] } })
      expect(over).toBe(0)
      const results = await Promise.all(hung)
      expect(results.every((result) => !result.ok && result.error.message.includes('did not answer'))).toBe(true)
    } finally {
      await slow.close()
    }
  })

  it('turns the 257th look-up away instead of queueing it', async () => {
    const resolver = build({ timeoutMs: 100 })
    const hung = Array.from({ length: 256 }, (_, index) => resolver.resolve(`void${index}.evil.test`))
    expect(await resolver.resolve('ok.evil.test')).toMatchObject({ ok: false, error: { code: 'busy' } })
    await Promise.all(hung)
    expect(await resolver.resolve('files.example')).toMatchObject({ ok: true })
  })
})

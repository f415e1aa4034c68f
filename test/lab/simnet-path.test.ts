/** Paths in the simulated internet, seen with the bare tools: do routers and hosts answer every protocol as real ones do? */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLab, type Lab } from './lab.ts'
import { labOrSkip } from './privilege.ts'
import { quantile } from './quantile.ts'
import type { TruthProbe } from './truth.ts'

const PREFIX = 'hopscope-simpath'
const V4 = Array.from({ length: 6 }, (_, index) => `198.51.100.${index + 1}`)
const V6 = Array.from({ length: 6 }, (_, index) => `2001:db8:ff::${index + 1}`)

async function withLab<T>(scenario: string | readonly string[], use: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await createLab({ scenario, prefix: PREFIX })
  try {
    return await use(lab)
  } finally {
    await lab.close()
  }
}

/** Responders by TTL as `traceroute -n` prints them; `*` where nobody answered, each address once. */
async function trace(lab: Lab, ...args: string[]): Promise<string[]> {
  const { stdout } = await lab.exec(['/usr/bin/traceroute', '-n', '-w', '0.5', ...args])
  return stdout.split('\n').filter((line) => /^ ?\d+ /.test(line)).map((line) => {
    const words = line.trim().split(/ +/).slice(1)
    const addresses = words.filter((word) => /^[0-9a-f]+[.:][0-9a-f.:]+$/.test(word) && (word.includes(':') || word.split('.').length === 4))
    const flags = words.filter((word) => word.startsWith('!'))
    return [...new Set(addresses), ...new Set(flags)].join(' ') || '*'
  })
}

async function truthOf(lab: Lab): Promise<TruthProbe[]> {
  await lab.settled()
  return (await lab.truth()).toSorted((a, b) => a.n - b.n)
}

describe.skipIf(!labOrSkip())('a path in the simulated internet', { concurrent: true }, () => {
  let folder: string
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'hopscope-paths-')) })
  afterAll(async () => { await rm(folder, { recursive: true, force: true }) })

  it.each([
    ['UDP', ['203.0.113.30'], V4, '203.0.113.30', 'udp', 'port-unreachable'],
    ['ICMP', ['-I', '203.0.113.30'], V4, '203.0.113.30', 'icmp', 'echo'],
    ['TCP to an open port', ['-T', '-p', '443', '203.0.113.30'], V4, '203.0.113.30', 'tcp', 'syn-ack'],
    ['TCP to a closed port', ['-T', '-p', '81', '203.0.113.30'], V4, '203.0.113.30', 'tcp', 'rst'],
    ['UDP over IPv6', ['-6', '2001:db8:1::30'], V6, '2001:db8:1::30', 'udp', 'port-unreachable'],
    ['ICMPv6', ['-6', '-I', '2001:db8:1::30'], V6, '2001:db8:1::30', 'icmp', 'echo'],
    ['TCP over IPv6', ['-6', '-T', '-p', '443', '2001:db8:1::30'], V6, '2001:db8:1::30', 'tcp', 'syn-ack'],
  ] as const)('answers traceroute by TTL: %s', async (_, args, routers, target, protocol, word) => {
    await withLab('path-clean', async (lab) => {
      expect(await trace(lab, ...args)).toEqual([...routers, target])
      for (const probe of await truthOf(lab)) {
        const reached = probe.sent_ttl > 6
        expect(probe).toMatchObject({ dst: target, protocol, hop: Math.min(7, probe.sent_ttl), fate: reached ? 'replied' : 'expired' })
        expect(probe.answers.map((answer) => [answer.what, answer.from, answer.ttl])).toEqual([reached ? [word, target, 58] : ['ttl-exceeded', routers[probe.sent_ttl - 1], 256 - probe.sent_ttl]])
      }
    })
  })

  it.each([['ICMP', []], ['UDP', ['-u']], ['TCP', ['-T', '-P', '443']]] as const)('answers mtr by TTL, and in the time it should: %s', async (_, args) => {
    await withLab('path-clean', async (lab) => {
      for (const [target, routers] of [['203.0.113.30', V4], ['2001:db8:1::30', V6]] as const) {
        const { stdout } = await lab.exec(['/usr/bin/mtr', '--raw', '-n', '-c', '2', '-G', '1', ...args, target])
        const hosts = new Map([...stdout.matchAll(/^h (\d+) (\S+)$/gm)].map((match) => [Number(match[1]), match[2]]))
        for (const [index, router] of [...routers, target].entries()) expect(hosts.get(index)).toBe(router)
        const truth = (await truthOf(lab)).filter((probe) => probe.dst === target)
        expect(truth.some((probe) => probe.again)).toBe(false)
        const off = truth.flatMap((probe) => probe.answers.map((answer) => Math.abs((answer.real_ms ?? Number.NaN) - answer.rtt_ms)))
        expect(quantile(off, 0.5)).toBeLessThan(0.5)
      }
    })
  })

  it('is silent, lossy and limited about itself alone where it should be', async () => {
    await withLab(['path-silent-hops', 'path-rate-limited-hop'], async (lab) => {
      expect(await trace(lab, '203.0.113.33')).toEqual([V4[0], '*', V4[2], '*', V4[4], V4[5], '203.0.113.33'])
      await lab.exec(['/usr/bin/ping', '-q', '-i', '0.05', '-c', '20', '-t', '3', '203.0.113.32'])
      await lab.exec(['/usr/bin/ping', '-q', '-i', '0.05', '-c', '20', '-t', '4', '203.0.113.32'])
      const limited = (await truthOf(lab)).filter((probe) => probe.dst === '203.0.113.32')
      const atThree = limited.filter((probe) => probe.sent_ttl === 3)
      const allowed = 1 + Math.floor((((atThree.at(-1)?.at_ms ?? 0) - (atThree[0]?.at_ms ?? 0)) / 1000) * 0.4)
      expect(atThree.filter((probe) => probe.fate === 'expired').length).toBe(allowed)
      expect(atThree.filter((probe) => probe.fate === 'limited').length).toBe(20 - allowed)
      expect(limited.filter((probe) => probe.sent_ttl === 4).every((probe) => probe.fate === 'expired')).toBe(true)
    })
  })

  it('loses the same probes whatever else is going on, and everything behind a lossy link', async () => {
    const lost = async (extra: boolean): Promise<Map<number, number[]>> => withLab('path-lossy-last-mile', async (lab) => {
      const pings = [5, 6, 64].map((ttl) => lab.exec(['/usr/bin/ping', '-q', '-i', '0.02', '-c', '100', '-W', '1', '-t', String(ttl), '203.0.113.31']))
      if (extra) pings.push(lab.exec(['/usr/bin/traceroute', '-n', '203.0.113.31']))
      await Promise.all(pings)
      const icmp = (await truthOf(lab)).filter((probe) => probe.protocol === 'icmp')
      return new Map([5, 6, 64].map((ttl) => [ttl, icmp.filter((probe) => probe.sent_ttl === ttl && probe.fate === 'lost').map((probe) => probe.seq)]))
    })
    const [alone, together] = [await lost(false), await lost(true)]
    expect(together).toEqual(alone)
    expect(alone.get(5)).toEqual([])
    for (const ttl of [6, 64]) {
      // 20 % of 100; four standard deviations are 16.
      expect(alone.get(ttl)?.length).toBeGreaterThan(4)
      expect(alone.get(ttl)?.length).toBeLessThan(36)
    }
    expect(alone.get(6)).not.toEqual(alone.get(64))
  })

  it('has a way back of its own length', async () => {
    await withLab(['path-asymmetric-return', 'path-ttl-128', 'path-ttl-255'], async (lab) => {
      const ttls = async (target: string): Promise<number> => Number(/ttl=(\d+)/.exec((await lab.exec(['/usr/bin/ping', '-c', '1', target])).stdout)?.[1])
      expect(await ttls('203.0.113.34')).toBe(64 - 9)
      expect(await ttls('203.0.113.35')).toBe(128 - 6)
      expect(await ttls('203.0.113.36')).toBe(255 - 6)
    })
  })

  it('changes its routers and its latency at their time', async () => {
    await withLab(['path-route-change', 'path-latency-step', 'path-bufferbloat'], async (lab) => {
      await Promise.all([['203.0.113.37', '3'], ['203.0.113.38', '4'], ['203.0.113.38', '3'], ['203.0.113.39', '64']].map(([target = '', ttl = '']) => lab.exec(['/usr/bin/ping', '-q', '-i', '0.5', '-c', '34', '-W', '1', '-t', ttl, target])))
      const truth = await truthOf(lab)
      const first = (target: string): number => Math.min(...truth.filter((probe) => probe.dst === target).map((probe) => probe.at_ms))
      const seen = (target: string, ttl: number) => truth.filter((probe) => probe.dst === target && probe.sent_ttl === ttl)
        .map((probe) => ({ since: probe.at_ms - first(target), from: probe.answers[0]?.from, rtt: probe.answers[0]?.rtt_ms ?? Number.NaN })).filter(({ since }) => Math.abs(since - 14_000) > 5)
      for (const { since, from } of seen('203.0.113.37', 3)) expect(from).toBe(since < 14_000 ? '198.51.100.3' : '198.51.100.33')
      for (const { since, rtt } of seen('203.0.113.38', 4)) expect(rtt).toBe(since < 14_000 ? 8 : 33)
      for (const { rtt } of seen('203.0.113.38', 3)) expect(rtt).toBe(5)
      const queued = seen('203.0.113.39', 64).map(({ rtt }) => rtt)
      expect(Math.min(...queued)).toBeLessThan(25)
      expect(Math.max(...queued)).toBeGreaterThan(105)
    })
  }, 40_000)

  it('goes round in a loop until the TTL is used up', async () => {
    await withLab('path-routing-loop', async (lab) => {
      expect(await trace(lab, '-m', '10', '203.0.113.40')).toEqual([1, 2, 3, 4, 3, 4, 3, 4, 3, 4].map((n) => `198.51.100.${n}`))
      expect((await lab.exec(['/usr/bin/ping', '-c', '1', '203.0.113.40'])).stdout).toContain('Time to live exceeded')
    })
  })

  it('forbids aloud and in silence, by protocol', async () => {
    await withLab(['path-admin-prohibited', 'path-icmp-filtered-tcp-open', 'path-broken-v6'], async (lab) => {
      expect(await trace(lab, '203.0.113.41')).toEqual([...V4.slice(0, 4), `${V4[3]} !X`])
      expect((await lab.exec(['/usr/bin/ping', '-c', '1', '203.0.113.41'])).stdout).toContain('Packet filtered')
      expect(await trace(lab, '-I', '-m', '6', '203.0.113.45')).toEqual([...V4.slice(0, 4), '*', '*'])
      expect(await trace(lab, '-m', '6', '203.0.113.45')).toEqual([...V4.slice(0, 4), '*', '*'])
      expect(await trace(lab, '-T', '-p', '443', '203.0.113.45')).toEqual([...V4, '203.0.113.45'])
      expect(await trace(lab, '-6', '-m', '5', '2001:db8:1::46')).toEqual([...V6.slice(0, 3), '*', '*'])
      expect(await trace(lab, '203.0.113.46')).toEqual([...V4, '203.0.113.46'])
    })
  })

  it('has a narrow link that tells the kernel, and one that swallows', async () => {
    await withLab(['path-pmtu-told', 'path-pmtu-black-hole'], async (lab) => {
      const ping = async (target: string, size: number): Promise<string> => {
        const { stdout, stderr } = await lab.exec(['/usr/bin/ping', '-c', '1', '-W', '1', '-M', 'do', '-s', String(size), target])
        return stdout + stderr
      }
      expect(await ping('203.0.113.43', 1400 - 28)).toContain('1 received')
      await ping('203.0.113.43', 1401 - 28)
      // The kernel believed the error, so its checksum and its quote were right.
      expect(await ping('203.0.113.43', 1401 - 28)).toContain('mtu=1400')
      expect(await ping('2001:db8:1::43', 1400 - 48)).toContain('1 received')
      await ping('2001:db8:1::43', 1401 - 48)
      expect(await ping('2001:db8:1::43', 1401 - 48)).toContain('mtu: 1400')
      expect(await ping('203.0.113.42', 1400 - 28)).toContain('1 received')
      expect(await ping('203.0.113.42', 1401 - 28)).toMatch(/0 received.*100% packet loss/)
      const fates = (await truthOf(lab)).filter((probe) => probe.packet_bytes > 1400).map((probe) => [probe.dst, probe.fate, probe.why, probe.hop])
      expect(fates).toEqual(expect.arrayContaining([
        ['203.0.113.43', 'unreachable', 'frag-needed', 3], ['2001:db8:1::43', 'unreachable', 'packet-too-big', 3], ['203.0.113.42', 'filtered', 'too-big', 3],
      ]))
    })
  })

  it('spreads flows, not packets, over equal and unequal ways', async () => {
    await withLab('path-ecmp', async (lab) => {
      await lab.exec(['/usr/bin/traceroute', '-n', '-q', '10', '-f', '3', '-m', '4', '203.0.113.44'])
      await lab.exec(['/usr/bin/traceroute', '-n', '-q', '6', '203.0.113.60'])
      const truth = await truthOf(lab)
      const at = (ttl: number) => [...new Set(truth.filter((probe) => probe.dst === '203.0.113.44' && probe.sent_ttl === ttl).map((probe) => probe.answers[0]?.from ?? ''))].toSorted((a, b) => a.localeCompare(b))
      expect(at(3)).toEqual(['198.51.100.13', '198.51.100.23', '198.51.100.3'])
      expect(at(4)).toEqual(['198.51.100.14', '198.51.100.4'])
      const reached = new Set(truth.filter((probe) => probe.dst === '203.0.113.60' && probe.fate === 'replied').map((probe) => probe.hop))
      expect(reached).toEqual(new Set([7, 8]))
      // One flow, one way: the same ports again and again.
      const before = truth.length
      for (let round = 0; round < 4; round += 1) await lab.exec(['/usr/bin/traceroute', '-n', '-q', '1', '-f', '3', '-m', '3', '-U', '-p', '53', '--sport=4711', '203.0.113.44'])
      const fixed = (await truthOf(lab)).slice(before)
      expect(fixed.length).toBe(4)
      expect(new Set(fixed.map((probe) => probe.answers[0]?.from)).size).toBe(1)
    })
  })

  const router = { address: '198.51.100.1', rtt_ms: 1 }
  const wrong = (host: object) => ({ about: 'x', seed: 1, hosts: { '203.0.113.10': host } })
  it.each([
    [{ path: { routers: [{ ...router, colour: 'red' }] } }, "holds the unknown word 'colour'"],
    [{ path: { routers: [{ rtt_ms: 1 }] } }, 'needs either an address or ecmp'],
    [{ path: { routers: [{ address: '2001:db8::1', rtt_ms: 1 }] } }, 'must be of the family of the host'],
    [{ path: { routers: [{ ...router, filter: { how: 'no-route' } }] } }, 'filter.how must be one of'],
    [{ path: { routers: [{ ...router, blackhole: true }] } }, 'blackhole needs an mtu'],
    [{ path: { routers: [router], changes: [{ routers: [] }] } }, 'needs either at_n or at_s'],
    [{ path: { routers: [router], loop: { last: 2, step_ms: 1 } } }, 'loop.last counts routers at the end'],
    [{ path: { routers: [router] }, ttl: 60 }, 'ttl does not go with a path'],
    [{ initial_ttl: 64 }, 'initial_ttl needs a path'],
    [{ tcp: { open: [0] } }, 'must be a whole number from 1 to 65535'],
  ])('refuses the host %j', async (host, message) => {
    const file = join(folder, `${message.replaceAll(/[^a-z]/g, '')}.json`)
    await writeFile(file, JSON.stringify(wrong(host)))
    await expect(createLab({ scenario: file, prefix: PREFIX })).rejects.toThrow(message)
  })

  it('refuses a host that is in two scenarios', async () => {
    await expect(createLab({ scenario: ['clean', 'lossy'], prefix: PREFIX })).rejects.toThrow('203.0.113.10 is already in another scenario')
  })
})

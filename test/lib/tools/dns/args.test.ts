/** The command line that the form shows, how long a run may take, and the tool as data. */
import { expect, it } from 'vitest'
import { dnsArgv, dnsBound, dnsDeadlineMs } from '#lib/tools/dns/args.ts'
import { dns } from '#lib/tools/dns/index.ts'
import { contextOf } from './drive.ts'

it('shows the first dig without a server, which is known on the vantage alone', () => {
  const { options, target } = contextOf({ recordType: 'A,MX', timeoutMs: 2500 })
  expect(dnsArgv(options, target).join(' ')).toBe('-r -p 53 +noall +comments +question +answer +authority +additional +stats +time=3 +tries=1 -q www.corp.example -t A -q www.corp.example -t MX')
  expect(dnsArgv(options, { ...target, host: '2001:db8::1' }).slice(-3)).toEqual(['1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa', '-t', 'PTR'])
  expect(dnsArgv(options, { ...target, address: '', unresolved: 'It has none.' })).toContain('www.corp.example')
})

it('ends after a day, or after its rounds even if nobody answers in any of them', () => {
  const deadline = (some: Record<string, unknown>): number => dnsDeadlineMs(contextOf(some).options)
  expect(deadline({ rounds: null })).toBe(86_400_000)
  expect(deadline({ rounds: 10_000 })).toBe(86_400_000)
  expect(deadline({ rounds: 2, intervalMs: 3_600_000 })).toBe(7_210_000)
  // Six types, three tries of 5 s each over UDP and TCP are 180 s in each of five stages.
  expect(deadline({ rounds: 1, recordType: 'A,AAAA,MX,NS,TXT,SOA', tries: 3, timeoutMs: 5000 })).toBe(910_000)
})

it('says so in words', () => {
  expect(dnsBound(contextOf({ rounds: null }).options)).toBe('24\u00a0h at most')
  expect(dnsBound(contextOf({ rounds: 1 }).options)).toBe('one round, a few seconds')
  expect(dnsBound(contextOf({ rounds: 3 }).options)).toBe('3 rounds, about 1\u00a0min')
})

it('its self-test asks this host at a port where no name server is: to be refused shows that it can ask', () => {
  expect(dns.selfTest.probeArgs.slice(0, 4)).toEqual(['-r', '@127.0.0.1', '-p', '9'])
  expect(dns.selfTest.proof?.test(';; communications error to 127.0.0.1#9: connection refused')).toBe(true)
  expect(dns.selfTest.proof?.test("dig: couldn't get address for '127.0.0.1': failure")).toBe(false)
  expect(dns.selfTest.version('DiG 9.18.49-1~deb12u3-Debian\n')).toBe('9.18.49-1~deb12u3-Debian')
  expect(dns.contacts?.(contextOf({ server: '10.0.0.1,10.0.0.2' }).options)).toEqual(['10.0.0.1', '10.0.0.2'])
})

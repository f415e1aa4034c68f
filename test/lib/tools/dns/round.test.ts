/** A round of a names run: whom it asks, what it tells, how it goes on and how it ends. */
import { expect, it } from 'vitest'
import { AHOSTS, corp } from './corp.ts'
import { answersOf, contextOf, drive, eventsOf, NOW } from './drive.ts'

const NO_ZONE = { authorities: 'no' }

it('asks getent and every server side by side, after policy was asked about each, and tells what they say', () => {
  const driven = drive({ dns: corp, getent: () => AHOSTS }, contextOf(NO_ZONE))
  const [pin, run] = driven.moves
  expect(pin).toEqual({ kind: 'pin', hosts: ['10.0.0.53'] })
  expect(run?.kind === 'run' ? run.steps.map(({ binary, to }) => [binary, to]) : null).toEqual([['getent', []], ['dig', ['10.0.0.53']]])
  expect(driven.steps[0]?.args).toEqual(['ahosts', 'www.corp.example'])
  expect(driven.steps[1]?.args.join(' ')).toBe('-r @10.0.0.53 -p 53 +noall +comments +question +answer +authority +additional +stats +time=2 +tries=1 -q www.corp.example -t A -q www.corp.example -t AAAA')
  expect(driven.events.map(({ kind }) => kind).slice(0, 5)).toEqual(['dns.setup', 'dns.server', 'dns.answer', 'dns.answer', 'dns.os'])
  expect(eventsOf(driven, 'dns.setup')).toMatchObject([{ name: 'www.corp.example', types: ['A', 'AAAA'], servicesFrom: '/etc/nsswitch.conf line 12', ndots: 1 }])
  expect(eventsOf(driven, 'dns.server')).toMatchObject([{ server: '10.0.0.53', address: '10.0.0.53', port: 53, role: 'own', from: '/etc/resolv.conf line 2', refused: null }])
  expect(eventsOf(driven, 'dns.os')).toMatchObject([{ status: 'found', addresses: ['192.0.2.10'], round: 1, source: null, ms: 5 }])
  expect(eventsOf(driven, 'unrecognised')).toEqual([])
  expect(driven.outcome).toMatchObject({ kind: 'finished', message: 'Asked 1 server about www.corp.example in 1 round: 6 questions, 6 answers.' })
})

it('says at which line of the transcript everything stands', () => {
  const driven = drive({ dns: corp, getent: () => AHOSTS })
  const lines = driven.transcript.split('\n')
  const answers = eventsOf(driven, 'dns.answer')
  expect(answers.length).toBeGreaterThan(5)
  for (const { line } of answers) expect(lines[line - 1]).toMatch(/^;; MSG SIZE/)
  expect(lines[(eventsOf(driven, 'dns.os')[0]?.line ?? 0) - 1]).toBe(AHOSTS[2])
})

it('asks own servers, upstreams, chosen and public ones, each once and by its port', () => {
  const own = [{ address: '127.0.0.53', file: '/etc/resolv.conf', line: 1 }, { address: '10.0.0.53', file: '/etc/resolv.conf', line: 2 }]
  const upstream = [{ address: '10.0.0.53', file: '/run/resolved', line: 3 }, { address: '10.0.0.54', file: '/run/resolved', line: 4 }]
  const driven = drive({ dns: corp, setup: { servers: own, upstream } }, contextOf({ ...NO_ZONE, server: '10.0.0.54,2001:DB8::53', port: 5353, publicServers: 'yes' }))
  expect(eventsOf(driven, 'dns.server').map(({ server, role, from }) => [server, role, from])).toEqual([
    ['127.0.0.53', 'own', '/etc/resolv.conf line 1'], ['10.0.0.53', 'own', '/etc/resolv.conf line 2'], ['10.0.0.54', 'upstream', '/run/resolved line 4'],
    ['10.0.0.54#5353', 'chosen', 'chosen'], ['2001:db8::53#5353', 'chosen', 'chosen'],
    ['1.1.1.1', 'public', 'public resolver'], ['8.8.8.8', 'public', 'public resolver'], ['9.9.9.9', 'public', 'public resolver'],
  ])
  expect(new Set(driven.queries.filter(({ type }) => type === 'A').map(({ server, port }) => `${server} ${port}`)).size).toBe(8)
})

it('a server that policy refuses is told and not asked', () => {
  const driven = drive({ dns: corp, refuses: (host) => (host === '10.0.0.53' ? 'Rule 2 says no.' : null) }, contextOf({ server: '10.0.0.54' }))
  expect(eventsOf(driven, 'dns.server').slice(0, 2)).toMatchObject([{ server: '10.0.0.53', refused: 'Rule 2 says no.' }, { server: '10.0.0.54', refused: null }])
  expect(driven.queries.some(({ server }) => server === '10.0.0.53')).toBe(false)
})

it('an address is asked for its name, and getent is left out', () => {
  const driven = drive({ dns: corp }, contextOf({ recordType: 'A,MX' }, { host: '192.0.2.10' }))
  expect(eventsOf(driven, 'dns.setup')).toMatchObject([{ name: '10.2.0.192.in-addr.arpa', types: ['PTR'] }])
  expect(driven.steps.every(({ binary }) => binary === 'dig')).toBe(true)
  expect(answersOf(driven)).toContain('matrix 10.0.0.53 10.2.0.192.in-addr.arpa PTR NOERROR')
  expect(answersOf(driven)).toContain('forward 10.0.0.53 www.corp.example A NOERROR')
  const v6 = drive({ dns: corp }, contextOf({}, { host: 'fe80::1%eth0', address: 'fe80::1%eth0', family: 6 }))
  expect(eventsOf(v6, 'dns.setup')[0]?.name).toBe('1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f.ip6.arpa')
})

it('rounds begin at every interval, and one that took longer is followed at once, after a pause', () => {
  const driven = drive({ dns: corp }, contextOf({ ...NO_ZONE, rounds: 3, intervalMs: 5000 }))
  const waits = driven.moves.filter(({ kind }) => kind === 'wait')
  const rounds = eventsOf(driven, 'dns.round')
  expect(rounds.map(({ round }) => round)).toEqual([1, 2, 3])
  expect(waits).toEqual(rounds.slice(0, 2).map(({ nextInMs }) => ({ kind: 'wait', ms: nextInMs })))
  expect(rounds[2]?.nextInMs).toBeNull()
  const begins = eventsOf(driven, 'dns.os').map(({ round, atMs }) => [round, (atMs - NOW) - (atMs - NOW) % 5000])
  expect(begins).toEqual([[1, 0], [2, 5000], [3, 10_000]])
  const slow = drive({ dns: corp, takesMs: 4000 }, contextOf({ ...NO_ZONE, rounds: 3, intervalMs: 5000 }))
  expect(slow.moves.flatMap((move) => (move.kind === 'wait' ? [move.ms] : []))).toEqual([1000, 1000])
})

it('a getent that knows nothing: not found where a server spoke, timeout where none did, error where it failed; absent is told once', () => {
  const os = (world: Parameters<typeof drive>[0], rounds = 1): unknown[] => eventsOf(drive(world, contextOf({ ...NO_ZONE, rounds })), 'dns.os').map(({ status, text }) => [status, text])
  expect(os({ dns: corp, getent: () => 2 })).toEqual([['not-found', undefined]])
  expect(os({ dns: () => 'timeout', getent: () => 2 })).toEqual([['timeout', undefined]])
  const about = drive({ dns: () => 'timeout', getent: () => 2 }, contextOf({ ...NO_ZONE, recordType: 'TXT' }))
  expect(eventsOf(about, 'dns.os')[0]?.status).toBe('not-found')
  expect(os({ dns: corp, getent: () => 3 })).toEqual([['error', 'getent ended with exit code 3.']])
  expect(os({ dns: corp, getent: () => ({ absent: 'getent is not there.' }) }, 3)).toEqual([['error', 'getent is not there.']])
})

it('names the line of the hosts file that answered, and no line where a name service did', () => {
  const hosts = [{ address: '10.9.9.8', names: ['www.corp.example'], file: '/etc/hosts', line: 7 }]
  const source = (address: string, services = ['files', 'dns']): unknown => eventsOf(drive({ dns: corp, setup: { hosts, services }, getent: () => [`${address}  STREAM www.corp.example`] }, contextOf(NO_ZONE)), 'dns.os')[0]?.source
  expect(source('10.9.9.8')).toBe('/etc/hosts line 7')
  expect(source('192.0.2.10')).toBeNull()
  expect(source('10.9.9.8', ['dns'])).toBeNull()
})

it('without dig there is no run; without an answer it has failed, and says whose doing that is', () => {
  const gone = drive({ dns: () => ({ absent: 'dig is not installed.' }) })
  expect(eventsOf(gone, 'dns.fatal')).toMatchObject([{ error: 'tool-missing', text: 'dig is not installed.' }])
  expect(gone.outcome).toMatchObject({ kind: 'failed', code: 'tool-missing', blame: 'tool' })
  expect(drive({ dns: () => 'timeout' }).outcome).toMatchObject({ kind: 'failed', blame: 'resolver', message: expect.stringContaining('did not answer any of 3 questions') as string })
  expect(drive({ dns: () => 'refused', getent: () => AHOSTS }).outcome).toMatchObject({ kind: 'failed', blame: 'resolver', message: expect.stringContaining('from elsewhere') as string })
  expect(drive({ refuses: () => 'No.' }).outcome).toMatchObject({ kind: 'failed', blame: 'policy' })
  expect(drive({ refuses: () => 'No.', getent: () => AHOSTS }).outcome.kind).toBe('finished')
  expect(drive({ setup: { servers: [] } }).outcome).toMatchObject({ kind: 'failed', blame: 'resolver' })
  expect(drive({ dns: () => ({ status: 'NXDOMAIN' }) }).outcome.kind).toBe('finished')
})

it('a server that policy refuses in the middle of a run is told and asked no more', () => {
  const driven = drive({ dns: (query, round) => (query.server === '10.0.0.54' && round === 2 ? { absent: 'The policy changed.' } : corp(query)) }, contextOf({ ...NO_ZONE, server: '10.0.0.54', rounds: 3 }))
  expect(eventsOf(driven, 'dns.server').at(-1)).toMatchObject({ server: '10.0.0.54', role: 'chosen', refused: 'The policy changed.' })
  expect(eventsOf(driven, 'dns.answer').filter(({ server }) => server === '10.0.0.54').map(({ round }) => round)).toEqual([1, 1])
  expect(driven.outcome.kind).toBe('finished')
})

it('a question of which dig prints nothing is silence when dig says that nobody replied', () => {
  const driven = drive({ dns: (query) => (query.type === 'A' ? 'mute' : corp(query)) }, contextOf(NO_ZONE))
  expect(eventsOf(driven, 'dns.answer').filter(({ purpose }) => purpose === 'matrix').map(({ type, reply }) => [type, reply.status, reply.answers.length])).toEqual([['AAAA', 'NOERROR', 1], ['A', 'TIMEOUT', 0]])
})

it('reads the same however the bytes are cut', () => {
  const whole = drive({ dns: corp, getent: () => AHOSTS })
  const cut = drive({ dns: corp, getent: () => AHOSTS }, contextOf(), (bytes) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)))
  expect(cut.events).toEqual(whole.events)
})

it('a run that is stopped in the middle tells what was said whole and nothing else', () => {
  const whole = eventsOf(drive({ dns: corp, getent: () => AHOSTS }), 'dns.answer')
  for (const step of [1, 2, 3, 4]) {
    for (const share of [0, 0.3, 0.6, 0.99]) {
      const driven = drive({ dns: corp, getent: () => AHOSTS, stop: { step, share } })
      const told = eventsOf(driven, 'dns.answer')
      expect(told.map(({ reply, name, type }) => [name, type, reply])).toEqual(whole.slice(0, told.length).map(({ reply, name, type }) => [name, type, reply]))
      expect(eventsOf(driven, 'dns.round')).toEqual([])
      expect(driven.parser.verdict({ code: null, signal: 'SIGINT' }).message).not.toBe('')
    }
  }
})

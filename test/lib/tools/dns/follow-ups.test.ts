/** What a names run asks because of an answer: without checks, over TCP, with a search domain, there and back, connections. */
import { expect, it } from 'vitest'
import { AHOSTS, corp } from './corp.ts'
import { answersOf, contextOf, drive, eventsOf, type Driven } from './drive.ts'

const ALONE = { authorities: 'no' }
const beside = (driven: Driven): string[] => answersOf(driven).filter((answer) => !/^(?:matrix|ptr|forward) /.test(answer))

it('asks nothing more where every answer is fine', () => {
  expect(beside(drive({ dns: corp, getent: () => AHOSTS, setup: { search: ['lan.example'] } }, contextOf(ALONE)))).toEqual([])
})

it('asks again with checking disabled after SERVFAIL, the types that failed alone', () => {
  const driven = drive({ dns: (query) => (query.checking && query.type === 'AAAA' ? { status: 'SERVFAIL' } : corp(query)) }, contextOf(ALONE))
  expect(beside(driven)).toEqual(['cd 10.0.0.53 www.corp.example AAAA NOERROR'])
  expect(driven.steps.filter(({ args }) => args.includes('+cd')).map(({ args }) => args.filter((arg) => arg === 'A' || arg === 'AAAA'))).toEqual([['AAAA']])
})

it('asks over TCP after silence and after a cut answer that did not come whole; one type is enough of a silent server', () => {
  const silent = drive({ dns: (query) => (query.tcp ? corp(query) : 'timeout') }, contextOf(ALONE))
  expect(beside(silent)).toEqual(['tcp 10.0.0.53 www.corp.example A NOERROR'])
  const half = drive({ dns: (query) => (query.type === 'AAAA' && !query.tcp ? 'timeout' : corp(query)) }, contextOf(ALONE))
  expect(beside(half)).toEqual(['tcp 10.0.0.53 www.corp.example AAAA NOERROR'])
  const cut = drive({ dns: (query) => (query.type === 'A' ? 'cut' : corp(query)) }, contextOf(ALONE))
  expect(beside(cut)).toEqual(['tcp 10.0.0.53 www.corp.example A TIMEOUT'])
  const flagged = drive({ dns: (query) => (query.tcp ? corp(query) : { ...(corp(query) as object), flags: 'qr tc rd ra' }) }, contextOf(ALONE))
  expect(beside(flagged)).toHaveLength(2)
})

it('does not ask over TCP again what came whole over TCP, was refused, or was asked over TCP', () => {
  expect(beside(drive({ dns: (query) => ({ ...(corp(query) as object), cut: true }) }, contextOf(ALONE)))).toEqual([])
  expect(beside(drive({ dns: () => 'refused' }, contextOf(ALONE)))).toEqual([])
  const tcp = drive({ dns: () => 'timeout' }, contextOf({ ...ALONE, transport: 'tcp' }))
  expect(beside(tcp)).toEqual([])
  expect(tcp.steps.filter(({ binary }) => binary === 'dig').every(({ args }) => args.includes('+tcp'))).toBe(true)
})

it('tries the search domains for a bare name and for one that does not exist', () => {
  const setup = { search: ['lan.example', 'corp.example', '-bad.example', 'evil example'] }
  const bare = drive({ dns: corp, setup }, contextOf({ ...ALONE, recordType: 'MX,A' }, { host: 'www' }))
  expect(beside(bare)).toEqual(['search 10.0.0.53 www.lan.example A NXDOMAIN', 'search 10.0.0.53 www.corp.example A NOERROR'])
  expect(beside(drive({ dns: corp, setup }, contextOf(ALONE, { host: 'nosuch.corp.example' })))).toHaveLength(4)
  expect(beside(drive({ dns: corp, setup }, contextOf({ ...ALONE, recordType: 'MX' }, { host: 'www' })))[0]).toContain('www.lan.example MX')
  expect(beside(drive({ dns: corp }, contextOf(ALONE, { host: 'nosuch.corp.example' })))).toEqual([])
})

it('what comes up is asked at the first server that answers', () => {
  const setup = { search: ['corp.example'], servers: ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((address, at) => ({ address, file: 'f', line: at + 1 })) }
  const driven = drive({ dns: (query) => (query.server === '10.0.0.1' ? 'timeout' : query.server === '10.0.0.2' ? { status: 'REFUSED' } : corp(query)), setup }, contextOf(ALONE, { host: 'www' }))
  expect(beside(driven).filter((answer) => answer.startsWith('search'))).toEqual(['search 10.0.0.3 www.corp.example A NOERROR', 'search 10.0.0.3 www.corp.example AAAA NOERROR'])
})

const backwards = (driven: Driven): string[] => answersOf(driven).filter((answer) => /^(?:ptr|forward) /.test(answer))

it('looks up the names of the answers, and whether they lead back', () => {
  expect(backwards(drive({ dns: corp, getent: () => AHOSTS }, contextOf({ ...ALONE, recordType: 'A' })))).toEqual([
    'ptr 10.0.0.53 10.2.0.192.in-addr.arpa PTR NOERROR', 'forward 10.0.0.53 www.corp.example A NOERROR',
  ])
})

it('looks back once, and again only when the answers change; four addresses at most', () => {
  const many = (round: number): string[] => Array.from({ length: 9 }, (_, at) => `www.corp.example. 5 IN A 192.0.2.${at + (round < 3 ? 10 : 11)}`)
  const driven = drive({ dns: (query, round) => (query.type === 'A' && query.name === 'www.corp.example' ? { answers: round === 2 ? many(round).toReversed() : many(round) } : corp(query)) }, contextOf({ ...ALONE, recordType: 'A', rounds: 4 }))
  expect(eventsOf(driven, 'dns.answer').filter(({ purpose }) => purpose === 'ptr').map(({ round }) => round)).toEqual([1, 1, 1, 1, 3, 3, 3, 3])
})

it('a PTR that is no name is not asked for', () => {
  const evil = ['10.2.0.192.in-addr.arpa. 5 IN PTR -oProxy.example.', '10.2.0.192.in-addr.arpa. 5 IN PTR \\@8.8.8.8.', '10.2.0.192.in-addr.arpa. 5 IN PTR a\\032b.example.', '10.2.0.192.in-addr.arpa. 5 IN PTR \\027[31m.example.', '10.2.0.192.in-addr.arpa. 5 IN PTR good.example.']
  const driven = drive({ dns: (query) => (query.type === 'PTR' ? { answers: evil } : corp(query)) }, contextOf({ ...ALONE, recordType: 'A' }))
  expect(backwards(driven)).toEqual(['ptr 10.0.0.53 10.2.0.192.in-addr.arpa PTR NOERROR', 'forward 10.0.0.53 good.example A NXDOMAIN'])
})

const connectsOf = (driven: Driven): unknown[] => eventsOf(driven, 'dns.port').map(({ address, port, state, ms, text }) => [address, port, state, ms, text])

it('connects to every address that was answered, the pinned one first, where there is a port', () => {
  const answers = { dns: corp, getent: () => ['192.0.2.77 STREAM www.corp.example'] }
  expect(connectsOf(drive(answers, contextOf(ALONE)))).toEqual([])
  const driven = drive({ ...answers, reach: (address) => (address === '192.0.2.10' ? 'open 1.25 -' : address.includes(':') ? 'unreachable - ENETUNREACH' : 'refused 0.4 ECONNREFUSED') }, contextOf({ ...ALONE, timeoutMs: 700 }, { port: 8443 }))
  expect(driven.steps.at(-1)).toEqual({
    binary: 'hopscope-reach', to: ['192.0.2.10', '192.0.2.77', '2001:db8::10'],
    args: ['tcp', '--port', '8443', '--count', '1', '--interval', '1000', '--timeout', '700', '--', '192.0.2.10', '192.0.2.77', '2001:db8::10'],
  })
  expect(connectsOf(driven)).toEqual([
    ['192.0.2.10', 8443, 'open', 1.25, 'accepts connections'], ['192.0.2.77', 8443, 'refused', 0.4, 'refused the connection (ECONNREFUSED)'],
    ['2001:db8::10', 8443, 'unreachable', null, 'cannot be reached (ENETUNREACH)'],
  ])
  expect(eventsOf(drive(answers, contextOf({ ...ALONE, checkPort: 22 }, { port: 8443 })), 'dns.port').every(({ port }) => port === 22)).toBe(true)
})

it('an answer that policy refuses is told as denied and not connected to', () => {
  const driven = drive({ dns: corp, refuses: (host) => (host.includes(':') ? 'Rule 9 says no.' : null) }, contextOf(ALONE, { port: 443 }))
  expect(connectsOf(driven)).toEqual([['2001:db8::10', 443, 'denied', null, 'Rule 9 says no.'], ['192.0.2.10', 443, 'open', 1.5, 'accepts connections']])
  expect(driven.steps.flatMap(({ to }) => to ?? [])).not.toContain('2001:db8::10')
})

it('without the probe every round says so, and it is not started again', () => {
  const driven = drive({ dns: corp, reach: () => ({ absent: 'The probe is not there.' }) }, contextOf({ ...ALONE, recordType: 'A', rounds: 3 }, { port: 443 }))
  expect(eventsOf(driven, 'dns.port').map(({ round, state, text }) => [round, state, text])).toEqual([1, 2, 3].map((round) => [round, 'error', 'The probe is not there.']))
  expect(driven.steps.filter(({ binary }) => binary === 'hopscope-reach')).toHaveLength(1)
})

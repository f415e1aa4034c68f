/** The zone of the name and its own servers: how they are found, asked, and told where they cannot be. */
import { expect, it } from 'vitest'
import { corp, SOA } from './corp.ts'
import type { Answer, Query } from './dig-says.ts'
import { answersOf, contextOf, drive, eventsOf, type Driven } from './drive.ts'

const zoneOf = (driven: Driven): string[] => answersOf(driven).filter((answer) => answer.startsWith('zone '))
const authorities = (driven: Driven): unknown[] => eventsOf(driven, 'dns.server').filter(({ role }) => role === 'authority').map(({ server, name, from, refused }) => [server, name, from, refused])

it('climbs to the SOA, asks for the name servers and their addresses, and asks these without recursion', () => {
  const driven = drive({ dns: corp }, contextOf({ recordType: 'A' }))
  expect(zoneOf(driven)).toEqual([
    'zone 10.0.0.53 www.corp.example SOA NOERROR', 'zone 10.0.0.53 corp.example NS NOERROR',
    'zone 10.0.0.53 ns1.corp.example A NOERROR', 'zone 10.0.0.53 ns1.corp.example AAAA NOERROR', 'zone 10.0.0.53 ns2.corp.example A NOERROR', 'zone 10.0.0.53 ns2.corp.example AAAA NOERROR',
    'zone 192.0.2.53 corp.example SOA NOERROR', 'zone 192.0.2.54 corp.example SOA NOERROR',
  ])
  expect(authorities(driven)).toEqual([['192.0.2.53', 'ns1.corp.example', 'NS of corp.example', null], ['192.0.2.54', 'ns2.corp.example', 'NS of corp.example', null]])
  expect(driven.queries.filter(({ server }) => server !== '10.0.0.53').every(({ recurse }) => !recurse)).toBe(true)
  expect(driven.queries.filter(({ server }) => server === '10.0.0.53').every(({ recurse }) => recurse)).toBe(true)
})

it('from the second round on they are asked with all others, and nothing is looked for again', () => {
  const driven = drive({ dns: corp }, contextOf({ recordType: 'A', rounds: 2 }))
  expect(eventsOf(driven, 'dns.answer').filter(({ round }) => round === 2).map(({ purpose, server, type }) => `${purpose} ${server} ${type}`)).toEqual([
    'matrix 10.0.0.53 A', 'matrix 192.0.2.53 A', 'zone 192.0.2.53 SOA', 'matrix 192.0.2.54 A', 'zone 192.0.2.54 SOA',
  ])
})

it('takes the SOA beside a negative answer, and the addresses that come along', () => {
  const withGlue = (query: Query): Answer => {
    const answer = corp(query)
    return query.type === 'NS' && typeof answer === 'object' ? { ...answer, additional: ['ns1.corp.example. 9 IN A 192.0.2.53', 'NS2.corp.example. 9 IN AAAA 2001:DB8::54', 'ns9.evil.example. 9 IN A 203.0.113.9'] } : answer
  }
  const driven = drive({ dns: withGlue }, contextOf({ recordType: 'MX' }))
  expect(zoneOf(driven).slice(0, 2)).toEqual(['zone 10.0.0.53 corp.example NS NOERROR', 'zone 192.0.2.53 corp.example SOA NOERROR'])
  expect(authorities(driven).map((one) => (one as string[])[0])).toEqual(['192.0.2.53', '2001:db8::54'])
})

it('an SOA of somebody else is not the zone: of a CNAME target, of another name, of the root', () => {
  const alias = (query: Query): Answer => (query.name === 'www.corp.example'
    ? { answers: ['www.corp.example. 5 IN CNAME cdn.other.example.'], authority: ['other.example. 5 IN SOA a.other.example. b.other.example. 1 2 3 4 5'] } : corp(query))
  expect(zoneOf(drive({ dns: alias }, contextOf({ recordType: 'A' }))).slice(0, 3)).toEqual([
    'zone 10.0.0.53 www.corp.example SOA NOERROR', 'zone 10.0.0.53 corp.example SOA NOERROR', 'zone 10.0.0.53 corp.example NS NOERROR',
  ])
  const root = drive({ dns: () => ({ status: 'NXDOMAIN', authority: ['. 5 IN SOA a.root-servers.net. b.root-servers.net. 1 2 3 4 5'] }) }, contextOf({ recordType: 'A', rounds: 9 }))
  expect(zoneOf(root)).toEqual(Array.from({ length: 3 }, () => 'zone 10.0.0.53 www.corp.example SOA NXDOMAIN'))
  expect(authorities(root)).toEqual([])
})

it('looks again in the next round while no server answers, three times at most', () => {
  const late = drive({ dns: (query, round) => (round === 1 ? 'timeout' : corp(query)) }, contextOf({ recordType: 'A', rounds: 2 }))
  expect(authorities(late)).toHaveLength(2)
  const never = drive({ dns: (query) => (query.type === 'SOA' ? 'timeout' : corp(query)) }, contextOf({ recordType: 'A', rounds: 6 }))
  expect(zoneOf(never)).toHaveLength(3)
  expect(zoneOf(drive({ dns: corp }, contextOf({ authorities: 'no', recordType: 'A' })))).toEqual([])
})

it('a server whose answer was cut, and the rest of it did not come, is there all the same', () => {
  expect(authorities(drive({ dns: (query) => (query.type === 'TXT' ? 'cut' : corp(query)) }, contextOf({ recordType: 'TXT' })))).toHaveLength(2)
})

it('a server of the vantage that is one of the zone keeps its place, and is asked for its serial too', () => {
  const own = [{ address: '192.0.2.53', file: '/etc/resolv.conf', line: 1 }]
  const driven = drive({ dns: corp, setup: { servers: own } }, contextOf({ recordType: 'A', rounds: 2 }))
  expect(eventsOf(driven, 'dns.server').map(({ server, role }) => [server, role])).toEqual([['192.0.2.53', 'own'], ['192.0.2.54', 'authority']])
  expect(eventsOf(driven, 'dns.answer').filter(({ server, type, name }) => server === '192.0.2.53' && type === 'SOA' && name === 'corp.example').map(({ round }) => round)).toEqual([1, 2])
})

it('the SOA is not asked for twice where it is the question', () => {
  const driven = drive({ dns: corp }, contextOf({ recordType: 'SOA' }, { host: 'corp.example' }))
  expect(answersOf(driven).filter((answer) => answer.includes(' 192.0.2.53 '))).toEqual(['matrix 192.0.2.53 corp.example SOA NOERROR'])
})

it('a name server without a name or an address is told and not asked', () => {
  const ns = ['corp.example. 5 IN NS -f/etc/passwd.', 'corp.example. 5 IN NS \\@9.9.9.9.', 'corp.example. 5 IN NS nowhere.corp.example.', 'corp.example. 5 IN NS ns1.corp.example.']
  const driven = drive({ dns: (query) => (query.type === 'NS' ? { answers: ns } : corp(query)), refuses: (host) => (host === '192.0.2.53' ? 'Rule 4 says no.' : null) }, contextOf({ recordType: 'A' }))
  expect(authorities(driven)).toEqual([
    ['-f/etc/passwd', '-f/etc/passwd', 'NS of corp.example', 'This is not a name that can be asked for, so its address is not known.'],
    ['@9.9.9.9', '@9.9.9.9', 'NS of corp.example', 'This is not a name that can be asked for, so its address is not known.'],
    ['nowhere.corp.example', 'nowhere.corp.example', 'NS of corp.example', '10.0.0.53 gives no address for it.'],
    ['192.0.2.53', 'ns1.corp.example', 'NS of corp.example', 'Rule 4 says no.'],
  ])
  expect(driven.queries.every(({ server }) => server === '10.0.0.53')).toBe(true)
})

it('there are never more than 24 servers, however many a zone names', () => {
  const many = Array.from({ length: 60 }, (_, at) => `corp.example. 5 IN NS n${at}.corp.example.`)
  const dns = (query: Query): Answer => {
    if (query.type === 'NS') return { answers: many }
    return /^n\d/.test(query.name) && query.type === 'A' ? { answers: Array.from({ length: 9 }, (_, at) => `${query.name}. 5 IN A 10.1.${query.name.slice(1).split('.')[0]}.${at}`) } : query.type === 'SOA' ? { answers: [SOA] } : corp(query)
  }
  const setup = { servers: Array.from({ length: 30 }, (_, at) => ({ address: `10.0.1.${at}`, file: 'f', line: at + 1 })) }
  const driven = drive({ dns, setup }, contextOf({ recordType: 'A', server: Array.from({ length: 8 }, (_, at) => `10.0.2.${at}`).join(','), publicServers: 'yes' }))
  expect(eventsOf(driven, 'dns.server').length).toBeLessThanOrEqual(24)
  expect(authorities(driven).length).toBeGreaterThan(0)
})

/** The walk from the root: every server of every zone, judged first, and no further than the answers lead down. */
import { expect, it } from 'vitest'
import { corp } from './corp.ts'
import type { Answer, Query } from './dig-says.ts'
import { contextOf, drive, eventsOf, type Driven } from './drive.ts'

const WALK = { authorities: 'no', walk: 'yes', recordType: 'A' }

/** Root at 198.41.0.4, example at 192.0.2.1 and .2, corp.example at .53 and .54. */
function tree(query: Query): Answer {
  const { server, name, type } = query
  if (server === '10.0.0.53') return name === '.' ? { answers: ['. 9 IN NS a.root-servers.net.', '. 9 IN NS b.root-servers.net.'], additional: ['a.root-servers.net. 9 IN A 198.41.0.4', 'b.root-servers.net. 9 IN AAAA 2001:500:200::b', 'b.root-servers.net. 9 IN A 198.41.0.5'] } : corp(query)
  const zone = server.startsWith('198.41.') ? '.' : server === '192.0.2.1' || server === '192.0.2.2' ? 'example' : 'corp.example'
  if (zone === 'corp.example') return corp(query)
  if (type === 'NS') return { answers: ['example. 9 IN NS x.nic.example.', 'example. 9 IN NS y.nic.example.'] }
  return zone === '.'
    ? { authority: ['example. 9 IN NS x.nic.example.', 'example. 9 IN NS y.nic.example.'], additional: ['x.nic.example. 9 IN A 192.0.2.1', 'y.nic.example. 9 IN A 192.0.2.2'], flags: 'qr' }
    : { authority: ['corp.example. 9 IN NS ns1.corp.example.', 'corp.example. 9 IN NS ns2.corp.example.'], additional: ['ns1.corp.example. 9 IN A 192.0.2.53'], flags: 'qr' }
}

const stops = (driven: Driven): unknown[] => eventsOf(driven, 'dns.delegation').map(({ zone, serverName, address, child, refused }) => [zone, serverName, address, child?.zone ?? null, refused])

it('goes from the root to the answer, at every server of every zone', () => {
  const driven = drive({ dns: tree }, contextOf(WALK))
  expect(stops(driven)).toEqual([
    ['.', 'a.root-servers.net', '198.41.0.4', 'example', null], ['.', 'b.root-servers.net', '198.41.0.5', 'example', null],
    ['example', 'x.nic.example', '192.0.2.1', 'corp.example', null], ['example', 'y.nic.example', '192.0.2.2', 'corp.example', null],
    ['corp.example', 'ns1.corp.example', '192.0.2.53', null, null], ['corp.example', 'ns2.corp.example', '192.0.2.54', null, null],
  ])
  expect(eventsOf(driven, 'dns.delegation')[2]?.child).toEqual({ zone: 'corp.example', ns: ['ns1.corp.example', 'ns2.corp.example'], glue: [{ name: 'ns1.corp.example', address: '192.0.2.53' }] })
  expect(driven.queries.filter(({ server }) => server !== '10.0.0.53').every(({ recurse }) => !recurse)).toBe(true)
  const pinned = new Set(driven.moves.flatMap((move) => (move.kind === 'pin' ? move.hosts : [])))
  expect(driven.steps.flatMap(({ to }) => to ?? []).every((address) => pinned.has(address))).toBe(true)
})

it('asks each server for the name servers of its own zone as well', () => {
  const driven = drive({ dns: tree }, contextOf(WALK))
  const own = eventsOf(driven, 'dns.answer').filter(({ server, type }) => type === 'NS' && server !== '10.0.0.53')
  expect(own.map(({ server, name, purpose, reply }) => [server, name, purpose, reply.answers.length])).toEqual([
    ['192.0.2.1', 'example', 'zone', 2], ['192.0.2.2', 'example', 'zone', 2], ['192.0.2.53', 'corp.example', 'zone', 2], ['192.0.2.54', 'corp.example', 'zone', 2],
  ])
})

it('is walked in the first round alone, and only when asked for', () => {
  const once = eventsOf(drive({ dns: tree }, contextOf({ ...WALK, rounds: 3 })), 'dns.delegation')
  expect(once).toHaveLength(6)
  expect(stops(drive({ dns: tree }, contextOf({ ...WALK, walk: 'no' })))).toEqual([])
  expect(stops(drive({ dns: () => 'timeout' }, contextOf(WALK)))).toEqual([])
})

it('whoever may not be asked is told with the reason; the walk goes on with the others', () => {
  const driven = drive({ dns: tree, refuses: (host) => (host === '192.0.2.1' || host === '198.41.0.4' ? 'Rule 3 says no.' : null) }, contextOf(WALK))
  expect(stops(driven)).toContainEqual(['.', 'a.root-servers.net', '198.41.0.4', null, 'Rule 3 says no.'])
  expect(stops(driven)).toContainEqual(['corp.example', 'ns2.corp.example', '192.0.2.54', null, null])
  expect(driven.steps.flatMap(({ to }) => to ?? [])).not.toContain('192.0.2.1')
})

it('names that are none are told and never reach a command line', () => {
  const hostile = (query: Query): Answer => (query.server.startsWith('198.41.') ? { authority: ['example. 9 IN NS \\@8.8.8.8.', 'example. 9 IN NS +short.', 'example. 9 IN NS nowhere.example.'], flags: 'qr' } : tree(query))
  const driven = drive({ dns: hostile }, contextOf(WALK))
  expect(stops(driven).slice(2)).toEqual([
    ['example', '@8.8.8.8', null, null, 'This is not a name that can be asked for, so its address is not known.'],
    ['example', '+short', null, null, 'This is not a name that can be asked for, so its address is not known.'],
    ['example', 'nowhere.example', null, null, '10.0.0.53 gives no address for it.'],
  ])
  expect(driven.steps.flatMap(({ args }) => args).some((arg) => arg === '+short' || arg === '@8.8.8.8')).toBe(false)
})

it('a referral that does not lead down ends the walk: up, sideways, to itself', () => {
  for (const zone of ['.', 'example', 'org', 'corp.example']) {
    const server = zone === 'corp.example' ? '192.0.2.53' : '192.0.2.1'
    const dns = (query: Query): Answer => (query.server === server && query.type === 'A' ? { authority: [`${zone === '.' ? '.' : `${zone}.`} 9 IN NS ns1.corp.example.`], additional: ['ns1.corp.example. 9 IN A 192.0.2.53'], flags: 'qr' } : tree(query))
    expect(eventsOf(drive({ dns }, contextOf(WALK)), 'dns.delegation').length).toBeLessThanOrEqual(6)
  }
})

it('four servers a zone and eight zones at most, however deep it goes', () => {
  const host = Array.from({ length: 20 }, (_, at) => `l${at}`).join('.')
  const labels = host.split('.')
  const dns = ({ server, name, type }: Query): Answer => {
    if (server === '10.0.0.53' && name === '.') return { answers: Array.from({ length: 13 }, (_, at) => `. 9 IN NS r${at}.example.`), additional: Array.from({ length: 13 }, (_, at) => `r${at}.example. 9 IN A 10.9.0.${at}`) }
    const depth = Number(server.split('.')[2])
    if (type !== 'A' || server === '10.0.0.53' || !server.startsWith('10.')) return { status: 'NXDOMAIN' }
    const zone = labels.slice(labels.length - 1 - depth).join('.')
    return { flags: 'qr', authority: Array.from({ length: 9 }, (_, at) => `${zone}. 9 IN NS s${at}.${zone}.`), additional: Array.from({ length: 9 }, (_, at) => `s${at}.${zone}. 9 IN A 10.9.${depth + 1}.${at}`) }
  }
  const walked = eventsOf(drive({ dns }, contextOf(WALK, { host })), 'dns.delegation')
  expect(walked).toHaveLength(4 * 8)
  expect(new Set(walked.map(({ zone }) => zone)).size).toBe(8)
})

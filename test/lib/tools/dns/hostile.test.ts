/** Whatever servers answer: nobody is asked whom policy refuses, nothing but names and numbers reaches a command line, and a run ends. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Answer, Query } from './dig-says.ts'
import { contextOf, drive, eventsOf } from './drive.ts'

const evilName = fc.oneof(
  fc.constantFrom('.', 'example.', 'corp.example.', 'www.corp.example.', 'ns1.corp.example.', '-x.example.', '+tcp.', '\\@9.9.9.9.', 'a\\032b.', '\\027[2J.', '<b>.example.', 'xn--.', `${'a'.repeat(63)}.`.repeat(5), '"$(id)".'),
  fc.domain().map((name) => `${name}.`),
)
const address = fc.oneof(fc.constantFrom('10.0.0.53', '169.254.169.254', '127.0.0.1', '203.0.113.9', '192.0.2.77'), fc.ipV4())
const record = fc.tuple(evilName, fc.constantFrom('A', 'AAAA', 'NS', 'SOA', 'PTR', 'CNAME', 'TXT'), evilName, address).map(([owner, type, name, ip]) => {
  const value = type === 'A' ? ip : type === 'AAAA' ? `2001:db8::${ip.split('.')[3]}` : type === 'SOA' ? `${name} ${name} 1 2 3 4 5` : type === 'TXT' ? '"\\027[31m <script>"' : name
  return `${owner} 5 IN ${type} ${value}`
})
const records = fc.array(record, { maxLength: 6 })
const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ status: fc.constantFrom('NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED'), answers: records, authority: records, additional: records }) },
  fc.constantFrom<Answer>('timeout', 'refused', 'cut', 'mute'),
)

const OPTION = /^(?:-r|-p|-q|-t|--|\+(?:noall|comments|question|answer|authority|additional|stats|norecurse|cd|tcp|time=\d|tries=\d))$/

it('steps go only to whom policy let through, and hold nothing but options of ours, addresses, numbers, types and names', () => {
  fc.assert(fc.property(fc.array(answer, { minLength: 1, maxLength: 40 }), fc.func(fc.boolean()), fc.constantFrom('www.corp.example', 'www', '192.0.2.10'), (answers, isRefused, host) => {
    let at = 0
    const refused = (one: string): boolean => one === '169.254.169.254' || isRefused(one)
    const dns = (_query: Query): Answer => answers[at++ % answers.length] ?? 'timeout'
    const context = contextOf({ walk: 'yes', checkPort: 443, rounds: 2, recordType: 'A,AAAA,TXT', publicServers: 'yes' }, { host })
    const driven = drive({ dns, refuses: (one) => (refused(one) ? 'No.' : null), setup: { search: ['corp.example', '$(x)'] } }, context)
    const pinned = new Set(driven.moves.flatMap((move) => (move.kind === 'pin' ? move.hosts : [])))
    for (const { to, args, binary } of driven.steps) {
      for (const one of to ?? []) {
        expect(refused(one)).toBe(false)
        expect(pinned.has(one)).toBe(true)
      }
      if (binary !== 'dig') continue
      expect(args.filter((arg) => arg.startsWith('@'))).toEqual(to?.map((one) => `@${one}`))
      for (const arg of args.slice(2)) expect(OPTION.test(arg) || /^(?:[A-Za-z0-9_][\w.-]*|\.)$/.test(arg)).toBe(true)
    }
    expect(eventsOf(driven, 'dns.server').length).toBeLessThanOrEqual(24)
    expect(eventsOf(driven, 'dns.delegation').length).toBeLessThanOrEqual(32)
    expect(driven.steps.length).toBeLessThan(400)
    expect(eventsOf(driven, 'dns.round')).toHaveLength(2)
    expect(eventsOf(driven, 'unrecognised')).toEqual([])
  }), { numRuns: 150 })
})

it('output that is no output of dig is told line by line and changes nothing', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (pieces) => {
    const { parser } = drive({ dns: () => 'timeout' })
    const { plan } = parser
    if (plan === undefined) throw new Error('no plan')
    for (const piece of pieces) parser.push(piece, 1)
    parser.end(2)
    expect(parser.verdict({ code: 0, signal: null }).message).not.toBe('')
  }))
})

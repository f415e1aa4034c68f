/** How lines of dig, nslookup, getent and hopscope-reach are explained: every recorded line is, and nothing is read into a line that does not say it. */
import { readFileSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readNameLine } from '#lib/terminal/dns-line.ts'
import { readReachLine } from '#lib/terminal/reach-line.ts'
import { readLine } from '#lib/terminal/read-line.ts'
import { visibleText } from '#lib/terminal/tokenize.ts'
import { emptySession } from '#lib/session/fold.ts'
import { takeEvents } from '#lib/session/source.ts'
import type { RunView } from '#lib/session/view.ts'
import { reachAddress, reachRun } from '../../app/reach-views.ts'
import { history, reply, times } from '../session/history.ts'

const FIXTURES = new URL('../../fixtures/', import.meta.url)

const says = (text: string): string | undefined => readNameLine(text)?.rows.find((row) => row.name === 'says')?.value
const row = (text: string, name: string): string | undefined => readNameLine(text)?.rows.find((one) => one.name === name)?.value

describe('dig', () => {
  it('explains each part of an answer', () => {
    expect([says(';; ->>HEADER<<- opcode: QUERY, status: SERVFAIL, id: 43129'), readNameLine(';; ->>HEADER<<- opcode: QUERY, status: SERVFAIL, id: 43129')?.mark]).toEqual(['the server could not find out', 'error'])
    expect(readNameLine(';; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 1')?.mark).toBeNull()
    expect(row(';; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1', 'flags')).toBe('qr rd ra')
    expect([row('onlyv4.example.org.\t300\tIN\tA\t192.0.2.44', 'ttl'), row('onlyv4.example.org.\t300\tIN\tA\t192.0.2.44', 'value')]).toEqual(['300 s', '192.0.2.44'])
    expect(row(';; Query time: 8 msec', 'time')).toBe('8 ms')
    expect(row(';; SERVER: 127.0.0.1#53(127.0.0.1) (UDP)', 'over')).toBe('UDP')
    expect(row('; EDE: 22 (No Reachable Authority): (at delegation x)', 'name')).toBe('No Reachable Authority')
  })
  it('a silent server is marked as lost, one that refuses as an error', () => {
    expect(readNameLine(';; communications error to 127.0.0.1#53: timed out')).toMatchObject({ mark: 'lost', rows: [{ name: 'says' }, { name: 'server', value: '127.0.0.1#53' }] })
    expect(readNameLine(';; communications error to 127.0.0.1#53: connection refused')?.mark).toBe('error')
    expect(readNameLine(';; no servers could be reached')?.mark).toBe('lost')
  })
})

it('nslookup and getent are explained', () => {
  expect(says('Non-authoritative answer:')).toMatch(/cache/)
  expect(says("** server can't find nosuch.example: NXDOMAIN")).toBe('the name does not exist')
  expect(says("*** Can't find onlyv6.example: No answer")).toBe('the name exists and has no record of this type')
  expect(row('Address:\t10.0.0.53#53', 'port')).toBe('53')
  expect(row('192.0.2.7       STREAM host.example', 'name')).toBe('host.example')
})

it.each(['dig', 'nslookup'])('every recorded line of %s says something', (folder) => {
  const names = readdirSync(new URL(`${folder}/`, FIXTURES)).filter((name) => name.endsWith('.txt') && !/stderr|short|debug/.test(name))
  expect(names.length).toBeGreaterThan(5)
  const lines = names.flatMap((name) => readFileSync(new URL(`${folder}/${name}`, FIXTURES), 'latin1').split('\n')).filter((text) => text.trim() !== '')
  const mute = lines.filter((text) => readNameLine(visibleText(text)) === null)
  expect(mute.length / lines.length).toBeLessThan(0.02)
})

describe('hopscope-reach', () => {
  it('explains a connection', () => {
    expect(readReachLine('1764000000.123456 tcp 192.0.2.7 443 12 open 31.204 -')).toMatchObject({ mark: null, rows: [{ value: 'the connection was accepted' }, { value: '12' }, { value: '192.0.2.7' }, { value: '443' }, { value: '31.204 ms' }] })
    expect(readReachLine('1764000000.100000 tcp 192.0.2.7 443 13 refused 31.2 ECONNREFUSED')?.mark).toBe('error')
    expect(readReachLine('1764000000.100000 tcp 192.0.2.7 443 14 timeout 3000 -')?.mark).toBe('lost')
  })
  it('explains what was looked at closer, and marks what went wrong', () => {
    expect(readReachLine('1764000000.1 tls {"reason":"CERT_HAS_EXPIRED"}')?.mark).toBe('error')
    expect(readReachLine('1764000000.1 http {"problem":null}')?.mark).toBeNull()
    expect(readReachLine('1764000000.1 cert+ {"sub')?.rows[0]?.value).toMatch(/goes on in the next line/)
    expect(readReachLine('hello')).toBeNull()
  })
})

describe('a line of a run', () => {
  const reach = reachRun([reachAddress('open')])
  const first = (run: RunView, text: string) => readLine(run, text, 0).rows.map(({ name, value }) => `${name} ${value}`)
  it('names the program that a planned run starts next', () => {
    expect(first(reach, '$ /usr/bin/traceroute -T -p 443 192.0.2.7')).toEqual(['says next program of this run', 'program traceroute', 'for looks who answers at this port'])
    expect(first(reach, ' 5  192.0.2.66  9.7 ms * 10.2 ms !X')).toContain('hop 5')
  })
  it('a ping still reads as a ping', () => {
    const view = emptySession()
    takeEvents(view, history(times(2, reply(9))))
    const [ping] = view.runs
    if (!ping) throw new Error('no run')
    expect(first(ping, '64 bytes from 192.0.2.7: icmp_seq=1 ttl=57 time=9.0 ms')).toContain('seq 1')
  })
  it('any text is read without a throw, in bounded words', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => { expect(readLine(reach, text, 0).rows.length).toBeLessThan(12) }))
    fc.assert(fc.property(fc.string({ maxLength: 5000 }), (text) => { readNameLine(text); readReachLine(text) }))
  })
})

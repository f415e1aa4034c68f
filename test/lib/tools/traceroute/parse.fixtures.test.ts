/** Every recorded traceroute, of whatever make, is read in full, however it is cut. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventBody, type Observed } from '#lib/protocol/events.ts'
import { decodeUtf8 } from '#lib/text/utf8.ts'
import { tracerouteParser } from '#lib/tools/traceroute/parse.ts'
import { contextOf, cutAt, eventsOf, NOW, parsePieces } from './context.ts'
import { FIXTURES, merged, type Facts, type Fixture, type ProbeFact } from './fixtures.ts'

const context = (fixture: Fixture) => contextOf(fixture.facts.ip ?? '192.0.2.1')

/** Facts of the schema, from the events alone. */
function factsOf(events: readonly Observed[]) {
  const header = eventsOf(events, 'path.header')[0]
  const fatal = eventsOf(events, 'path.fatal')[0]
  return {
    target: header?.target ?? null, ip: header?.address ?? null, maxHops: header?.maxTtl ?? null, packetBytes: header?.packetBytes ?? null,
    hops: hopsOf(events), fatal: fatal ? { kind: fatal.error, text: fatal.text } : null, unrecognised: eventsOf(events, 'unrecognised').map((event) => event.text),
  }
}

function hopsOf(events: readonly Observed[]): Facts['hops'] {
  const names = new Map(eventsOf(events, 'path.name').map((event) => [event.address, event.name]))
  const labels = new Map(eventsOf(events, 'path.labels').map((event) => [`${event.ttl} ${event.from}`, event.labels]))
  const hops = new Map<number, ProbeFact[]>()
  for (const event of events) {
    if (event.kind !== 'path.reply' && event.kind !== 'path.unanswered') continue
    const probes = hops.get(event.ttl) ?? []
    hops.set(event.ttl, probes)
    expect(event.probe).toBe(probes.length + 1)
    if (event.kind === 'path.unanswered') {
      probes.push({ ip: null, host: null, rttMs: null })
      continue
    }
    const { from, flag, asns, mtu, backHops } = event
    const mpls = labels.get(`${event.ttl} ${from}`)?.map(({ bottom, label, tc, ttl }) => ({ label, tc, s: bottom, ttl }))
    probes.push({
      ip: from, host: names.get(from ?? '') ?? null, rttMs: event.rttMs, ...(flag === undefined ? {} : { flag: `!${flag}` }),
      ...(asns === undefined ? {} : { asn: asns }), ...(mpls === undefined ? {} : { mpls }), ...(mtu === undefined ? {} : { mtu }), ...(backHops === undefined ? {} : { backHops }),
    })
  }
  return [...hops].map(([ttl, probes]) => ({ ttl, probes }))
}

it('there are fixtures to test', () => {
  const count = (flavor: string) => FIXTURES.filter((fixture) => fixture.flavor === flavor).length
  expect([FIXTURES.length, count('traceroute'), count('busybox'), count('inetutils'), count('bsd')]).toEqual([79, 59, 11, 5, 4])
})

describe.each(FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
  const { facts } = fixture
  const wanted = {
    target: facts.target, ip: facts.ip, maxHops: facts.maxHops, packetBytes: facts.packetBytes, hops: facts.hops, fatal: facts.fatal, unrecognised: [],
  }

  it.each(['stdout', 'stderr'] as const)('is read in full with %s first', (first) => {
    const events = parsePieces([merged(fixture, first)], context(fixture))
    expect(factsOf(events)).toEqual(wanted)
    for (const { atMs: _atMs, ...body } of events) expect(EventBody.parse(body)).toEqual(body)
  })

  it('does not care how the bytes are cut, nor whether a pty ends the lines', () => {
    const bytes = merged(fixture)
    const whole = parsePieces([bytes], context(fixture))
    expect(parsePieces(Array.from(bytes, (byte) => new Uint8Array([byte])), context(fixture))).toEqual(whole)
    fc.assert(fc.property(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 12 }), (places) => {
      expect(parsePieces(cutAt(bytes, places.toSorted((a, b) => a - b)), context(fixture))).toEqual(whole)
    }), { numRuns: 15 })
    const pty = new TextEncoder().encode(decodeUtf8(bytes).replaceAll('\n', '\r\n'))
    expect(parsePieces([pty], context(fixture))).toEqual(whole)
    expect(parsePieces(Array.from(pty, (byte) => new Uint8Array([byte])), context(fixture))).toEqual(whole)
  })

  it('says where every probe stands in the transcript', () => {
    const bytes = merged(fixture)
    const lines = decodeUtf8(bytes).split('\n')
    for (const reply of eventsOf(parsePieces([bytes], context(fixture)), 'path.reply')) {
      expect(lines[reply.line - 1]).toMatch(new RegExp(`\\b${reply.rttMs?.toFixed(3).replace('.', '\\.')} ?ms`))
    }
  })

  it('keeps what stands before a cut, whole probes only', () => {
    const all = facts.hops.flatMap(({ ttl, probes }) => probes.map((probe, at) => ({ ttl, n: at + 1, ip: probe.ip, rttMs: probe.rttMs })))
    const bytes = fixture.stdout
    fc.assert(fc.property(fc.nat(bytes.length), (length) => {
      const events = parsePieces([bytes.slice(0, length)], context(fixture))
      const read = events.flatMap((event) => event.kind === 'path.reply' ? [{ ttl: event.ttl, n: event.probe, ip: event.from, rttMs: event.rttMs }]
        : event.kind === 'path.unanswered' ? [{ ttl: event.ttl, n: event.probe, ip: null, rttMs: null }] : [])
      expect(read).toEqual(all.slice(0, read.length))
      expect(read.length).toBe(completeIn(decodeUtf8(bytes.slice(0, length))))
    }), { numRuns: 25 })
  })

  it('judges the exit', () => {
    const reader = tracerouteParser(context(fixture))
    reader.push(merged(fixture), NOW)
    reader.end(NOW)
    if (facts.reached !== null) expect(reader.seen.reachedTtl !== null).toBe(facts.reached)
    const outcome = reader.verdict({ code: fixture.exitCode ?? 0, signal: null })
    expect(outcome.message).toMatch(/[.”]$/)
    expect(outcome.message).not.toContain('!')
    expect(outcome.kind).toBe(facts.fatal || (fixture.exitCode ?? 0) > 0 ? 'failed' : 'finished')
    if (facts.reached === true) expect(outcome.message).toContain(`reached ${facts.ip} at hop`)
    if (facts.fatal) expect([outcome.code, outcome.blame]).toEqual(BLAMED[facts.fatal.kind])
  })
})

const BLAMED: Record<string, string[]> = { usage: ['usage', 'hopscope'], 'host-unreachable': ['no-route', 'path'], permission: ['permission', 'tool'] }

/** Stars and whole times of hop lines, counted without the parser. A reply whose flag was cut is none: nobody knows what it was. */
function completeIn(text: string): number {
  return text.replace(/ [\d.]+ ms !(?:<\d*)?$/, '').split('\n').filter((line) => /^ {0,2}\d+ /.test(line) || /^ {4}/.test(line)).reduce((sum, line) => sum + (line.match(/ \*| [\d.]+ ?ms(?![\w])/g) ?? []).length, 0)
}

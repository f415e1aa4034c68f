/** Every recorded raw output of every mtr is read in full, however it is cut; other formats are never misread. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import { EventBody } from '#lib/protocol/events.ts'
import { decodeUtf8 } from '#lib/text/utf8.ts'
import { mtrParser } from '#lib/tools/mtr/parse.ts'
import { bytesOf, contextOf, cutAt, NOW, only, parsePieces } from './context.ts'
import { OTHERS, RAW, type Facts, type Fixture } from './fixtures.ts'

const merged = ({ stdout, stderr }: Fixture): Uint8Array => bytesOf(decodeUtf8(stdout) + decodeUtf8(stderr))
const parse = (fixture: Fixture): Observed[] => parsePieces([merged(fixture)], contextOf(fixture.target))
const ttlsOf = (events: readonly Observed[]): number[] =>
  [...new Set(events.flatMap((event) => (event.kind === 'path.reply' || event.kind === 'path.awaited' ? [event.ttl] : [])))].toSorted((a, b) => a - b)

/** The fixture's facts from the events. */
function hopFacts(events: readonly Observed[], ttl: number, hasSent: boolean) {
  const replies = only(events, 'path.reply').filter((event) => event.ttl === ttl)
  const awaited = only(events, 'path.awaited').filter((event) => event.ttl === ttl)
  const labels = only(events, 'path.labels').filter((event) => event.ttl === ttl)
  const probes = [...new Set([...replies, ...awaited].map((event) => event.probe))].toSorted((a, b) => a - b)
  // From 1 without gaps.
  expect(probes).toEqual(probes.map((_, at) => at + 1))
  return {
    ttl, hosts: [...new Set(replies.flatMap(({ from }) => from ?? []))], sent: hasSent ? probes.length : null, received: replies.length,
    rttsUs: replies.map(({ rttMs }) => Math.round((rttMs ?? NaN) * 1000)),
    mpls: labels.flatMap((event) => event.labels.map(({ bottom, ...label }) => ({ ...label, s: bottom }))),
  }
}

/** A name is told once for its address, so it is compared over all hops. */
function checkNames(events: readonly Observed[], { hops }: Facts): void {
  const named = only(events, 'path.name').map(({ address, name, source }) => ({ address, name, source }))
  for (const { address, name, source } of named) {
    expect(source).toBe('tool')
    expect(hops.some((hop) => hop.hosts.includes(address) && hop.names.includes(name ?? '')), `${address} ${name}`).toBe(true)
  }
  for (const { hosts, names } of hops) for (const name of names) expect(named.some((one) => one.name === name && hosts.includes(one.address)), name).toBe(true)
}

it('there are fixtures to test', () => {
  expect(RAW.length).toBeGreaterThanOrEqual(53)
  expect(OTHERS.length).toBeGreaterThanOrEqual(70)
  expect(new Set(RAW.map(({ version }) => version)).size).toBeGreaterThanOrEqual(7)
})

describe.each(RAW.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
  const { facts } = fixture
  const hasSent = facts.hops.some((hop) => hop.sent !== null)

  it('gives the expected hops, in full', () => {
    const events = parse(fixture)
    expect(ttlsOf(events).map((ttl) => hopFacts(events, ttl, hasSent))).toEqual(facts.hops.map(({ names: _names, mpls = [], ...hop }) => ({ ...hop, mpls })))
    checkNames(events, facts)
    expect(only(events, 'unrecognised')).toEqual([])
    expect(only(events, 'path.notice')).toEqual([])
    expect(only(events, 'path.fatal').map(({ error, text }) => ({ kind: error, text }))).toEqual(facts.fatal ? [facts.fatal] : [])
    if (facts.destinationTtl !== undefined) {
      const reached = only(events, 'path.reply').filter(({ from }) => from === fixture.target).map(({ ttl }) => ttl)
      expect(reached.length === 0 ? null : Math.min(...reached)).toBe(facts.destinationTtl)
    }
  })

  it('names the responder of every answer, as the lines above it do', () => {
    const lines = decodeUtf8(fixture.stdout).split(/\r?\n/)
    for (const { line, ttl, from, rttMs } of only(parse(fixture), 'path.reply')) {
      expect(lines[line - 1]).toMatch(new RegExp(`^p ${ttl - 1} ${Math.round((rttMs ?? NaN) * 1000)}( |$)`))
      const hosts = lines.slice(0, line - 1).filter((text) => text.startsWith(`h ${ttl - 1} `))
      if (from !== null) expect(hosts.at(-1)).toBe(`h ${ttl - 1} ${from}`)
      else expect(new Set(hosts).size).toBeGreaterThan(1)
    }
  })

  it('gives events that the log accepts', () => {
    for (const { atMs, ...event } of parse(fixture)) {
      expect(EventBody.parse(event)).toEqual(event)
      expect(atMs).toBe(NOW)
    }
  })

  it('does not care how the bytes are cut, nor whether a pty ends the lines', () => {
    const bytes = merged(fixture)
    const whole = parse(fixture)
    const context = contextOf(fixture.target)
    expect(parsePieces(Array.from(bytes, (byte) => new Uint8Array([byte])), context)).toEqual(whole)
    fc.assert(fc.property(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 12 }), (places) => {
      expect(parsePieces(cutAt(bytes, places.toSorted((a, b) => a - b)), context)).toEqual(whole)
    }), { numRuns: 15 })
    const pty = bytesOf(decodeUtf8(bytes).replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'))
    expect(parsePieces([pty], context)).toEqual(whole)
  })

  it('judges the exit', () => {
    const parser = mtrParser(contextOf(fixture.target))
    parser.push(merged(fixture), NOW)
    parser.end(NOW)
    if (fixture.exitCode === null || fixture.exitCode < 0) return
    const outcome = parser.verdict({ code: fixture.exitCode, signal: null })
    expect(outcome.message).toMatch(/[.”]$/)
    expect(outcome.kind).toBe(facts.fatal ? 'failed' : 'finished')
    if (!facts.fatal && typeof facts.destinationTtl === 'number') expect(outcome.message).toContain(`at hop ${facts.destinationTtl}.`)
    if (facts.destinationTtl === null) expect(outcome.message).toContain('did not answer')
  })
})

describe.each(OTHERS.map((fixture) => [fixture.name, fixture] as const))('%s (not ours)', (_name, fixture) => {
  it('is not read at all: every line is unrecognised, or a reason to give up', () => {
    const lines = decodeUtf8(merged(fixture)).split(/\r?\n/).filter((line) => line.trim() !== '')
    const events = parse(fixture)
    for (const event of events) expect(['unrecognised', 'path.fatal', 'path.notice']).toContain(event.kind)
    expect(events.length).toBe(lines.length)
    const parser = mtrParser(contextOf(fixture.target))
    parser.push(merged(fixture), NOW)
    parser.end(NOW)
    expect(parser.verdict({ code: 0, signal: null }).kind).toBe('failed')
  })
})

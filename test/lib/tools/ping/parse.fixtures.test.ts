/** Every recorded iputils output is read in full, however it is cut; other pings' outputs are read rightly or not at all. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import { decodeUtf8 } from '#lib/text/utf8.ts'
import { pingParser, readPingLine, type PingLine } from '#lib/tools/ping/parse.ts'
import { contextOf, cutAt, NOW, parsePieces } from './context.ts'
import { IPUTILS, merged, OTHERS, type Facts, type Fixture } from './fixtures.ts'

const linesOf = (bytes: Uint8Array): PingLine[] => decodeUtf8(bytes).split('\n').map(readPingLine)
const only = <K extends PingLine['kind']>(lines: readonly PingLine[], kind: K) => lines.filter((line): line is Extract<PingLine, { kind: K }> => line.kind === kind)
const eventsOf = <K extends Observed['kind']>(events: readonly Observed[], kind: K) => events.filter((event): event is Extract<Observed, { kind: K }> => event.kind === kind)
const stamp = (stampMs: number | null) => (stampMs === null ? {} : { timestamp: Math.round(stampMs * 1000) / 1e6 })
const context = (fixture: Fixture) => contextOf(fixture.facts.ip ?? '192.0.2.1')
const mark = (name: string, on: boolean | undefined) => (on ? { [name]: true } : {})

/** Facts of the schema from single lines. */
function lineFacts(bytes: Uint8Array) {
  const lines = linesOf(bytes)
  const header = only(lines, 'header')[0]
  return {
    target: header?.target ?? null, ip: header?.address ?? null, payloadBytes: header?.payloadBytes ?? null,
    sourceSpec: header?.source,
    replies: only(lines, 'reply').map(({ seq, ttl, rttMs, bytes: size, from, host, dup, stampMs, truncated, differentAddress }) => ({
      seq, ttl, rttMs, bytes: size, from, ...(host === undefined ? {} : { host }), dup, ...stamp(stampMs),
      ...mark('truncated', truncated), ...mark('differentAddress', differentAddress),
    })),
    noAnswer: only(lines, 'awaited').map(({ seq, stampMs }) => ({ seq, ...stamp(stampMs) })),
    errors: only(lines, 'icmp-error').map(({ kind: _kind, stampMs, error, ...rest }) => ({ ...rest, kind: error, ...stamp(stampMs) })),
    localErrors: only(lines, 'local-error').map(localFact),
    progress: only(lines, 'progress').map(({ kind: _kind, ...rest }) => rest),
    fatal: fatalFact(only(lines, 'fatal')[0]),
    totals: only(lines, 'totals').map(({ kind: _kind, ...rest }) => rest),
    rtt: only(lines, 'rtt').map(({ kind: _kind, ...rest }) => rest),
    unrecognised: lines.filter((line) => line.kind === 'unrecognised').length,
  }
}

/** The schema does not tell apart why a send failed. */
function localFact({ error, mtu, text }: { error: string; mtu?: number | undefined; text: string }) {
  return { kind: error === 'message-too-long' ? error : 'send-failed', text, ...(mtu === undefined ? {} : { mtu }) }
}
const fatalFact = (fatal: { error: string; text: string } | undefined) => (fatal ? { kind: fatal.error, text: fatal.text } : null)

function eventFacts(events: readonly Observed[], facts: Facts) {
  const header = eventsOf(events, 'ping.header')[0]
  const summary = eventsOf(events, 'ping.summary')[0]
  return {
    target: header?.target ?? null, ip: header?.address ?? null, payloadBytes: header?.payloadBytes ?? null,
    replies: eventsOf(events, 'ping.reply').map(({ probe, ttl, rttMs, bytes, from, truncated, differentAddress, atMs }) => ({
      seq: probe % 65536, ttl, rttMs, bytes, from: from ?? facts.ip, ...(atMs === NOW ? {} : stamp(atMs)),
      ...mark('truncated', truncated), ...mark('differentAddress', differentAddress),
    })),
    noAnswer: eventsOf(events, 'ping.awaited').map(({ probe, atMs }) => ({ seq: probe % 65536, ...(atMs === NOW ? {} : stamp(atMs)) })),
    errors: eventsOf(events, 'ping.icmp-error').map(({ kind: _kind, runId: _run, line: _line, probe, error, atMs, ...rest }) => ({
      ...rest, seq: probe, kind: error, ...(atMs === NOW ? {} : stamp(atMs)),
    })),
    localErrors: eventsOf(events, 'ping.local-error').map(localFact),
    fatal: fatalFact(eventsOf(events, 'ping.fatal')[0]),
    summary: summary ? summaryFact(summary) : null,
    unrecognised: eventsOf(events, 'unrecognised').length,
  }
}

const summaryFact = ({ transmitted, received, duplicates, errors, corrupted, lossPct, timeMs, rtt }: Omit<NonNullable<Facts['summary']>, 'pipe'>) =>
  ({ transmitted, received, duplicates, errors, corrupted, lossPct, timeMs, rtt })

const without = (items: readonly object[], ...names: string[]) => items.map((item) => Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name))))

it('there are fixtures to test', () => {
  expect(IPUTILS.length).toBeGreaterThanOrEqual(130)
  expect(OTHERS.length).toBeGreaterThanOrEqual(40)
})

describe.each(IPUTILS.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
  const { facts } = fixture

  it('reads every line as expected, in full', () => {
    const read = lineFacts(merged(fixture))
    expect({ ...read, totals: undefined, rtt: undefined }).toEqual({
      target: facts.target, ip: facts.ip, payloadBytes: facts.payloadBytes, sourceSpec: facts.sourceSpec,
      replies: facts.replies, noAnswer: facts.noAnswer, errors: facts.errors, localErrors: facts.localErrors,
      progress: facts.progress ?? [], fatal: facts.fatal, unrecognised: 0,
    })
    const { summary } = facts
    if (!summary) return expect(read.totals).toEqual([])
    const { rtt, pipe, ipgMs = null, ewmaMs = null, ...totals } = summary
    expect(read.totals).toEqual([totals])
    // A null pipe is not asserted by the fixture; everything else is.
    const wanted = rtt || pipe !== null || ipgMs !== null ? [{ rtt, pipe: pipe ?? read.rtt[0]?.pipe ?? null, ipgMs, ewmaMs }] : []
    expect(read.rtt.filter((line) => line.rtt !== null || pipe !== null)).toEqual(wanted)
    return undefined
  })

  it.each(['stdout', 'stderr'] as const)('gives the expected events with %s first', (first) => {
    const events = parsePieces([merged(fixture, first)], context(fixture))
    expect(eventFacts(events, facts)).toEqual({
      target: facts.target, ip: facts.ip, payloadBytes: facts.payloadBytes, replies: without(facts.replies, 'host', 'dup'),
      noAnswer: facts.noAnswer, errors: without(facts.errors, 'host'), localErrors: facts.localErrors, fatal: facts.fatal,
      summary: facts.summary ? summaryFact(facts.summary) : null, unrecognised: 0,
    })
    const seen = new Set<number | null>()
    const dups = facts.replies.map(({ seq, dup }) => dup || (seen.has(seq) ? true : (seen.add(seq), false)))
    expect(eventsOf(events, 'ping.reply').map((event) => event.dup === true)).toEqual(dups)
  })

  it('does not care how the bytes are cut, nor whether a pty ends the lines', () => {
    const bytes = merged(fixture)
    const whole = parsePieces([bytes], context(fixture))
    expect(parsePieces(Array.from(bytes, (byte) => new Uint8Array([byte])), context(fixture))).toEqual(whole)
    fc.assert(fc.property(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 12 }), (places) => {
      expect(parsePieces(cutAt(bytes, places.toSorted((a, b) => a - b)), context(fixture))).toEqual(whole)
    }), { numRuns: 15 })
    const pty = new TextEncoder().encode(decodeUtf8(bytes).replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'))
    expect(parsePieces([pty], context(fixture))).toEqual(whole)
  })

  it('judges the exit', () => {
    if (fixture.exitCode === null) return
    const parser = pingParser(context(fixture))
    parser.push(merged(fixture), NOW)
    parser.end(NOW)
    const outcome = parser.verdict({ code: fixture.exitCode, signal: null })
    expect(outcome.message).toMatch(/[.”]$/)
    expect(outcome.message).not.toContain('!')
    expect(outcome.exitCode).toBe(fixture.exitCode)
    const isRefused = facts.replies.length === 0 && facts.localErrors.length > 0 && facts.localErrors.every((error) => error.text.includes('not permitted'))
    expect(outcome.kind).toBe(facts.fatal || isRefused ? 'failed' : 'finished')
    if (isRefused || facts.fatal?.kind === 'permission') expect(outcome).toMatchObject({ code: 'permission', blame: 'tool', message: expect.stringContaining('cannot probe') })
    if (facts.fatal?.kind === 'host-unreachable') expect(outcome).toMatchObject({ code: 'no-route', blame: 'path' })
  })
})

describe.each(OTHERS.map((fixture) => [fixture.name, fixture] as const))('%s (not ours)', (_name, fixture) => {
  it('is read rightly or not at all', () => {
    const { facts } = fixture
    const read = lineFacts(merged(fixture))
    const isWithin = (found: readonly object[], wanted: readonly object[]) => {
      let at = 0
      for (const one of found) {
        while (at < wanted.length && JSON.stringify(sorted(one)) !== JSON.stringify(sorted(wanted[at] ?? {}))) at++
        expect(at, `${JSON.stringify(one)} is not in the output`).toBeLessThan(wanted.length)
        at++
      }
    }
    isWithin(read.replies, facts.replies)
    isWithin(read.noAnswer, facts.noAnswer)
    isWithin(read.errors, facts.errors)
    isWithin(read.localErrors, facts.localErrors)
    if (read.ip !== null) expect([read.target, read.ip, read.payloadBytes]).toEqual([facts.target, facts.ip, facts.payloadBytes])
    if (read.fatal) expect(read.fatal).toEqual(facts.fatal)
    const { summary } = facts
    for (const totals of read.totals) expect(totals).toEqual({ ...totals, ...summary && without([summary], 'rtt', 'pipe', 'ipgMs', 'ewmaMs')[0] })
    for (const rtt of read.rtt) expect(rtt.rtt).toEqual(summary?.rtt)
  })

  it('busybox and inetutils replies are read in full', () => {
    if (fixture.flavor !== 'busybox' && fixture.flavor !== 'inetutils') return
    expect(lineFacts(merged(fixture)).replies).toEqual(fixture.facts.replies)
  })
})

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => a.localeCompare(b)))
}

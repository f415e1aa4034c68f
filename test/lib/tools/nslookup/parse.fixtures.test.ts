/** Every recorded nslookup, BIND's and busybox's, is read in full, however it is cut. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventBody, type Observed } from '#lib/protocol/events.ts'
import { decodeUtf8 } from '#lib/text/utf8.ts'
import { isNoReply, RECORDS_KEPT } from '#lib/tools/dns/status.ts'
import { nslookupParser } from '#lib/tools/nslookup/parse.ts'
import { cutAt, fixturesOf, merged, recordsLike, type Fixture } from '#test/lib/tools/dns/dig/fixtures.ts'
import { contextOf, eventsOf, NOW, parsePieces, options } from './context.ts'

const FIXTURES = fixturesOf('nslookup')

/** As the command line of the fixture has it. A type that our form does not offer is left to the tool. */
function context({ command }: Fixture) {
  const host = command.find((word) => !word.startsWith('-') && !['busybox', 'nslookup'].includes(word))
  const type = /-type=(\w+)/.exec(command.join(' '))?.[1]?.toUpperCase() ?? 'default'
  const known = (() => {
    try { return options({ recordType: type as 'A' }) } catch { return options() }
  })()
  return contextOf(known, host)
}

const ignoring = (value: object, names: readonly string[]): object => Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))

function compare(events: readonly Observed[], { facts, command }: Fixture): void {
  const [reply, ...more] = eventsOf(events, 'nslookup.reply')
  expect(more).toEqual([])
  expect(eventsOf(events, 'unrecognised').map((event) => event.text)).toEqual([])
  expect(eventsOf(events, 'nslookup.fatal').map(({ error, text }) => ({ kind: error, text }))).toEqual(facts.fatal ? [facts.fatal] : [])
  if (facts.attempts) expect(eventsOf(events, 'nslookup.attempt').map(({ server, error }) => ({ server, error }))).toEqual(facts.attempts)
  if (facts.status == null) return expect(reply).toBeUndefined()
  if (!reply) throw new Error('no reply was told')
  const { reply: said, name } = reply
  expect(said.status).toBe(facts.status)
  expect(said.server && { name: reply.serverName, ...said.server }).toEqual(facts.server ?? null)
  if (facts.authoritative != null) expect(said.authoritative).toBe(facts.authoritative)
  expect(said.status === 'NOERROR' && said.answers.length === 0).toBe(facts.noAnswer)
  expect(said.truncated).toBe(facts.tcpRetry)
  for (const section of ['answers', 'authority'] as const) {
    const records = facts[section] ?? []
    expect(recordsLike(said[section], records)).toEqual(records.slice(0, RECORDS_KEPT))
    if (section === 'answers') expect(said.answers.length + (said.cut ?? 0)).toBe(records.length)
  }
  expect(name).toBe(facts.failedName ?? facts.answers?.[0]?.name ?? command.find((word) => word.includes('.')))
}

it('there are fixtures to test', () => {
  const count = (flavor: string) => FIXTURES.filter((fixture) => fixture.flavor === flavor).length
  expect([FIXTURES.length, count('bind'), count('busybox')]).toEqual([59, 37, 22])
})

describe.each(FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
  it.each(['stdout', 'stderr'] as const)('is read in full with %s first', (first) => {
    const events = parsePieces([merged(fixture, first)], context(fixture))
    compare(events, fixture)
    for (const { atMs: _atMs, ...body } of events) expect(EventBody.parse(body)).toEqual(body)
  })

  it('does not care how the bytes are cut, nor whether a pty ends the lines', () => {
    const bytes = merged(fixture)
    const whole = parsePieces([bytes], context(fixture))
    expect(parsePieces(Array.from(bytes, (byte) => new Uint8Array([byte])), context(fixture))).toEqual(whole)
    fc.assert(fc.property(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 12 }), (places) => {
      expect(parsePieces(cutAt(bytes, places.toSorted((a, b) => a - b)), context(fixture))).toEqual(whole)
    }), { numRuns: 15 })
    const pty = new TextEncoder().encode(decodeUtf8(bytes).replaceAll('\r', '').replaceAll('\n', '\r\n'))
    expect(parsePieces([pty], context(fixture))).toEqual(whole)
    expect(parsePieces(Array.from(pty, (byte) => new Uint8Array([byte])), context(fixture))).toEqual(whole)
  })

  it('a beginning of it never says that there is no such name or record', () => {
    const whole = eventsOf(parsePieces([fixture.stdout], context(fixture)), 'nslookup.reply')[0]
    fc.assert(fc.property(fc.nat(fixture.stdout.length), (length) => {
      const part = eventsOf(parsePieces([fixture.stdout.slice(0, length)], context(fixture)), 'nslookup.reply')[0]
      if (!part) return
      expect(part.reply.status).toBe(whole?.reply.status)
      expect(part.reply.answers).toEqual(whole?.reply.answers.slice(0, part.reply.answers.length))
      if (part.reply.answers.length === 0) expect(whole?.reply.answers).toEqual([])
    }), { numRuns: 25 })
  })

  it('judges the exit', () => {
    const parser = nslookupParser(context(fixture))
    parser.push(merged(fixture), NOW)
    parser.end(NOW)
    const { status, fatal } = fixture.facts
    const outcome = parser.verdict({ code: fixture.exitCode ?? 0, signal: null })
    expect(outcome.message).toMatch(/[.”]$/)
    expect(outcome.message).not.toContain('!')
    if (status === 'NOERROR' || status === 'NXDOMAIN') {
      expect(ignoring(outcome, ['message', 'exitCode'])).toEqual({ kind: 'finished', code: 'exit' })
    } else {
      expect([outcome.kind, outcome.blame]).toEqual(['failed', 'resolver'])
      expect(outcome.code).toBe(fatal ? 'bad-server' : isNoReply(status ?? '') ? 'no-server' : status?.toLowerCase())
    }
  })
})

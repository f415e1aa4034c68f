/** Every recorded dig is read in full, however it is cut. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineSplitter } from '#lib/text/lines.ts'
import { decodeUtf8 } from '#lib/text/utf8.ts'
import { lineText } from '#lib/tools/lines.ts'
import { UNTOLD } from '#lib/tools/dns/dig/message.ts'
import { DigReader, type DigFatal, type DigReply } from '#lib/tools/dns/dig/reader.ts'
import { isDnsReply } from '#lib/tools/dns/dig/shape.ts'
import { DnsReply } from '#lib/tools/dns/reply.ts'
import { isNoReply, RECORDS_KEPT } from '#lib/tools/dns/status.ts'
import { cutAt, fixturesOf, merged, recordsLike, type Fixture, type MessageFacts, type RecordFact } from './fixtures.ts'

const FIXTURES = fixturesOf('dig')

interface Read { replies: DigReply[]; fatal: DigFatal[]; strange: string[]; lines: number }

function read(pieces: Iterable<Uint8Array>): Read {
  const reader = new DigReader()
  const splitter = new LineSplitter()
  const all: Read = { replies: [], fatal: [], strange: [], lines: 0 }
  const take: Parameters<LineSplitter['push']>[1] = (raw) => {
    const text = lineText(raw)
    const { replies, understood, fatal } = reader.line(text, raw.number)
    all.lines = raw.number
    all.replies.push(...replies)
    if (fatal) all.fatal.push(fatal)
    if (!understood) all.strange.push(text)
  }
  for (const piece of pieces) splitter.push(piece, take)
  splitter.end(take)
  all.replies.push(...reader.end(all.lines))
  return all
}

/** dig's own question (+qr) is no reply. */
const messagesOf = ({ facts }: Fixture): MessageFacts[] =>
  facts.messages?.filter((message) => message.flags?.includes('qr') ?? true) ?? (facts.format === 'short' || facts.fatal ? [] : [facts])

const firstOf = (records: readonly RecordFact[]): RecordFact[] => records.slice(0, RECORDS_KEPT)

function compare({ reply, question, attempts, serverName }: DigReply, wanted: MessageFacts): void {
  expect(reply.status).toBe(wanted.status ?? UNTOLD)
  expect(reply.flags).toEqual(wanted.flags)
  if (wanted.question) expect(question).toEqual(wanted.question)
  for (const section of ['answers', 'authority', 'additional'] as const) {
    const records = wanted[section] ?? []
    expect(recordsLike(reply[section], records)).toEqual(firstOf(records))
  }
  const all = [wanted.answers, wanted.authority, wanted.additional].reduce((sum, records) => sum + (records?.length ?? 0), 0)
  expect(reply.answers.length + reply.authority.length + reply.additional.length + (reply.cut ?? 0)).toBe(all)
  expect(reply.server).toEqual(wanted.server ? { address: wanted.server.address, port: wanted.server.port } : null)
  if (wanted.server?.transport) expect(reply.transport).toBe(wanted.server.transport.toLowerCase())
  expect(serverName).toBeNull()
  expect([reply.queryMs, reply.bytes]).toEqual([wanted.queryTimeMs ?? null, wanted.msgSize ?? null])
  // dig counts the OPT record among the additional ones and does not print it there.
  if (wanted.counts) expect(reply.answers.length + (reply.cut ?? 0)).toBe(wanted.counts[1])
  expect(attempts).toEqual(wanted.attempts ?? [])
  expect(reply.truncated).toBe(wanted.tcpRetry ?? false)
  expect(reply.authoritative).toBe(wanted.flags?.length ? wanted.flags.includes('aa') : null)
}

it('there are fixtures to test', () => expect(FIXTURES).toHaveLength(55))

describe.each(FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
  const { facts } = fixture
  const messages = messagesOf(fixture)

  it.each(['stdout', 'stderr'] as const)('is read in full with %s first', (first) => {
    const { replies, fatal, strange, lines } = read([merged(fixture, first)])
    expect(strange).toEqual(facts.lines ?? [])
    expect(fatal).toEqual(facts.fatal ? [{ error: facts.fatal.kind, text: facts.fatal.text }] : [])
    expect(replies).toHaveLength(messages.length)
    replies.forEach((reply, at) => compare(reply, messages[at] ?? {}))
    for (const { reply, line } of replies) {
      expect(DnsReply.parse(reply)).toEqual(reply)
      expect(isDnsReply(JSON.parse(JSON.stringify(reply)))).toBe(true)
      expect(line).toBeGreaterThanOrEqual(1)
      expect(line).toBeLessThanOrEqual(lines)
    }
  })

  it('does not care how the bytes are cut, nor how the lines end', () => {
    const bytes = merged(fixture)
    const whole = read([bytes])
    expect(read(Array.from(bytes, (byte) => new Uint8Array([byte])))).toEqual(whole)
    fc.assert(fc.property(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 12 }), (places) => {
      expect(read(cutAt(bytes, places.toSorted((a, b) => a - b)))).toEqual(whole)
    }), { numRuns: 15 })
    const pty = new TextEncoder().encode(decodeUtf8(bytes).replaceAll('\n', '\r\n'))
    expect(read([pty])).toEqual(whole)
    expect(read(Array.from(pty, (byte) => new Uint8Array([byte])))).toEqual(whole)
  })

  it('the line of a reply is where it ends', () => {
    const bytes = merged(fixture)
    const lines = decodeUtf8(bytes).split('\n')
    for (const { reply, line } of read([bytes]).replies) {
      if (reply.bytes !== null) expect(lines[line - 1]).toBe(`;; MSG SIZE  rcvd: ${reply.bytes}`)
      else if (isNoReply(reply.status)) expect(lines[line - 1]).toBe(';; no servers could be reached')
    }
  })

  it('what stands before a cut is read the same', () => {
    const bytes = fixture.stdout
    const whole = read([bytes])
    fc.assert(fc.property(fc.nat(bytes.length), (length) => {
      const part = read([bytes.slice(0, length)])
      const complete = whole.replies.filter(({ line }) => line < part.lines)
      expect(part.replies.slice(0, complete.length)).toEqual(complete)
      expect(part.replies.length).toBeLessThanOrEqual(whole.replies.length)
      // A message of which only the beginning is there is no answer with fewer records, and least of all one with none.
      for (const [at, { reply }] of part.replies.entries()) if (reply.status !== UNTOLD) expect(reply.answers).toEqual(whole.replies[at]?.reply.answers)
    }), { numRuns: 25 })
  })
})

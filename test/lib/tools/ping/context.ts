/** Contexts, parsers and bytes for the ping tests. */
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import { decodePingOptions, type PingOptions } from '#lib/tools/ping/options.ts'
import { pingParser } from '#lib/tools/ping/parse.ts'
import type { ParserContext } from '#lib/tools/tool.ts'

export const RUN = RunId.parse('AAAAAAAAAAAAAAAA')
export const NOW = 1_795_346_700_000

export function options(some: Partial<PingOptions> = {}): PingOptions {
  const decoded = decodePingOptions(some)
  if (!decoded.ok) throw new Error(decoded.error.message)
  return decoded.value
}

export function contextOf(address = '192.0.2.1', some: Partial<PingOptions> = {}): ParserContext<PingOptions> {
  return { runId: RUN, target: { host: 'target.example', address, family: address.includes(':') ? 6 : 4, addresses: [address] }, options: options(some) }
}

/** Bytes of text, UTF-8. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Events of a whole output, handed over in the given pieces. */
export function parsePieces(pieces: Iterable<Uint8Array>, context: ParserContext<PingOptions>): Observed[] {
  const parser = pingParser(context)
  const events: Observed[] = []
  const take = (more: readonly Observed[]): void => {
    for (const event of more) events.push(event)
  }
  for (const piece of pieces) take(parser.push(piece, NOW))
  take(parser.end(NOW))
  return events
}

export const parseText = (text: string, context = contextOf()): Observed[] => parsePieces([bytesOf(text)], context)

/** Observed events as the log hands them to the fold. */
export const numbered = (events: readonly Observed[]): SessionEvent[] => events.map((event, at) => ({ ...event, seq: at + 1 }))

/** Splits bytes at ascending positions. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places, bytes.length]
  return ends.map((end, at) => bytes.slice(at === 0 ? 0 : ends[at - 1], end))
}

/** Contexts, parsers and bytes for the traceroute tests. */
import type { Observed } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { TRACEROUTE, type TracerouteOptions } from '#lib/tools/traceroute/options.ts'
import { tracerouteParser, type TracerouteContext } from '#lib/tools/traceroute/parse.ts'

export const RUN = RunId.parse('AAAAAAAAAAAAAAAA')
export const NOW = 1_795_346_700_000

export function options(some: Partial<TracerouteOptions> = {}): TracerouteOptions {
  const decoded = TRACEROUTE.decode(some)
  if (!decoded.ok) throw new Error(decoded.error.message)
  return decoded.value
}

export const targetOf = (address = '203.0.113.9'): PinnedTarget =>
  ({ host: 'target.example', address, family: address.includes(':') ? 6 : 4, addresses: [address] })

export const contextOf = (address?: string): TracerouteContext => ({ runId: RUN, target: targetOf(address) })

/** Bytes of text, UTF-8. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Events of a whole output, handed over in the given pieces. */
export function parsePieces(pieces: Iterable<Uint8Array>, context = contextOf()): Observed[] {
  const parser = tracerouteParser(context)
  const events: Observed[] = []
  for (const piece of pieces) events.push(...parser.push(piece, NOW))
  events.push(...parser.end(NOW))
  return events
}

export const parseText = (text: string, context = contextOf()): Observed[] => parsePieces([bytesOf(text)], context)

/** Splits bytes at ascending positions. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places, bytes.length]
  return ends.map((end, at) => bytes.slice(at === 0 ? 0 : ends[at - 1], end))
}

export const eventsOf = <K extends Observed['kind']>(events: readonly Observed[], kind: K) =>
  events.filter((event): event is Extract<Observed, { kind: K }> => event.kind === kind)

/** Contexts, parsers and bytes for the tests of mtr and of what is built on it. */
import type { Observed } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { MTR, type MtrOptions } from '#lib/tools/mtr/options.ts'
import { mtrParser, type MtrContext, type MtrStart } from '#lib/tools/mtr/parse.ts'

export const RUN = RunId.parse('AAAAAAAAAAAAAAAA')
export const NOW = 1_795_346_700_000

export function mtrOptions(some: Partial<MtrOptions> = {}): MtrOptions {
  const decoded = MTR.decode(some)
  if (!decoded.ok) throw new Error(decoded.error.message)
  return decoded.value
}

export function targetOf(address = '203.0.113.10', more: Partial<PinnedTarget> = {}): PinnedTarget {
  return { host: 'target.example', address, family: address.includes(':') ? 6 : 4, addresses: [address], ...more }
}

export const contextOf = (address?: string): MtrContext => ({ runId: RUN, target: targetOf(address) })

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Events of a whole output, handed over in the given pieces, `stepMs` apart. */
export function parsePieces(pieces: Iterable<Uint8Array>, context: MtrContext = contextOf(), { stepMs = 0, start }: { stepMs?: number; start?: MtrStart } = {}): Observed[] {
  const parser = mtrParser(context, start)
  const events: Observed[] = []
  let nowMs = NOW
  for (const piece of pieces) {
    events.push(...parser.push(piece, nowMs))
    nowMs += stepMs
  }
  events.push(...parser.end(nowMs))
  return events
}

/** Line by line, so that every line has its own time of reading. */
export const parseLines = (text: string, context = contextOf(), stepMs = 100): Observed[] =>
  parsePieces(text.split(/(?<=\n)/).map(bytesOf), context, { stepMs })

export const only = <K extends Observed['kind']>(events: readonly Observed[], kind: K) =>
  events.filter((event): event is Extract<Observed, { kind: K }> => event.kind === kind)

/** Splits bytes at ascending positions. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places, bytes.length]
  return ends.map((end, at) => bytes.slice(at === 0 ? 0 : ends[at - 1], end))
}

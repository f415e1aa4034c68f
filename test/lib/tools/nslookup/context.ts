/** Contexts and parsed outputs for the nslookup tests. */
import type { Observed } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { NSLOOKUP, type NslookupOptions } from '#lib/tools/nslookup/options.ts'
import { nslookupParser } from '#lib/tools/nslookup/parse.ts'
import type { ParserContext } from '#lib/tools/tool.ts'

export const RUN = RunId.parse('AAAAAAAAAAAAAAAA')
export const NOW = 1_795_346_700_000

export function options(some: Partial<NslookupOptions> = {}): NslookupOptions {
  const decoded = NSLOOKUP.decode(some)
  if (!decoded.ok) throw new Error(decoded.error.message)
  return decoded.value
}

/** A name that has no address, or an address. */
export function targetOf(host = 'www.example.org'): PinnedTarget {
  const isLiteral = /^[\d.]+$|:/.test(host)
  return { host, address: isLiteral ? host : '', family: host.includes(':') ? 6 : 4, addresses: isLiteral ? [host] : [], ...(isLiteral ? {} : { unresolved: 'It has no address here.' }) }
}

export const contextOf = (some: Partial<NslookupOptions> = {}, host?: string): ParserContext<NslookupOptions> => ({ runId: RUN, target: targetOf(host), options: options(some) })

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Events of a whole output, handed over in the given pieces. */
export function parsePieces(pieces: Iterable<Uint8Array>, context = contextOf()): Observed[] {
  const parser = nslookupParser(context)
  const events: Observed[] = []
  for (const piece of pieces) events.push(...parser.push(piece, NOW))
  events.push(...parser.end(NOW))
  return events
}

export const parseText = (text: string, context = contextOf()): Observed[] => parsePieces([bytesOf(text)], context)

/** How a run that printed this ended. */
export function verdictOf(text: string, code: number | null = 1, context = contextOf()): Outcome {
  const parser = nslookupParser(context)
  parser.push(bytesOf(text), NOW)
  parser.end(NOW)
  return parser.verdict({ code, signal: code === null ? 'SIGSEGV' : null })
}

export const eventsOf = <K extends Observed['kind']>(events: readonly Observed[], kind: K) =>
  events.filter((event): event is Extract<Observed, { kind: K }> => event.kind === kind)

/** Where the time of one HTTP request went, as a stacked bar. Pure. */
import type { ReachAddress } from '#lib/tools/reach/view.ts'

export type Phases = ReachAddress['http'][number]['phases']
export type PhaseName = keyof Phases

/** In the order in which they happen. */
export const PHASES: readonly { name: PhaseName; label: string; define: string }[] = [
  { name: 'dnsMs', label: 'DNS', define: 'The vantage’s own look-up of the host, before anything was sent to it.' },
  { name: 'connectMs', label: 'connect', define: 'From the first packet to the accepted connection.' },
  { name: 'tlsMs', label: 'TLS', define: 'From the accepted connection to the end of the TLS handshake.' },
  { name: 'firstByteMs', label: 'first byte', define: 'From the request to the first byte of the answer.' },
]

/** Of the phases that are known; 0 where none is. */
export const sumOf = (phases: Phases): number => PHASES.reduce((sum, { name }) => sum + Math.max(0, phases[name] ?? 0), 0)

export interface PhaseBar { name: PhaseName; x: number; w: number }

const LEAST_PX = 1
const GAP_PX = 1

/** Bars side by side with a gap between them; `width` pixels stand for `longestMs`. A phase that happened is never narrower than a pixel. */
export function phaseBars(phases: Phases, { longestMs, width }: { longestMs: number; width: number }): PhaseBar[] {
  if (!(longestMs > 0)) return []
  const known = PHASES.flatMap(({ name }) => (phases[name] === null ? [] : [{ name, ms: Math.max(0, phases[name]) }]))
  const room = Math.max(0, width - GAP_PX * Math.max(0, known.length - 1) - LEAST_PX * known.length)
  let x = 0
  return known.map(({ name, ms }) => {
    const w = LEAST_PX + (ms / longestMs) * room
    const bar = { name, x, w }
    x += w + GAP_PX
    return bar
  })
}

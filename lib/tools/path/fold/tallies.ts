/** Bounded tallies of what is told beside probes and answers. */
import type { EventOf } from '#lib/protocol/events.ts'
import type { HostName } from '../view.ts'
import type { ResponderState } from './responders.ts'
import type { PathState } from './state.ts'

export const NAMES_KEPT = 2048
export const NOTICES_KEPT = 64

/** False where there is nobody to put them to. */
export function addLabels(to: ResponderState | null, labels: ResponderState['labels']): boolean {
  if (to) to.labels = labels
  return to !== null
}

/** Finding no name takes none away. */
export function addName(names: Map<string, HostName>, { address, name }: EventOf<'path.name'>): boolean {
  const known = names.get(address)
  return put(names, address, { name: name ?? known?.name ?? null, asn: known?.asn ?? null, asName: known?.asName ?? null })
}

export function addOrigin(names: Map<string, HostName>, { address, asn, asName }: EventOf<'path.as'>): boolean {
  const known = names.get(address)
  return put(names, address, { name: known?.name ?? null, asn: asn ?? known?.asn ?? null, asName: asName ?? known?.asName ?? null })
}

/** The oldest goes: a run that sees so many addresses has changed its way for good. */
function put(names: Map<string, HostName>, address: string, entry: HostName): boolean {
  names.set(address, entry)
  const oldest = names.size > NAMES_KEPT ? names.keys().next().value : undefined
  if (oldest !== undefined) names.delete(oldest)
  return true
}

export function addNotice(to: PathState['notices'], { notice, text, atMs }: EventOf<'path.notice'>): void {
  const known = to.find((one) => one.notice === notice && one.text === text)
  if (known) {
    known.count++
    known.lastMs = atMs
    return
  }
  to.push({ notice, text, count: 1, firstMs: atMs, lastMs: atMs })
  if (to.length > NOTICES_KEPT) to.shift()
}

/** Statistics of the statistics stage begin with its first probes; who answered before is still known. */
export function beginStage(view: PathState, { stage, hops, probesPerHop, expectedMs, atMs }: EventOf<'path.stage'>): void {
  // Told twice: what the stage will take became known, or changed.
  const goesOn = view.stageNow?.stage === stage
  view.stageNow = { stage, sinceMs: goesOn && view.stageNow ? view.stageNow.sinceMs : atMs, hops, probesPerHop, expectedMs, done: goesOn && view.stageNow ? view.stageNow.done : 0 }
  if (goesOn) return
  for (const hop of view.all) {
    hop.stageFrom = hop.series.highest + 1
    hop.restartFigures()
    for (const responder of hop.table) if (responder.untilMs === null) responder.restartFigures()
  }
}

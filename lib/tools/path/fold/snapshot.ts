/** The path view as JSON and back. */
import { decodeHop, encodeHop, orNull } from './snapshot-hop.ts'
import { isPathSnapshot, VERSION, type PathSnapshot } from './snapshot-shape.ts'
import type { PathState } from './state.ts'

/** A JSON-safe copy; shares nothing with the view that changes. */
export function encodePath(view: PathState): PathSnapshot {
  const { targetTtl, epoch, fatal, ended, revision, stageNow } = view
  return {
    version: VERSION,
    hops: view.all.map(encodeHop),
    targetTtl,
    closed: view.closed.map((one) => ({ ...one, sets: one.sets.map((set) => [...set]), changedTtls: [...one.changedTtls] })),
    epoch: { ...epoch, changedTtls: [...epoch.changedTtls] },
    names: Array.from(view.names, ([address, host]) => ({ address, ...host })),
    stage: stageNow && { ...stageNow },
    notices: view.notices.map((notice) => ({ ...notice })),
    fatal: fatal && { ...fatal },
    ended, nextDeadlineMs: deadline(view.nextDeadlineMs), firstSentMs: orNull(view.firstSentMs), lastSentMs: orNull(view.lastSentMs), revision,
  }
}

/** Writes a snapshot into a view of nothing measured yet; throws for what `encodePath` of this version did not make. */
export function decodePath(snapshot: unknown, view: PathState): PathState {
  if (!isPathSnapshot(snapshot)) throw new Error('not a path snapshot of this form')
  snapshot.hops.forEach((hop, at) => decodeHop(view.hop(at + 1), hop, view.isTarget))
  view.targetTtl = snapshot.targetTtl
  view.closed = snapshot.closed.map((one) => ({ ...one }))
  view.epoch = { ...snapshot.epoch }
  view.names = new Map(snapshot.names.map(({ address, name, asn, asName }) => [address, { name, asn, asName }]))
  view.stageNow = snapshot.stage && { ...snapshot.stage }
  view.notices = snapshot.notices.map((notice) => ({ ...notice }))
  view.fatal = snapshot.fatal && { ...snapshot.fatal }
  view.ended = snapshot.ended
  view.firstSentMs = snapshot.firstSentMs ?? NaN
  view.lastSentMs = snapshot.lastSentMs ?? NaN
  view.revision = snapshot.revision
  view.nextDeadlineMs = snapshot.nextDeadlineMs ?? Infinity
  return view
}

/** JSON has no infinities: null is never, 0 is long ago. */
const deadline = (atMs: number): number | null => (atMs === Infinity ? null : Math.max(0, atMs))

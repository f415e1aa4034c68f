/** At start-up: writes what a process that died could not write any more. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunView } from '#lib/session/view.ts'
import type { Clock } from '../access/types.ts'
import type { SessionStore } from '../sessions/types.ts'
import { FOUND_UNFINISHED } from './outcomes.ts'
import type { RunWriter } from './writer.ts'

/** The end of every run that has none, behind the ends of its overlaps. Answers how many sessions that were. */
export async function recoverRuns({ store, writer, clock }: { store: SessionStore; writer: RunWriter; clock: Clock }): Promise<number> {
  const unfinished = await store.unfinished()
  for (const { sessionId, runIds } of unfinished) {
    const atMs = clock.nowMs()
    const { runs } = await store.view(sessionId)
    const overlaps = runs.filter((run) => runIds.includes(run.runId)).flatMap((run) => openOverlaps(run, atMs))
    await writer.events(sessionId, [...overlaps, ...runIds.map((runId): Observed => ({ kind: 'run.ended', runId, outcome: FOUND_UNFINISHED, atMs }))])
  }
  return unfinished.length
}

function openOverlaps({ runId, overlaps }: Pick<RunView, 'runId' | 'overlaps'>, atMs: number): Observed[] {
  return overlaps.filter((one) => one.untilMs === null).map((one) => ({ kind: 'run.overlap', runId, state: 'ended', with: one.with, atMs }))
}

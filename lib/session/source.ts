/** Taking batches of events into a view, exactly once and in order, whatever the line did. Pure bookkeeping. */
import type { SessionEvent } from '#lib/protocol/events.ts'
import { applyEvent } from './fold.ts'
import type { SessionView } from './view.ts'

/** What became of a batch: `old`: nothing new in it; `gap`: events before it are missing, ask for what comes after `after`. */
export type Intake = { kind: 'applied'; events: number } | { kind: 'old' } | { kind: 'gap'; after: number }

/** Judges a batch by its range alone, before anything is decoded. */
export function judgeBatch(haveSeq: number, batch: { firstSeq: number; lastSeq: number }): 'apply' | 'old' | 'gap' {
  if (batch.lastSeq <= haveSeq) return 'old'
  return batch.firstSeq > haveSeq + 1 ? 'gap' : 'apply'
}

/** Folds the events of a batch that the view does not have yet. */
export function takeEvents(view: SessionView, events: readonly SessionEvent[]): Intake {
  const first = events[0]
  const last = events.at(-1)
  if (!first || !last) return { kind: 'old' }
  const verdict = judgeBatch(view.seq, { firstSeq: first.seq, lastSeq: last.seq })
  if (verdict === 'gap') return { kind: 'gap', after: view.seq }
  if (verdict === 'old') return { kind: 'old' }
  const before = view.seq
  for (const event of events) applyEvent(view, event)
  return { kind: 'applied', events: view.seq - before }
}

/** What must reach a person at once when it changes: findings and the state of runs. Cheap to compare. */
export function urgentMark(view: SessionView): string {
  const runs = view.runs.map((run) => run.state).join()
  const findings = view.findings.map((finding) => `${finding.id}${finding.severity}${finding.untilMs === null ? '' : '-'}`).join()
  return `${runs}|${findings}`
}

/** A session view as JSON and back: `decodeSession(encodeSession(view))` behaves exactly like `view` ever after. */
import { decodeRun, encodeView } from './tool-fold.ts'
import type { RunView, SessionView } from './view.ts'

/** Raise when a snapshot of an older build cannot be read any more; the log is then folded from its start. */
const SNAPSHOT_VERSION = 2

interface SessionSnapshot {
  version: number
  session: Omit<SessionView, 'runs'>
  runs: (Omit<RunView, 'view'> & { view: unknown })[]
}

/** JSON-safe copy of the view. */
export function encodeSession(view: SessionView): unknown {
  const { runs, ...session } = view
  const snapshot: SessionSnapshot = {
    version: SNAPSHOT_VERSION,
    session: structure(session),
    runs: runs.map((run) => ({ ...run, view: encodeView(run) })),
  }
  return snapshot
}

/** Null when the snapshot is damaged or was written by a build that folds differently: the log is then folded from its start. */
export function decodeSession(snapshot: unknown): SessionView | null {
  if (!isSnapshot(snapshot)) return null
  try {
    return {
      ...structure(snapshot.session),
      runs: snapshot.runs.map((run) => decodeRun(run)),
    }
  } catch {
    // A snapshot is only a shortcut: the tools' decoders throw on one they did not write, and the log has everything.
    return null
  }
}

function isSnapshot(value: unknown): value is SessionSnapshot {
  return typeof value === 'object' && value !== null && (value as { version?: unknown }).version === SNAPSHOT_VERSION
}

/** Deep copy of plain JSON data, so that a snapshot never shares arrays with a view that goes on changing. */
function structure<T>(plain: T): T {
  return JSON.parse(JSON.stringify(plain)) as T
}

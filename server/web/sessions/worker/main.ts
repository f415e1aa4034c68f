/** The database thread: owns sessions.db, so that no disk ever stops the thread that serves people. */
import { parentPort, workerData } from 'node:worker_threads'
import type { SessionFold } from '../options.ts'
import { Database } from './database.ts'
import { asStorageError } from './faults.ts'
import type { AnswerMessage, CallMessage, DatabaseCalls, WorkerSettings } from './messages.ts'

/** Web is the only one that starts this thread and that writes to it; both sides are typed by messages.ts. */
const settings = workerData as WorkerSettings
const port = parentPort
if (!port) throw new Error('worker/main.ts runs as a worker thread only')

const answer = (message: AnswerMessage): void => port.postMessage(message)

function warn(message: string, error: unknown): void {
  answer({ kind: 'warning', message, detail: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}

function refuse(id: number, error: unknown): void {
  const { fault, message } = asStorageError(error)
  if (fault === 'bug') warn('A call of the session database failed', error)
  answer({ kind: 'error', id, fault, message })
}

/** The caller's arguments are typed by DatabaseCalls on its side; here one list of arguments is like another. */
function callOf(database: DatabaseCalls, call: CallMessage): unknown {
  const operation = database[call.operation] as (...args: unknown[]) => unknown
  return operation.apply(database, call.args)
}

/** What is no promise is answered in the same turn, so answers keep the order of the calls. */
function take(database: DatabaseCalls, call: CallMessage): void {
  try {
    const value = callOf(database, call)
    if (!(value instanceof Promise)) answer({ kind: 'value', id: call.id, value })
    else void value.then((late: unknown) => answer({ kind: 'value', id: call.id, value: late }), (error: unknown) => refuse(call.id, error))
  } catch (error) {
    refuse(call.id, error)
  }
}

try {
  const { fold } = (await import(settings.foldModule)) as { fold: SessionFold }
  const database = new Database({ settings, fold, nowMs: () => performance.timeOrigin + performance.now(), warn })
  port.on('message', (call: CallMessage) => take(database, call))
  answer({ kind: 'ready' })
} catch (error) {
  const { fault, message } = asStorageError(error)
  answer({ kind: 'refused', fault, message })
}

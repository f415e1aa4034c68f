/** Web's end of the database thread: calls with answers. A thread that dies is started again at the next call. */
import { Worker } from 'node:worker_threads'
import { StorageError, type StorageFault } from './options.ts'
import type { AnswerMessage, CallMessage, DatabaseCalls, Operation, WorkerSettings } from './worker/messages.ts'

type Answer<K extends Operation> = Awaited<ReturnType<DatabaseCalls[K]>>
interface Waiting { resolve(value: unknown): void; reject(error: StorageError): void }

export interface DatabaseClientParts {
  settings: WorkerSettings
  warn(message: string, detail: string): void
}

export class DatabaseClient {
  readonly #parts: DatabaseClientParts
  readonly #waiting = new Map<number, Waiting>()
  #worker: Promise<Worker> | null = null
  #lastId = 0
  #closed = false

  constructor(parts: DatabaseClientParts) {
    this.#parts = parts
  }

  /** Starts the thread and waits until the database is open; rejects with the sentence why it is not. */
  async open(): Promise<void> {
    await this.#thread()
  }

  /** Rejects with StorageError only. */
  async call<K extends Operation>(operation: K, ...args: Parameters<DatabaseCalls[K]>): Promise<Answer<K>> {
    if (this.#closed) throw new StorageError('closed', 'The session log is closed.')
    const worker = await this.#thread()
    const value = await new Promise<unknown>((resolve, reject) => {
      const id = ++this.#lastId
      this.#waiting.set(id, { resolve, reject })
      const message: CallMessage = { id, operation, args }
      worker.postMessage(message)
    })
    return asAnswer<K>(value)
  }

  /** Lets the thread finish and end. */
  async close(): Promise<void> {
    if (this.#closed) return
    const worker = await this.#worker
    await this.call('close').catch((error: unknown) => this.#parts.warn('The session log was not closed in order', String(error)))
    this.#closed = true
    await worker?.terminate()
  }

  #thread(): Promise<Worker> {
    this.#worker ??= this.#start()
    return this.#worker
  }

  #start(): Promise<Worker> {
    const worker = new Worker(new URL('./worker/main.ts', import.meta.url), { workerData: this.#parts.settings, name: 'session-database' })
    return new Promise((resolve, reject) => {
      worker.on('message', (message: AnswerMessage) => {
        if (message.kind === 'ready') resolve(worker)
        else if (message.kind === 'refused') this.#gone(message.fault, message.message, reject)
        else this.#take(message)
      })
      worker.on('error', (error) => {
        this.#parts.warn('The database thread died', error instanceof Error ? (error.stack ?? error.message) : String(error))
        this.#gone('lost', 'The database thread ended unexpectedly; it is started again.', reject)
      })
      worker.on('exit', () => this.#gone('lost', 'The database thread has ended.', reject))
    })
  }

  #take(message: Exclude<AnswerMessage, { kind: 'ready' | 'refused' }>): void {
    if (message.kind === 'warning') {
      this.#parts.warn(message.message, message.detail)
      return
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.kind === 'value') waiting?.resolve(message.value)
    else waiting?.reject(new StorageError(message.fault, message.message))
  }

  #gone(fault: StorageFault, message: string, reject: (error: StorageError) => void): void {
    this.#worker = null
    const error = new StorageError(fault, message)
    reject(error)
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    this.#waiting.clear()
  }
}

/** The thread answers each call with what DatabaseCalls says of it; both sides are compiled against that one type. */
const asAnswer = <K extends Operation>(value: unknown): Answer<K> => value as Answer<K>

/** Opens stores in throw-away folders and watches them the way a gateway would. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeEvents } from '#lib/protocol/codec.ts'
import type { Observed, SessionEvent } from '#lib/protocol/events.ts'
import type { RunId, SessionId, UserId } from '#lib/protocol/ids.ts'
import type { StoreLimits, StoreOptions } from '#server/web/sessions/options.ts'
import { SqliteSessionStore } from '#server/web/sessions/store.ts'
import type { AppendState, NewSession, PackedBatch, Sink } from '#server/web/sessions/types.ts'
import { sampleRun, sampleSession } from '#test/lib/protocol/sample-events.ts'
import { fold } from './fake-fold.ts'

export interface Complaint { message: string; error: unknown }

export const tempDir = (): string => mkdtempSync(join(tmpdir(), 'hopscope-store-'))
export const removeDir = (dir: string): void => rmSync(dir, { recursive: true, force: true })

export function storeOptions(dataDir: string, more: Partial<StoreOptions> & { limits?: Partial<StoreLimits> } = {}, complaints: Complaint[] = []): StoreOptions {
  return {
    dataDir, fold, foldModule: new URL('./fake-fold.ts', import.meta.url).href, retentionDays: 30, maxBytes: 1e12, nowMs: () => Date.now(),
    log: { warn: (message, fields) => void complaints.push({ message, error: fields }), error: (message, error) => void complaints.push({ message, error }) },
    ...more,
  }
}

/** Gives each test a fresh store, closed and removed afterwards. */
export async function withStore(work: (store: SqliteSessionStore, dir: string, complaints: Complaint[]) => Promise<void>, more: Partial<StoreOptions> = {}): Promise<void> {
  const dir = tempDir()
  const complaints: Complaint[] = []
  const store = await SqliteSessionStore.open(storeOptions(dir, more, complaints))
  try {
    await work(store, dir, complaints)
  } finally {
    await store.close()
    removeDir(dir)
  }
}

export const newSession = (n: number, more: Partial<NewSession> = {}): NewSession => ({
  sessionId: sampleSession(n), title: `Session ${n}`, target: 'example.net', vantage: 'bastion', by: 'kim', ownerId: 'user-00000000001' as UserId, visibility: 'team', ...more,
})

const target = { host: 'example.net', address: '192.0.2.7', family: 4 as const, addresses: ['192.0.2.7'] }
export const queued = (runId: RunId, atMs: number): Observed => ({ kind: 'run.queued', runId, tool: 'ping', target, options: { intervalMs: 1000 }, by: 'kim', policyId: 'p1', atMs })
export const ended = (runId: RunId, atMs: number, kind: 'finished' | 'interrupted' = 'finished'): Observed =>
  ({ kind: 'run.ended', runId, outcome: { kind, code: 'exit', message: 'Over.' }, atMs })
export const runOne = sampleRun(1)

/** A viewer that keeps what it got, ignores what it already had, and fails on a gap. */
export class Watcher implements Sink {
  readonly events: SessionEvent[] = []
  readonly batches: PackedBatch[] = []
  readonly told: number[] = []
  open = true
  seq: number
  readonly #waiting: { seq: number; resolve(): void }[] = []

  constructor(after = 0) {
    this.seq = after
  }

  ready(): boolean {
    return this.open
  }

  send(batch: PackedBatch): void {
    this.batches.push(batch)
    for (const event of decodeEvents(batch.bytes)) {
      if (event.seq <= this.seq) continue
      if (event.seq !== this.seq + 1) throw new Error(`gap: ${event.seq} after ${this.seq}`)
      this.seq = event.seq
      this.events.push(event)
    }
    for (const waiting of this.#waiting) if (this.seq >= waiting.seq) waiting.resolve()
  }

  behind(missing: number): void {
    this.told.push(missing)
  }

  /** Resolves once this viewer has everything up to `seq`. */
  reached(seq: number): Promise<void> {
    if (this.seq >= seq) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ seq, resolve }))
  }
}

/** The fold of these events, as the store should have it. */
export function foldOf(events: readonly SessionEvent[]): ReturnType<typeof fold.emptySession> {
  const view = fold.emptySession()
  for (const event of events) fold.applyEvent(view, event)
  return view
}

export const idOf = (n: number): SessionId => sampleSession(n)

/** Resolves with the first storage state that fits. */
export const stateOf = (store: SqliteSessionStore, ok: boolean): Promise<AppendState> => new Promise((resolve) => {
  if (store.state().ok === ok) resolve(store.state())
  else store.on('state', (state) => (state.ok === ok ? resolve(state) : undefined))
})

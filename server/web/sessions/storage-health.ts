/** Whether events can be stored now, and since when not: what viewers are told. */
import type { StorageError } from './options.ts'
import type { AppendState } from './types.ts'

export class StorageHealth {
  readonly #nowMs: () => number
  readonly #patienceMs: number
  readonly #changed: (state: AppendState) => void
  #state: AppendState = { ok: true }
  /** First of the failures that were put up with, monotonic. */
  #sinceMs: number | null = null

  constructor(parts: { nowMs(): number; patienceMs: number; changed(state: AppendState): void }) {
    this.#nowMs = parts.nowMs
    this.#patienceMs = parts.patienceMs
    this.#changed = parts.changed
  }

  get ok(): boolean {
    return this.#state.ok
  }

  get state(): AppendState {
    return this.#state
  }

  worked(): void {
    this.#sinceMs = null
    if (!this.#state.ok) this.#set({ ok: true })
  }

  /** A locked database is put up with for a while; everything else is told at once. */
  failed(error: StorageError, atOnce = error.fault !== 'busy' && error.fault !== 'lost'): void {
    this.#sinceMs ??= performance.now()
    const waitedMs = performance.now() - this.#sinceMs
    if (!this.#state.ok) {
      if (this.#state.message !== error.message) this.#set({ ...this.#state, message: error.message })
      return
    }
    if (atOnce || waitedMs >= this.#patienceMs) this.#set({ ok: false, message: error.message, notStoredFromMs: this.#nowMs() - waitedMs })
  }

  #set(state: AppendState): void {
    this.#state = state
    this.#changed(state)
  }
}

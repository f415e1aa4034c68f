/** One small emitter: what stopped being good, for whoever holds sockets open. */
import type { AccessEvents, Ended } from './types.ts'

/** Listeners run in order of registration; the gateway's closes sockets. */
export function createAccessEvents(): AccessEvents {
  const listeners = new Set<(what: Ended) => void>()
  return {
    onRevoked(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    fire(what) {
      for (const listener of listeners) listener(what)
    },
  }
}

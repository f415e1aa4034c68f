/** The smallest emitter: one kind of news, told at once to whoever listens. */

export interface Signal<T> {
  /** Answers how to stop listening. */
  on(listener: (news: T) => void): () => void
  tell(news: T): void
}

export function createSignal<T>(): Signal<T> {
  const listeners = new Set<(news: T) => void>()
  return {
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell(news) {
      for (const listener of [...listeners]) listener(news)
    },
  }
}

/** Long work in short slices, so that the page stays alive however much there is. */

/** Work between two pauses. */
const SLICE_MS = 10

/** The next task of the page: what the browser has waiting comes first. */
export const nextTask = (ms = 0): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

/** Takes steps for `ms` at most, or until one satisfies `until`. Answers the last step taken. */
export function takeSlice<T, R>(steps: Generator<T, R>, { ms, until }: { ms: number; until?: (step: T) => boolean }): IteratorResult<T, R> {
  const untilMs = performance.now() + ms
  for (;;) {
    const step = steps.next()
    if (step.done || until?.(step.value) || performance.now() >= untilMs) return step
  }
}

/** Takes all steps, a slice a task. */
export async function unhurried<T>(steps: Generator<unknown, T>): Promise<T> {
  for (;;) {
    const step = takeSlice(steps, { ms: SLICE_MS })
    if (step.done) return step.value
    await nextTask()
  }
}

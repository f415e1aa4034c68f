/** Long work in short slices, so that the page stays alive however much there is. */

/** Work between two pauses. */
const SLICE_MS = 10

export const pauseFor = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

/** The next task of the page: input and painting come in between. A message, for a chain of timers waits 4 ms each time. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(null)
  })
}

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

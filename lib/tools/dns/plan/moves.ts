/** The moves of a course, as calls that come back with what became of them. */
import type { Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Course, RunState, Task } from './state.ts'

/** Runs programs side by side; they have all ended when it comes back. */
export function* runTasks(run: RunState, tasks: readonly Task[]): Course<void> {
  if (tasks.length === 0) return
  run.tasks.clear()
  for (const task of tasks) run.tasks.set(task.step, task)
  yield { kind: 'run', steps: tasks.map(({ step }) => step) }
  run.tasks.clear()
}

export type Judged = { allowed: true; address: string } | { allowed: false; why: string }

/** Policy's word on each of these literal addresses. What policy has no word on is not asked. */
export function* judge(addresses: readonly string[]): Course<(address: string) => Judged> {
  const hosts = [...new Set(addresses)]
  if (hosts.length === 0) return () => UNJUDGED
  const news = yield { kind: 'pin', hosts }
  const answers: ReadonlyMap<string, Result<PinnedTarget>> = news.kind === 'pinned' ? news.answers : new Map()
  return (address) => {
    const answer = answers.get(address)
    if (answer === undefined) return UNJUDGED
    if (!answer.ok) return { allowed: false, why: answer.error.message }
    return answer.value.address === '' ? UNJUDGED : { allowed: true, address: answer.value.address }
  }
}

const UNJUDGED: Judged = { allowed: false, why: 'The target policy gave no verdict on this address, so it was not asked.' }

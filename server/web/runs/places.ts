/** Places for runs within the limits (S39): taken all or none before anything is started, given back one by one as the runs end. */
import type { UserId } from '#lib/protocol/ids.ts'
import { fail, ok, type Problem, type Result } from '#lib/protocol/result.ts'
import { rateLimited, type Limits } from '../limits/limits.ts'

export interface Places {
  /** How to give the next place back; more calls do nothing. */
  one(): () => void
  releaseAll(): void
}

/** Key of the gauge that counts all runs of this vantage. */
const HOST = 'host'

const YOURS: Problem = { code: 'busy', message: 'You already have as many runs going as one person may. Stop one of them, or wait until it ends.' }
const HOSTS: Problem = { code: 'busy', message: 'This vantage already has as many runs going as it may. Wait until one ends, or ask who could stop theirs.' }

/** `target`: the address, or the name where it has none. Fails with `busy` (places) or `rate-limited` (starts an hour, new targets a minute) and then holds nothing. */
export function takePlaces(limits: Limits, want: { userId: UserId; target: string; runs: number }): Result<Places> {
  const held: (() => void)[] = []
  const releaseAll = (): void => held.forEach((release) => release())
  const refuse = (problem: Problem): Result<never> => {
    releaseAll()
    return fail(problem)
  }
  for (let i = 0; i < want.runs; i += 1) {
    const mine = limits.runs.enter(want.userId)
    if (mine === null) return refuse(YOURS)
    held.push(mine)
    const hosts = limits.hostRuns.enter(HOST)
    if (hosts === null) return refuse(HOSTS)
    held[i] = () => {
      mine()
      hosts()
    }
  }
  const target = limits.newTargets.take(want.userId, want.target)
  if (!target.ok) return refuse(rateLimited(target, 'That is a new target, and you have probed as many new ones in the last minute as one person may.'))
  for (let i = 0; i < want.runs; i += 1) {
    const start = limits.starts.take(want.userId)
    if (!start.ok) return refuse(rateLimited(start, 'You have started as many runs in the last hour as one person may.'))
  }
  let next = 0
  return ok({ releaseAll, one: () => held[next++] ?? (() => undefined) })
}

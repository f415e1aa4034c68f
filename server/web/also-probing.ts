/** Who probes an address already: so that a person can join instead of adding a second stream to it. */
import type { AlsoProbing, ProposedRun } from '#lib/protocol/api.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { TOOLS } from '#lib/tools/index.ts'
import type { Web } from './context.ts'
import { sees, type Person } from './guard.ts'
import type { LiveRun } from './runs/registry.ts'
import { isAbout, probesOf } from './runs/same-run.ts'

const MOST = 16

/** The live runs towards the target's address, and those that ask about its name. Of a session that `person` may not see no more is told than the tool. */
export async function alsoProbing(web: Pick<Web, 'runs' | 'store'>, person: Person, wanted: { target: PinnedTarget; runs: readonly ProposedRun[] }): Promise<AlsoProbing[]> {
  const live = web.runs.live.all().filter((run) => isAbout(run, wanted.target))
  const keys = new Set(wanted.runs.map((run) => probesOf({ ...run, target: wanted.target })))
  const told = await Promise.all(live.map((run) => tell(web, person, { run, sameOptions: keys.has(probesOf(run)) })))
  const joinable = told.filter((one) => one.sessionId !== null).toSorted((a, b) => (a.sinceMs ?? 0) - (b.sinceMs ?? 0))
  return [...joinable, ...told.filter((one) => one.sessionId === null)].slice(0, MOST)
}

async function tell(web: Pick<Web, 'store'>, person: Person, { run, sameOptions }: { run: LiveRun; sameOptions: boolean }): Promise<AlsoProbing> {
  const { tool } = run
  const { label } = TOOLS[tool]
  const session = await web.store.summary(run.sessionId)
  if (session === null || !sees(person, session)) return { sessionId: null, title: null, by: null, tool, label, sameOptions: false, sinceMs: null }
  return { sessionId: run.sessionId, title: session.title, by: run.by, tool, label, sameOptions, sinceMs: run.queuedAtMs }
}

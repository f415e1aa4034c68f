/** What would happen on Enter: what was understood, what it resolves to, policy's word, the exact commands, who probes it already. Never starts anything. */
import type { Inspection, ProposedRun } from '#lib/protocol/api.ts'
import { InspectRequest } from '#lib/protocol/requests.ts'
import { ok, type Problem } from '#lib/protocol/result.ts'
import { alsoProbing } from '../also-probing.ts'
import type { Web } from '../context.ts'
import { defineAction } from '../guard.ts'
import { DEFAULT_RUNS, propose, runProblem, takesUnresolved, type ProposalParts, type WantedRun } from '../proposals.ts'
import { understand } from '../targets.ts'

export const targetInspect = defineAction({
  name: 'target.inspect', verb: 'target:inspect', decode: InspectRequest,
  async run({ web, principal }, { target: input, family, runs: wanted }) {
    const { parsed, verdicts, target, problem } = await understand(web, { target: input, family, by: principal.userId })
    const runs = wanted ?? DEFAULT_RUNS
    if (target === null || (problem !== null && !runs.some(takesUnresolved))) {
      return ok<Inspection>({ input, parsed, verdicts, target: null, runs: [], problem, notice: null, alsoProbing: [] })
    }
    const proposed = proposeAll(web, runs, { target, role: principal.role })
    const notice = problem === null || proposed.problem !== null ? null : { ...problem, message: target.unresolved ?? problem.message }
    return ok<Inspection>({ input, parsed, verdicts, target, ...proposed, notice, alsoProbing: await alsoProbing(web, principal, { target, runs: proposed.runs }) })
  },
})

/**
 * A wrong option is told at once. A tool that cannot run says so in its own row and stands in nobody's way; it becomes the problem of the
 * whole only when nothing that was asked for can be started.
 */
function proposeAll(web: Web, wanted: readonly WantedRun[], { target, role }: Pick<ProposalParts, 'target' | 'role'>): { runs: ProposedRun[]; problem: Problem | null } {
  const facts = web.vantage.facts()
  const runs: ProposedRun[] = []
  let wrong: Problem | null = null
  for (const one of wanted) {
    const proposal = propose(one, { target, facts, policy: web.policy, role })
    if (proposal.ok) runs.push(proposal.value)
    else wrong ??= proposal.error
  }
  const problems = runs.map((run) => runProblem(run, target))
  const [first = null] = problems
  return { runs, problem: wrong ?? (problems.includes(null) ? null : first) }
}

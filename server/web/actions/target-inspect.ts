/** What would happen on Enter: what was understood, what it resolves to, policy's word, the exact commands. Never starts anything. */
import type { Inspection, ProposedRun } from '#lib/protocol/api.ts'
import { InspectRequest } from '#lib/protocol/requests.ts'
import { ok, type Problem } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'
import { DEFAULT_RUNS, propose, toolProblem } from '../proposals.ts'
import { understand } from '../targets.ts'

export const targetInspect = defineAction({
  name: 'target.inspect', verb: 'target:inspect', decode: InspectRequest,
  async run({ web, principal }, { target: input, family, runs: wanted }) {
    const { parsed, verdicts, target, problem } = await understand(web, { target: input, family, by: principal.userId })
    if (target === null) return ok<Inspection>({ input, parsed, verdicts, target, runs: [], problem })
    const facts = web.vantage.facts()
    const runs: ProposedRun[] = []
    let first: Problem | null = null
    for (const one of wanted ?? DEFAULT_RUNS) {
      const proposal = propose(one, { target, facts, policy: web.policy })
      if (proposal.ok) runs.push(proposal.value)
      first ??= proposal.ok ? toolProblem(proposal.value.status) : proposal.error
    }
    return ok<Inspection>({ input, parsed, verdicts, target, runs, problem: first })
  },
})

/** Why nothing will be started: refused by policy, name unknown, text not understood, vantage away. Both halves of a refusal: the rule, and that no packet left. */
import type { Inspection } from '#lib/protocol/api.ts'
import type { Problem, ProblemCode } from '#lib/protocol/result.ts'
import type { Severity } from '#lib/protocol/api.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

const SEVERITY: Partial<Record<ProblemCode, Severity>> = {
  'target-refused': 'crit', 'not-allowed': 'crit', 'storage-full': 'crit', 'audit-unavailable': 'crit', 'internal': 'crit', 'target-invalid': 'info', 'invalid': 'info',
}
const NOTHING_SENT = 'No packet was sent.'

export function StartProblem({ problem, inspection }: { problem: Problem; inspection: Inspection | null }) {
  return (
    <Notice
      severity={SEVERITY[problem.code] ?? 'warn'} title={titleOf(problem, inspection)} level="h2" className="min-h-[108px] px-[18px] py-3 max-md:px-3"
      actions={problem.code === 'target-refused' && <ButtonLink href="/policy" size="sm">Show policy</ButtonLink>}
    >
      <p>{sentenceOf(problem)}</p>
      {problem.code === 'target-refused' && <RefusedName inspection={inspection} />}
    </Notice>
  )
}

/** The first words: what is wrong, with the thing it is about. */
function titleOf(problem: Problem, inspection: Inspection | null): string {
  const host = inspection?.parsed?.host ?? 'This'
  switch (problem.code) {
    case 'target-refused': return `${inspection?.verdicts.find((verdict) => !verdict.allowed)?.address ?? host} is not an allowed target.`
    case 'target-unresolved': return `${host} does not resolve.`
    case 'target-invalid': return 'This is not a target.'
    case 'vantage-offline': return 'The vantage is offline.'
    case 'tool-unavailable': return 'The tool is not ready.'
    case 'busy': return 'All places are taken.'
    case 'rate-limited': return 'That was too many in a short time.'
    case 'storage-full': return 'The disk is full.'
    default: return 'Nothing was started.'
  }
}

/** The server's sentence, with the rule if it is not in it, and that nothing left the host. */
function sentenceOf(problem: Problem): string {
  const rule = problem.rule !== undefined && !problem.message.includes(problem.rule) ? ` (${problem.rule})` : ''
  const again = problem.retryAfterS === undefined ? '' : ` Try again in ${problem.retryAfterS} s.`
  const sent = problem.code === 'target-refused' && !/no packet/iu.test(problem.message) ? ` ${NOTHING_SENT}` : ''
  return `${problem.message}${rule}${again}${sent}`
}

/** A harmless name that points at a refused address deserves a second look. */
function RefusedName({ inspection }: { inspection: Inspection | null }) {
  const refused = inspection?.verdicts.find((verdict) => !verdict.allowed)
  if (!inspection?.parsed || !refused || inspection.parsed.kind !== 'name') return null
  return <p><span className="machine text-text-1">{inspection.parsed.host}</span> resolves to it. That is worth a look on its own.</p>
}

/** Why nothing will be started: refused by policy, name unknown, text not understood, vantage away. The server's sentences say the rule, and that no packet left. */
import type { Inspection, Severity } from '#lib/protocol/api.ts'
import type { Problem, ProblemCode } from '#lib/protocol/result.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { problemWords } from './problem-words.ts'

const SEVERITY: Partial<Record<ProblemCode, Severity>> = {
  'target-refused': 'crit', 'not-allowed': 'crit', 'storage-full': 'crit', 'audit-unavailable': 'crit', 'internal': 'crit', 'target-invalid': 'info', 'invalid': 'info',
}

export function StartProblem({ problem, inspection }: { problem: Problem; inspection: Inspection | null }) {
  const { title, text } = problemWords(problem)
  const refused = problem.code === 'target-refused'
  const byName = refused && inspection?.parsed?.kind === 'name' && inspection.verdicts.some((verdict) => !verdict.allowed)
  return (
    <Notice
      severity={SEVERITY[problem.code] ?? 'warn'} title={title} level="h2" className="min-h-[108px] px-[18px] py-3 max-md:px-3"
      actions={refused && <ButtonLink href="/policy" size="sm">Show policy</ButtonLink>}
    >
      {text !== '' && <p>{text}</p>}
      {byName && <p>A name that points at a refused address is worth a look on its own.</p>}
    </Notice>
  )
}

/** What stands in the way of some of the tools while others can start: a name without an address. */
export function StartNotice({ notice }: { notice: Problem }) {
  const { title, text } = problemWords(notice)
  return (
    <Notice severity="warn" title={title} level="h2" className="border-b border-line-2 bg-warn-soft px-[18px] py-3 max-md:px-3">
      {text !== '' && <p>{text}</p>}
      <p>Nothing can be probed without an address. The resolvers can still be asked what each of them says, and why.</p>
    </Notice>
  )
}

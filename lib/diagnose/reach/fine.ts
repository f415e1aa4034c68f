/** What a reach run checked and found fine. */
import type { Finding, FineCheck } from '../finding.ts'
import type { ReachFacts } from '../rule.ts'

export const reachFine = (_facts: ReachFacts, _findings: readonly Finding[]): FineCheck[] => []

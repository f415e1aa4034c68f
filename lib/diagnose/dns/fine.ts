/** What a dns run checked and found fine. */
import type { Finding, FineCheck } from '../finding.ts'
import type { DnsFacts } from '../rule.ts'

export const dnsFine = (_facts: DnsFacts, _findings: readonly Finding[]): FineCheck[] => []
